//! The review of a revision: what an owner needs to decide, on one page.
//!
//! It is read from the same rows, and built on the same report, as the question that `/approve-code` asks, so that page and terminal agree.
//! What the record does not vouch for is refused here as it is there.

use askama::Template;

use crate::surfaces::console::code_view::{CodeFile, Edges, Extent, Fold};
use crate::surfaces::console::decision_panel::{Case, DecisionPanel};
use crate::surfaces::console::deeds::Deed;
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::inbox_page::Tab;
use crate::surfaces::console::look::{Look, encoded};
use crate::surfaces::console::marks::named as named_author;
use crate::surfaces::console::repositories_page::remembered;
use crate::surfaces::console::review_diff::{Asked, DiffPart};
use crate::surfaces::console::review_evidence::EvidenceView;
use crate::surfaces::console::review_parts::{self, Beside};
use foundation::store::glance::Glance;
use foundation::store::query::{LogQuery, Resolved};
use record::domain::approval::{Grounds, Run};
use record::domain::execution::Execution;
use record::domain::id::{IdPattern, ProposalId, ProposalKind};
use record::domain::policy::Policy;
use record::domain::principal::{Person, Principal};
use record::domain::proposal::{Proposal, Standing};
use record::domain::review::PastReview;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::SourceFile;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::lookup;
use work::deciding::recorded::Recorded;
use work::diagnosis::script::is_only_run;
use work::healing::stored::newest;
use work::improving::risk;
use work::reporting::evidence_report::Report;
use work::reporting::{ago, difference, hidden_text, views};

/// Entries that are shown of the history.
const DEEDS: u32 = 60;
/// Characters of a title.
const TITLE: usize = 140;
/// Files that are shown; the rest stands in the difference.
const MAX_FILES: usize = 40;
/// Files that are shown at once; of more the heads are.
const OPEN_FILES: usize = 12;
/// Lines of all files together that are shown before all are asked for.
const MAX_LINES: usize = 3_000;
/// Revisions that are named.
const MOST_NAMED: u32 = 12;

/// The review.
#[derive(Template)]
#[template(path = "review.html")]
pub struct ReviewPage {
    frame: Frame,
    subject: Subject,
    panel: DecisionPanel,
    diff: DiffPart,
    files: Vec<CodeFile>,
    files_hidden: usize,
    evidence: Option<EvidenceView>,
    deeds: Vec<Deed>,
    is_running: bool,
}

/// What is reviewed.
#[derive(Clone, Debug)]
pub struct Subject {
    id: String,
    short: String,
    title: String,
    request: String,
    language: &'static str,
    made: String,
    author: String,
    reviser: String,
    not_passed: u32,
    age: String,
    revision: u32,
    head: u32,
    revisions: Vec<Tab>,
    explanation: String,
    feedback: String,
    is_script: bool,
    repository: String,
}

impl Subject {
    /// Where the memory of its repository tells of a file; empty where it changes none.
    fn memory_of(&self, path: &str) -> String {
        if self.repository.is_empty() {
            return String::new();
        }
        format!("/repositories/{}/memory?path={}", encoded(&self.repository), encoded(path))
    }
}

/// Finds the proposal that an address names, by its id or its first digits.
pub async fn named(context: &Context, typed: &str) -> Result<Proposal, CommandError> {
    let unknown = || {
        CommandError::new(ErrorKind::NotFound, format!("there is no proposal {typed}"))
            .hint("See the inbox for what there is, or search for a word of the request.")
    };
    let pattern = IdPattern::parse::<ProposalKind>(typed)
        .filter(|pattern| *pattern != IdPattern::Newest)
        .ok_or_else(unknown)?;
    match context.store()?.resolve(&pattern).await? {
        Resolved::One(id) => context.store()?.proposal(&id).await?.ok_or_else(unknown),
        Resolved::None => Err(unknown()),
        Resolved::Many(ids) => {
            let ids: Vec<&str> = ids.iter().map(ProposalId::as_str).collect();
            let message = format!("{typed} names several proposals");
            Err(CommandError::new(ErrorKind::Ambiguous, message).hint(ids.join(", ")))
        }
    }
}

/// Everything that the page is made of, read once.
struct Read {
    proposal: Proposal,
    revision: Revision,
    execution: Option<Execution>,
    reviews: Vec<PastReview>,
    policy: Policy,
    concerns: Vec<String>,
    proposers: Vec<String>,
}

impl Read {
    async fn of(context: &Context, look: &Look, typed: &str) -> Result<Self, CommandError> {
        let proposal = named(context, typed).await?;
        let revision = lookup::revision(context, &proposal, look.number("revision")).await?;
        let mut execution = newest(context, &proposal, revision.number).await?;
        let policy = context.policy().await?;
        let (mut concerns, mut proposers) = (Vec::new(), Vec::new());
        if revision.number == proposal.head {
            let recorded = Recorded::of(context, &proposal).await?;
            recorded.check_revision(&revision)?;
            proposers.extend(recorded.proposers().into_iter().map(str::to_owned));
            execution = execution.map(|run| vouched(&recorded, run)).transpose()?;
            if let Some(run) = &execution {
                concerns = spoken(&policy, run, &recorded.runs(context, run).await?, context.now());
            }
        }
        let reviews = context.store()?.reviews(&proposal.id).await?;
        Ok(Self { proposal, revision, execution, reviews, policy, concerns, proposers })
    }

    fn case<'a>(&'a self, entries: &str, look: &'a Look, beside: (bool, Vec<u32>)) -> Case<'a> {
        let asked = |name: &str| look.asked(name).unwrap_or_default().to_owned();
        let (is_hiding, others) = beside;
        Case {
            proposal: &self.proposal,
            revision: self.revision.number,
            content_hash: self.revision.content_hash,
            is_change: self.revision.source.change().is_some(),
            execution: self.execution.as_ref(),
            others,
            typed: (asked("decision"), asked("words")),
            visitor: &look.visitor,
            reviews: &self.reviews,
            policy: format!("version {}, {}", self.policy.version, self.policy.digest().hex()),
            rules: &self.policy.approval,
            paths: self.revision.source.paths().map(ToString::to_string).collect(),
            entries: entries.to_owned(),
            has_concerns: !self.concerns.is_empty(),
            is_hiding,
        }
    }

    fn subject(&self, glance: Option<Glance>, repository: String, now: Timestamp) -> Subject {
        let Glance { author, reviser, run } = glance.unwrap_or_default();
        let named = |who: Option<Principal>| who.map(|who| named_author(&who)).unwrap_or_default();
        let verdict = self.execution.as_ref().map(|run| run.verdict.word);
        let is_newest = self.revision.number == self.proposal.head;
        let run = run.filter(|_| is_newest && verdict == Some(VerdictWord::Passed));

        let (proposal, revision) = (&self.proposal, &self.revision);
        let id = proposal.id.to_string();
        let request = &proposal.request;
        let title = views::preview(request.lines().next().unwrap_or_default(), TITLE);
        let authorship = &revision.authorship;
        let made = [Some(authorship.origin.word()), authorship.model.as_deref()];
        Subject {
            short: id.trim_start_matches("proposal_").to_owned(),
            request: if title == *request { String::new() } else { request.clone() },
            title,
            language: proposal.language.word(),
            made: made.into_iter().flatten().collect::<Vec<_>>().join(", "),
            author: named(author),
            reviser: named(reviser),
            not_passed: run.map_or(0, |run| run.not_passed),
            age: ago::told(&revision.created_at.to_string(), Some(&now.to_string())),
            revision: revision.number,
            head: proposal.head,
            revisions: revisions(&id, revision.number, proposal.head),
            explanation: revision.explanation.clone(),
            feedback: revision.feedback.clone().unwrap_or_default(),
            is_script: is_only_run(&revision.source),
            repository,
            id,
        }
    }
}

/// Holds a run against its entry; evidence whose output was taken out is shown, and nothing new can rest on it.
fn vouched(recorded: &Recorded, run: Execution) -> Result<Execution, CommandError> {
    if run.evidence.output.pruned { Ok(run) } else { recorded.vouched(run) }
}

/// What the policy says against a plain approval.
fn spoken(policy: &Policy, run: &Execution, runs: &[Run], now: Timestamp) -> Vec<String> {
    let grounds = Grounds {
        policy,
        is_overtaken: false,
        execution: run,
        runs,
        paths: &[],
        proposers: &[],
        approvals: &[],
        now,
        passed_ms: 0,
    };
    grounds.concerns().iter().map(ToString::to_string).collect()
}

/// The revision to compare with: the one asked for, else the last one that was decided on, else the parent.
async fn older(
    context: &Context,
    look: &Look,
    read: &Read,
) -> Result<Option<Revision>, CommandError> {
    let Read { proposal, revision, reviews, .. } = read;
    let mut decided = reviews.iter().rev().map(|review| review.revision);
    let decided = decided.find(|number| *number < revision.number);
    let number = match (look.number::<u32>("from"), decided) {
        (Some(0), _) => return Ok(None),
        (Some(asked), _) => asked,
        // What becomes of a repository is decided on, whatever revision came before.
        (None, _) if revision.source.change().is_some() => return Ok(None),
        (None, Some(decided)) => decided,
        (None, None) => return difference::before(context, proposal, revision).await,
    };
    lookup::revision(context, proposal, Some(number)).await.map(Some)
}

fn revisions(id: &str, shown: u32, head: u32) -> Vec<Tab> {
    let first = head.saturating_sub(MOST_NAMED).max(1);
    let tab = |number: u32| Tab {
        label: format!("r{number}"),
        href: format!("/proposals/{id}?revision={number}"),
        count: String::new(),
        is_chosen: number == shown,
    };
    (first..=head).map(tab).collect()
}

fn files(read: &Read, report: Option<&Report>, is_whole: bool) -> Vec<CodeFile> {
    let source = &read.revision.source;
    // Code first: it must not be what is left out where a project has many other files.
    let mut files: Vec<&SourceFile> = source.files().iter().collect();
    files.sort_by_key(|file| file.role);
    let shown = files.len().min(MAX_FILES);
    let fold = |file: &SourceFile| match file.role {
        // Of a change the difference is what is decided on.
        _ if source.change().is_some() => Fold::Beside,
        Role::Support => Fold::Beside,
        Role::Code | Role::Test if shown > OPEN_FILES => Fold::Many,
        Role::Code | Role::Test => Fold::Open,
    };
    let mut left = MAX_LINES;
    let file = |(at, file): (usize, &SourceFile)| {
        let edges = report.map_or_else(Edges::default, |report| review_parts::edges(report, file));
        let extent = if is_whole { Extent::Whole } else { Extent::First(left) };
        let shown = CodeFile::of(file, at, &edges, extent);
        left = left.saturating_sub(shown.lines.len());
        CodeFile { fold: fold(file), ..shown }
    };
    files.into_iter().take(MAX_FILES).enumerate().map(file).collect()
}

/// Says what makes a change so risky that approving it takes a sentence, which the terminal asks for.
async fn risky(context: &Context, revision: &Revision) -> Option<String> {
    let risk = risk::of_change(context, revision.source.change()?).await;
    risk.class.phrase()?;
    Some(format!("{} change: {}", risk.class.word(), risk.reasons.join("; ")))
}

/// Names the repository that a revision changes, where it is remembered: a link that leads to an error helps nobody.
fn remembered_repository(context: &Context, revision: &Revision) -> Result<String, CommandError> {
    let Some(change) = revision.source.change() else { return Ok(String::new()) };
    let memory = remembered(context, &change.repository)?;
    Ok(memory.map(|_| change.repository.to_string()).unwrap_or_default())
}

/// The other patches of a repair that is not settled, by their revisions.
fn others(report: Option<&Report>) -> Vec<u32> {
    let repaired = report.and_then(|report| report.repaired.as_ref());
    let others = repaired.map(|repaired| repaired.alternatives.iter().map(|step| step.revision));
    others.map(Iterator::collect).unwrap_or_default()
}

/// Reads the review of a revision.
pub async fn review(
    context: &Context,
    look: &Look,
    typed: &str,
) -> Result<ReviewPage, CommandError> {
    let read = Read::of(context, look, typed).await?;
    let report = match &read.execution {
        Some(run) => Some(Report::timed(context, &read.proposal, run.clone()).await?),
        None => None,
    };
    let older = older(context, look, &read).await?;
    let diff = DiffPart::of(
        older.as_ref(),
        &read.revision,
        Asked {
            is_split: look.asked("view") == Some("split"),
            is_whole: look.asked("from").is_some(),
        },
    );
    let hidden = hidden_text::of_revision(&read.revision);
    let beside = Beside {
        policy: read.concerns.clone(),
        risk: risky(context, &read.revision).await,
        weakened: &diff.ledger,
        hidden: &hidden,
        is_contested: read.proposal.standing == Standing::Contested,
        is_own: Person::of(&look.visitor).is_among(&read.proposers),
    };
    let id = &read.proposal.id;
    let about = LogQuery { proposal: Some(id.clone()), limit: DEEDS, before: None };
    let store = context.store()?;
    let deeds: Vec<Deed> = store.log(&about).await?.iter().map(Deed::of).collect();
    let glance = store.glances(std::slice::from_ref(id)).await?.pop();
    let repository = remembered_repository(context, &read.revision)?;
    let subject = read.subject(glance, repository, context.now());
    let frame = Frame::of(context, look, Place::Inbox, &subject.title).await;
    Ok(ReviewPage {
        panel: DecisionPanel::of(&read.case(
            &frame.entries_told,
            look,
            (!hidden.is_empty(), others(report.as_ref())),
        )),
        frame: frame.via("/", "Inbox").via("", views::preview(&subject.title, 48)),
        files: files(&read, report.as_ref(), look.asked("all").is_some()),
        files_hidden: read.revision.source.files().len().saturating_sub(MAX_FILES),
        evidence: report.as_ref().map(|report| EvidenceView::of(report, &beside)),
        is_running: context.running.all().iter().any(|(_, job)| job.proposal == *id),
        subject,
        diff,
        deeds,
    })
}
