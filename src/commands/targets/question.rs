//! Asks before anything is written, and binds the yes to what was shown.
//!
//! The page names every path. Whoever says yes in advance gives the hash of the approved revision; whoever says yes at a
//! terminal has the page compared with the one that would be shown now.

use crate::commands::targets::answer::{Answer, files_page, place};
use crate::commands::targets::commit_view::CommitView;
use record::domain::application::Direction;
use record::domain::digest::Digest;
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::page::{Cell, Page, Tone};
use work::deciding::expected::check_expected;

/// An answer that was given in advance.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Whether it is a yes.
    pub yes: bool,
    /// The beginning of the content hash that is meant.
    pub expect: Option<&'a str>,
    /// The digest of the page that was shown.
    pub shown: Option<Digest>,
}

/// What is asked.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The command, without the slash.
    pub command: &'a str,
    /// In or out.
    pub direction: Direction,
    /// What would be answered.
    pub planned: &'a Answer,
    /// The hash of the revision.
    pub content_hash: Digest,
    /// What else the owner should see.
    pub facts: Vec<(&'static str, Cell)>,
}

impl Asked<'_> {
    /// Goes on only with the owner's word on exactly this.
    pub fn check(&self, given: Given<'_>) -> Result<(), CommandError> {
        let command = self.command;
        check_expected(given.expect, "the content", &self.content_hash)
            .map_err(|error| error.hint(format!("Look again with `/{command} --dry-run`.")))?;
        let page = self.page();
        if given.shown.is_some_and(|shown| shown != page.digest()) {
            return Err(CommandError::new(
                ErrorKind::State,
                "the target changed after it was shown",
            )
            .hint(format!("Run `/{command}` again to see what it is now.")));
        }
        if given.yes && given.expect.is_some() {
            return Ok(());
        }
        let ((deed, where_to), hash) = (self.deed(), self.content_hash.hex());
        let into = place(&self.planned.target);
        let (id, revision) = (&self.planned.proposal_id, self.planned.revision);
        Err(CommandError::new(
            ErrorKind::NeedsOwner,
            "writing into a target needs the owner's word",
        )
        .hint(format!("Without a terminal, give `--yes --expect {hash}`."))
        .asking(Confirmation {
            question: format!(
                "{deed} {id} revision {revision}, content {}, {where_to} {into}?",
                self.content_hash.short()
            ),
            wanted: Wanted::Yes,
            content_hash: self.content_hash,
            shown_digest: page.digest(),
            page,
        }))
    }

    /// What is done, and how its place is said.
    const fn deed(&self) -> (&'static str, &'static str) {
        match self.direction {
            Direction::Apply => ("Apply", "into"),
            Direction::Rollback => ("Roll back", "in"),
        }
    }

    fn page(&self) -> Page {
        let planned = self.planned;
        let title =
            format!("{} {} revision {}?", self.deed().0, planned.proposal_id, planned.revision);
        let fields = [
            ("Target", Cell::from(place(&planned.target))),
            ("Content", Cell::toned(planned.content_hash.as_str(), Tone::Dim)),
        ];
        let commit = planned.commit.iter().flat_map(CommitView::fields);
        let fields = fields.into_iter().chain(commit).chain(self.facts.iter().cloned());
        Page::new().title(title).fields(fields).then(files_page(&planned.files))
    }
}
