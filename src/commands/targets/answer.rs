//! The answer of the commands that write into targets.
//!
//! Going in and coming out are told with the same fields, so a program reads them alike.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::application::{Direction, Order, Step};
use record::domain::changeset::Changeset;
use record::domain::revision::Revision;
use record::domain::verdict::VerdictWord;
use work::contract::error::Exit;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::deciding::decided::ReceiptView;

use crate::commands::targets::commit_view::CommitView;

/// Most paths that a page names.
const MOST_SHOWN: usize = 40;
/// Most paths that are named of those that differ beside a change.
const OTHERS_SHOWN: usize = 3;

/// What came of writing into a target.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// Its revision.
    pub revision: u32,
    /// The hash of that revision.
    pub content_hash: String,
    /// What was done.
    pub outcome: Word,
    /// Where it goes, or went.
    pub target: TargetView,
    /// The paths, with what becomes of each.
    pub files: Vec<FileView>,
    /// The entry of the application that was taken out; null for one that goes in.
    pub undoes: Option<u64>,
    /// What is known of the tests on the result; null where nothing goes in.
    pub evidence: Option<EvidenceView>,
    /// How the commit is made; absent where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitView>,
    /// The proof on the new commit; null where no commit was made.
    #[serde(default)]
    pub note: Option<NoteView>,
    /// The record; null for a dry run.
    pub audit: Option<ReceiptView>,
    /// What happened in the place of what was asked for; absent where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// The proof of a decision on a commit.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NoteView {
    /// The reference that the note is under.
    pub reference: String,
    /// Why it could not be written; null where it was.
    pub problem: Option<String>,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Only told what would be done.
    Planned,
    /// Written.
    Applied,
    /// Taken out again.
    RolledBack,
    /// Made a new revision on the base of today, which is to be executed and approved.
    Rebased,
}

/// A target.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TargetView {
    /// Its kind: `folder`, `work_tree`, `branch` or `commit`; `none` where nothing is written.
    pub kind: String,
    /// The folder, absolute; null for a branch alone.
    pub folder: Option<String>,
    /// The branch; null where none moves.
    pub branch: Option<String>,
    /// The new commit; null without one.
    pub commit: Option<String>,
}

/// A path and what becomes of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FileView {
    /// The path, from the root of the target.
    pub path: String,
    /// What becomes of it.
    pub deed: Deed,
    /// Bytes that it has afterwards; null where it goes.
    pub bytes: Option<u64>,
}

/// What becomes of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// It was not there.
    Created,
    /// It was another.
    Replaced,
    /// It goes.
    Deleted,
}

/// What is known of the tests on the result.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceView {
    /// The execution; null where nothing was executed.
    pub execution_id: Option<String>,
    /// Its verdict; null where it was not asked for again.
    pub verdict: Option<VerdictWord>,
    /// Whether it ran exactly what is in the target now.
    pub covers_result: bool,
    /// Paths of the work tree, beside those of the change, that are not as they were when it ran.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
}

impl Answer {
    /// Tells an order, as far as it is known before it is carried out.
    pub fn of(order: &Order, outcome: Word) -> Self {
        let steps = order.files.iter().flat_map(|files| &files.steps);
        let branch = order.branch.as_ref();
        let short = |name: &str| name.strip_prefix("refs/heads/").unwrap_or(name).to_owned();
        Self {
            proposal_id: order.proposal.to_string(),
            revision: order.revision,
            content_hash: order.content_hash.hex(),
            outcome,
            target: TargetView {
                kind: order.target().to_owned(),
                folder: order.files.as_ref().map(|files| files.root.clone()),
                branch: branch.map(|branch| short(&branch.name)),
                // The time is part of a commit: what is made after a plan is another one.
                commit: branch
                    .filter(|_| outcome != Word::Planned)
                    .map(|branch| branch.after.to_string()),
            },
            files: steps.map(FileView::of).collect(),
            undoes: order.undoes,
            evidence: (order.direction == Direction::Apply).then_some(EvidenceView {
                execution_id: None,
                verdict: None,
                covers_result: order.is_covered,
                others: Vec::new(),
            }),
            commit: None,
            note: None,
            audit: None,
            remark: None,
        }
    }

    /// Tells a revision that was made on another base.
    pub fn of_revision(revision: &Revision) -> Self {
        let touched = revision.source.change().into_iter().flat_map(Changeset::touched);
        let files = touched.map(|touched| FileView {
            path: touched.path.to_string(),
            deed: match (&touched.before, &touched.after) {
                (_, None) => Deed::Deleted,
                (None, Some(_)) => Deed::Created,
                (Some(_), Some(_)) => Deed::Replaced,
            },
            bytes: touched.after.as_ref().and_then(|side| side.content.len().try_into().ok()),
        });
        Self {
            proposal_id: revision.proposal.to_string(),
            revision: revision.number,
            content_hash: revision.content_hash.hex(),
            outcome: Word::Rebased,
            target: TargetView {
                kind: "none".to_owned(),
                folder: None,
                branch: None,
                commit: None,
            },
            files: files.collect(),
            undoes: None,
            evidence: None,
            commit: None,
            note: None,
            audit: None,
            remark: None,
        }
    }

    /// The word for what is done in a direction.
    pub const fn word(direction: Direction) -> Word {
        match direction {
            Direction::Apply => Word::Applied,
            Direction::Rollback => Word::RolledBack,
        }
    }
}

impl Answer {
    /// Says what a change that was taken out of a branch leaves behind.
    fn left(&self) -> Vec<Cell> {
        let warn = |words: String| Cell::toned(words, Tone::Warn);
        let mut left = Vec::new();
        let branch = self.target.branch.as_ref().filter(|_| self.outcome == Word::RolledBack);
        if let Some(folder) =
            self.target.folder.as_ref().filter(|_| branch.is_some() && self.files.is_empty())
        {
            left.push(warn(format!(
                "The files in {folder} held the change before it was applied, so they still do: `git restore` puts changed files back; new ones are untracked now, so they go by hand."
            )));
        }
        if branch.is_some() {
            left.push(Cell::toned(
                "No approval stands behind the commit that takes a change out, so `saraphina check` counts it as not covered.",
                Tone::Dim,
            ));
        }
        left
    }

    fn steps(&self) -> Vec<String> {
        let id = &self.proposal_id;
        let note = self.note.as_ref().map(|note| match &note.problem {
            None => format!("git push origin {}  takes the proof along", note.reference),
            Some(_) => format!("/note-code {id}  tries the note again"),
        });
        let back = format!("/rollback-code {id}  takes it out again");
        note.into_iter().chain([back]).collect()
    }
}

impl FileView {
    fn of(step: &Step) -> Self {
        let deed = match (&step.before, &step.after) {
            (_, None) => Deed::Deleted,
            (None, Some(_)) => Deed::Created,
            (Some(_), Some(_)) => Deed::Replaced,
        };
        let bytes = step.after.map(|after| after.bytes);
        Self { path: step.path.to_string(), deed, bytes }
    }

    fn cell(&self) -> Cell {
        match self.deed {
            Deed::Created => Cell::toned(format!("new      {}", self.path), Tone::Good),
            Deed::Replaced => Cell::from(format!("changed  {}", self.path)),
            Deed::Deleted => Cell::toned(format!("deleted  {}", self.path), Tone::Warn),
        }
    }
}

/// Lays out the paths; very many are counted.
pub fn files_page(files: &[FileView]) -> Page {
    let mut cells: Vec<Cell> = files.iter().take(MOST_SHOWN).map(FileView::cell).collect();
    if files.len() > MOST_SHOWN {
        let more = counted(files.len() - MOST_SHOWN, "more path");
        cells.push(Cell::toned(format!("and {more}"), Tone::Dim));
    }
    if cells.is_empty() { Page::new() } else { Page::new().block(Block::List(cells)) }
}

/// Says where something goes.
pub fn place(target: &TargetView) -> String {
    match (&target.folder, &target.branch) {
        (Some(folder), Some(branch)) => format!("{folder}, and branch {branch}"),
        (Some(folder), None) => folder.clone(),
        (None, Some(branch)) => format!("branch {branch}"),
        (None, None) => "nowhere".to_owned(),
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let (words, tone) = match self.outcome {
            Word::Planned => ("Would be written (dry run)", Tone::Warn),
            Word::Applied => ("Applied", Tone::Good),
            Word::RolledBack => ("Rolled back", Tone::Good),
            Word::Rebased => {
                ("A new revision on the base of today; nothing was written", Tone::Warn)
            }
        };
        let mut fields = vec![
            ("Proposal", Cell::from(format!("{} revision {}", self.proposal_id, self.revision))),
            ("Target", Cell::from(place(&self.target))),
        ];
        if let Some(commit) = &self.target.commit {
            fields.push(("Commit", Cell::toned(commit.as_str(), Tone::Dim)));
        }
        fields.extend(self.commit.iter().flat_map(CommitView::fields));
        if let Some(evidence) = &self.evidence {
            fields.push(("Tests", evidence.cell()));
        }
        if let Some(note) = &self.note {
            let problem = note.problem.as_deref().map(|why| format!("not written: {why}"));
            let written = || Cell::from(note.reference.as_str());
            let cell = problem.map_or_else(written, |words| Cell::toned(words, Tone::Warn));
            fields.push(("Note", cell));
        }
        if let Some(audit) = &self.audit {
            let record = format!("{} ({})", audit.seq, audit.hash);
            fields.push(("Record", Cell::toned(record, Tone::Dim)));
        }
        let page = Page::new().text(Cell::toned(words, tone)).fields(fields);
        if let Some(remark) = &self.remark {
            return page.text(remark.as_str());
        }
        let page = page.then(files_page(&self.files)).lines(self.left());
        match self.outcome {
            Word::Applied => page.next(self.steps()),
            Word::Rebased => page.next([format!(
                "/sandbox-code {}  runs its tests, before it is approved",
                self.proposal_id
            )]),
            Word::Planned | Word::RolledBack => page,
        }
    }

    fn exit(&self) -> Exit {
        let verdict = self.evidence.as_ref().and_then(|evidence| evidence.verdict);
        match verdict {
            None | Some(VerdictWord::Passed) => Exit::Done,
            Some(VerdictWord::Failed) => Exit::Negative,
            Some(VerdictWord::Inconclusive) => Exit::Unavailable,
        }
    }
}

impl EvidenceView {
    fn cell(&self) -> Cell {
        let execution = self.execution_id.as_deref().unwrap_or("no execution");
        let on = if self.covers_result { "on the result" } else { "on the approved base" };
        let beside = self.beside();
        let tone = if beside.is_empty() { Tone::Good } else { Tone::Warn };
        match (self.verdict, self.covers_result) {
            (Some(VerdictWord::Passed), _) => {
                Cell::toned(format!("passed {on}, {execution}{beside}"), tone)
            }
            (Some(verdict), _) => {
                let words = format!(
                    "{verdict} {on}, {execution}{beside}; `/rollback-code` takes it out again"
                );
                Cell::toned(words, Tone::Bad)
            }
            (None, true) if beside.is_empty() => {
                Cell::from(format!("{execution} ran exactly this"))
            }
            (None, true) => Cell::toned(
                format!("{execution} ran exactly what is committed{beside}"),
                Tone::Warn,
            ),
            (None, false) => Cell::toned(
                format!(
                    "have not run on this result, {execution} ran on the approved base{beside}"
                ),
                Tone::Warn,
            ),
        }
    }

    /// Says what else is not as it was executed.
    fn beside(&self) -> String {
        let shown: Vec<&str> = self.others.iter().take(OTHERS_SHOWN).map(String::as_str).collect();
        let names = shown.join(", ");
        match (self.others.len(), self.covers_result) {
            (0, true) => String::new(),
            (0, false) => "; the rest of the target may not be as it was then".to_owned(),
            (1, _) => format!("; in the work tree {names} is not as it was executed"),
            (many, _) if many > shown.len() => {
                format!("; in the work tree {many} paths are not as they were executed: {names}, …")
            }
            (_, _) => format!("; in the work tree {names} are not as they were executed"),
        }
    }
}

/// The refusal where nothing is left to do.
pub fn nothing_to_do(what: &str) -> CommandError {
    CommandError::new(ErrorKind::State, what.to_owned()).hint("There is nothing to do.")
}
