//! `/show-code`: shows a proposal with its files, decisions and lineage.
//!
//! It gathers what other rooms know: the revision, every decision, results by file, and history that came from elsewhere,
//! which is shown apart because it is only claimed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::language::Language;
use record::domain::principal::Authority;
use record::domain::review::PastReview;
use record::domain::revision::Origin;
use record::domain::role::Role;
use record::domain::status::Status;
use record::domain::word_fit::WordFit;
use work::applying::unfinished;
use work::contract::applied::{Applied, applied};
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::deciding::votes::Votes;
use work::diagnosis::packages::Requirement;
use work::healing::stored::newest;
use work::reporting::calls::{self, CallView};
use work::reporting::file_reports::{self, ByFile, FileReport, ListedFile};
use work::reporting::imported::{self, ImportedView};
use work::reporting::views::{self, FileView};

/// `/show-code`
pub enum ShowCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// Revision to show instead of the newest
    #[arg(long, value_name = "NUMBER")]
    pub revision: Option<u32>,
    /// Show what models were asked about it, and what they answered
    #[arg(long)]
    pub prompts: bool,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// The revision shown.
    pub revision: u32,
    /// How many revisions there are.
    pub revisions: u32,
    /// The revision it was made from.
    pub parent: Option<u32>,
    /// How it came about.
    pub origin: Origin,
    /// The hash of its files.
    pub content_hash: String,
    /// Where the proposal stands.
    pub status: Status,
    /// Whether an execution contests its approval.
    pub contested: bool,
    /// What was asked for, verbatim.
    pub spec: String,
    /// What was asked for in this revision, when it answers feedback.
    pub feedback: Option<String>,
    /// The language.
    pub language: Language,
    /// The module name.
    pub module: String,
    /// The provider; null for given files.
    pub provider: Option<String>,
    /// The model; null for given files and the library.
    pub model: Option<String>,
    /// All files.
    pub files: Vec<FileView>,
    /// The code.
    pub code: String,
    /// The tests.
    pub tests: String,
    /// What its author says about it.
    pub explanation: String,
    /// Names of related concepts, nearest first.
    pub related_concepts: Vec<String>,
    /// Which words of the request an answer from the library covers; null for any other.
    #[serde(default)]
    pub fit: Option<WordFit>,
    /// Every decision, oldest first.
    pub reviews: Vec<ReviewView>,
    /// How far its approval is; absent where one owner is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvals: Option<Votes>,
    /// Where it was imported from, with its history; null for a proposal of this home.
    #[serde(default)]
    pub imported: Option<ImportedView>,
    /// When the revision was stored.
    pub created_at: String,
    /// The file that the program starts with, where there are several code files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Every file with its role and its size, where there are several code files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<ListedFile>,
    /// What the newest execution of the revision says of each code file, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<FileReport>,
    /// The packages that the revision wants, against those that execution had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<Requirement>,
    /// The calls of models about the proposal with prompt and reply, oldest first, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallView>,
    /// Where it was written, oldest first, and what was taken out again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<Applied>,
    /// Applications and rollbacks of it that have not ended, each with the command that ends one that was broken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfinished: Vec<String>,
}

/// One decision.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReviewView {
    /// Its id.
    pub review_id: String,
    /// The revision decided on.
    pub revision: u32,
    /// What was decided.
    pub decision: String,
    /// Who decided.
    pub reviewer: String,
    /// Why.
    pub reason: Option<String>,
    /// What else the owner said.
    pub comment: String,
    /// Where it stands in the log.
    pub seq: u64,
    /// When it was recorded.
    pub reviewed_at: String,
}

impl From<PastReview> for ReviewView {
    fn from(review: PastReview) -> Self {
        Self {
            review_id: review.id.to_string(),
            revision: review.revision,
            decision: review.decision.word().to_owned(),
            reviewer: review.reviewer,
            reason: review.reason,
            comment: review.comment,
            seq: review.seq,
            reviewed_at: review.reviewed_at.to_string(),
        }
    }
}

impl Command for ShowCode {
    const SPEC: Spec = Spec {
        name: "show-code",
        aliases: &[],
        summary: "Show code, tests, explanation and lineage of a proposal",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &["/show-code @", "/show-code 7c2e --revision 1", "/show-code @ --prompts"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let revision = lookup::revision(invocation, &proposal, args.revision).await?;
        let reviews = invocation.store()?.reviews(&proposal.id).await?;
        let imported = imported::imported(invocation, &proposal.id).await?;
        let execution = newest(invocation, &proposal, revision.number).await?;
        let by_file = ByFile::of(invocation.store()?, &revision, execution.as_ref()).await?;
        let fit = views::fit(&proposal.request, &revision);
        let calls =
            if args.prompts { calls::calls(invocation, &proposal.id).await? } else { Vec::new() };
        let open = unfinished::open(invocation).await?;
        let open = open.into_iter().filter(|(id, _)| *id == proposal.id);
        let approvals = Votes::of(invocation, &proposal).await?;
        Ok(Answer {
            applied: applied(invocation, &proposal.id).await?,
            unfinished: open.map(|(_, words)| words).collect(),
            fit,
            proposal_id: proposal.id.to_string(),
            revision: revision.number,
            revisions: proposal.head,
            parent: revision.parent,
            origin: revision.authorship.origin,
            content_hash: revision.content_hash.hex(),
            status: proposal.status,
            contested: proposal.standing == record::domain::proposal::Standing::Contested,
            spec: proposal.request,
            feedback: revision.feedback.clone(),
            language: proposal.language,
            module: proposal.module,
            provider: revision.authorship.provider.clone(),
            model: revision.authorship.model.clone(),
            files: views::files(&revision),
            code: revision.source.text_of(Role::Code),
            tests: revision.source.text_of(Role::Test),
            explanation: revision.explanation,
            related_concepts: proposal.related_concepts,
            approvals,
            reviews: reviews.into_iter().map(ReviewView::from).collect(),
            imported,
            created_at: revision.created_at.to_string(),
            entry_point: by_file.entry_point,
            listed: by_file.listed,
            results: by_file.results,
            requirements: by_file.requirements,
            calls,
        })
    }
}

impl Answer {
    /// Where it still is; where it is nowhere any more, where it was last.
    fn where_it_is(&self) -> Vec<(&'static str, Cell)> {
        let mut told: Vec<&Applied> = Vec::new();
        for one in self.applied.iter().filter(|one| one.taken_out.is_none()) {
            // Of one place the newest says it all.
            told.retain(|earlier| earlier.place != one.place);
            told.push(one);
        }
        if told.is_empty() {
            told.extend(self.applied.last());
        }
        told.into_iter().map(|one| ("Applied", Cell::from(one.words()))).collect()
    }

    /// Names applications of it that have not ended, and what ends them.
    fn unended(&self) -> Page {
        if self.unfinished.is_empty() {
            return Page::new();
        }
        let open = self.unfinished.iter().map(|words| Cell::toned(words.as_str(), Tone::Warn));
        let id = &self.proposal_id;
        Page::new().lines(open.collect()).next([
            format!("/rollback-code {id}  takes it back"),
            format!("/apply-code {id}  brings it to its end"),
        ])
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let parent =
            self.parent.map_or_else(String::new, |parent| format!(", from revision {parent}"));
        let mut page = Page::new().title(format!("Proposal {}", self.proposal_id)).fields([
            ("Request", Cell::from(self.spec.as_str())),
            ("Status", views::status_cell(self.status)),
            (
                "Revision",
                Cell::from(format!(
                    "{} of {} ({}{parent})",
                    self.revision, self.revisions, self.origin
                )),
            ),
            ("Content hash", Cell::from(self.content_hash.as_str())),
            ("Module", Cell::from(self.module.as_str())),
            ("Stored", Cell::toned(self.created_at.as_str(), Tone::Dim)),
        ]);
        page = page.fields(Votes::field(self.approvals.as_ref()));
        if self.contested {
            page = page.text(Cell::toned("An execution contests the approval.", Tone::Warn));
        }
        page = page.fields(self.where_it_is()).then(self.unended());
        page = page.fields(views::fit_field(self.fit.as_ref()));
        if let Some(feedback) = &self.feedback {
            page = page.fields([("Feedback", Cell::from(feedback.as_str()))]);
        }
        if let Some(entry) = &self.entry_point {
            page = page.fields([("Entry point", Cell::from(entry.as_str()))]);
        }
        page = page
            .then(file_reports::listing(&self.listed, &self.results))
            .then(file_reports::requirements_page(&self.requirements));
        if !self.explanation.is_empty() {
            page = page.block(Block::Quote(self.explanation.clone()));
        }
        for file in &self.files {
            page = page
                .text(Cell::toned(format!("{} ({})", file.path, file.role), Tone::Strong))
                .block(Block::Code {
                    language: self.language.to_string(),
                    text: file.content.clone(),
                });
        }
        let line = |review: &ReviewView| {
            let reason =
                review.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            Cell::from(format!(
                "{} revision {} {} by {}{reason} (record {})",
                review.reviewed_at, review.revision, review.decision, review.reviewer, review.seq
            ))
        };
        if !self.reviews.is_empty() {
            page = page.block(Block::List(self.reviews.iter().map(line).collect()));
        }
        page = page.then(calls::page(&self.calls));
        match &self.imported {
            Some(imported) => page.then(imported.page()),
            None => page,
        }
    }
}
