//! `/approve-code`: approves exactly the content and the evidence that the owner was shown.
//!
//! The page of the question holds everything that the approval rests on, and its digest goes into the signed statement. The
//! command runs twice: first it asks, then it comes back with the answer and builds the same page again; if anything changed,
//! it refuses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use inspection::risk::Risk;
use record::domain::approval::{Grounds, Run};
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use record::domain::review::{self, Comment, PastReview, ReasonText, Shown, Words};
use record::domain::review_error::ReviewError;
use record::domain::revision::Revision;
use record::domain::verdict::VerdictWord;
use record::domain::weakening::Weakening;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::page::{Block, Cell, Page, Tone};
use work::contract::signature::Signing;
use work::deciding::decide::{self, Decider, Ruling};
use work::deciding::decided::Decided;
use work::deciding::expected::check_expected;
use work::deciding::recorded::Recorded;
use work::improving::risk;
use work::reporting::difference;
use work::reporting::evidence_page;
use work::reporting::evidence_report::Report;
use work::reporting::hidden_text::{self, HiddenText};

/// Digits of the hash that an approval despite the verdict asks for.
const DESPITE_DIGITS: usize = 8;

/// `/approve-code`
pub enum ApproveCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest that this session has shown
    #[arg(value_name = "ID")]
    pub id: String,
    /// A remark for the record
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Why it is approved although the verdict is not passed
    #[arg(long, value_name = "REASON")]
    pub despite: Option<String>,
    /// Do not ask; needs --expect
    #[arg(long)]
    pub yes: bool,
    /// The content hash you looked at, at least its first 12 digits
    #[arg(long, value_name = "HASH")]
    pub expect: Option<String>,
    /// Approve although files hold characters that cannot be seen, or names that mislead
    #[arg(long)]
    pub allow_hidden: bool,
    /// The sentence that a sensitive or critical change of a repository asks for
    #[arg(long, value_name = "SENTENCE")]
    pub phrase: Option<String>,
    /// Digest of the text that was shown, as the question gave it
    #[arg(skip)]
    pub shown: Option<Digest>,
    /// The owner's signature, as the answer to the first try asks for it
    #[arg(skip)]
    pub signing: Signing,
}

impl Command for ApproveCode {
    const SPEC: Spec = Spec {
        name: "approve-code",
        aliases: &[],
        summary: "Approve exactly the content and the evidence shown",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &["/approve-code @", "/approve-code 7c2e --comment \"reviewed line by line\""],
    };
    type Args = Args;
    type Outcome = Decided;

    fn signing(args: &mut Args) -> Option<&mut Signing> {
        Some(&mut args.signing)
    }

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
        args.shown = Some(confirmation.shown_digest);
        match &confirmation.wanted {
            Wanted::Phrase(phrase) => args.phrase = Some(phrase.clone()),
            Wanted::Yes | Wanted::Digits(_) => {}
        }
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Decided, CommandError> {
        let decider = Decider::of(invocation, &args.signing).await?;
        let despite = args.despite.as_deref().map(ReasonText::new).transpose()?;
        let comment = Comment::new(args.comment.as_deref().unwrap_or_default())?;
        let proposal = lookup::proposal(invocation, &args.id, Newest::OfSession).await?;
        if let Some(done) = decide::replayed(invocation, &proposal).await? {
            return Ok(done);
        }
        let execution = decide::deciding_execution(invocation, &proposal)
            .await?
            .ok_or_else(|| ReviewError::NotTested(proposal.id.clone()))?;
        let case = Case::of(invocation, proposal, execution).await?;
        let page = case.page(&decider);
        let text = page.plain();
        let proposal = &case.proposal;
        let shown =
            Shown { content_hash: proposal.content_hash, text_digest: Digest::of(text.as_bytes()) };
        let words = Words { despite, comment };
        let grounds = case.grounds(&decider);
        let review = review::approve(&decider.owner, proposal, &grounds, &shown, words)?;
        case.check_hidden(&args)?;
        // A question is not returned at once: it takes the statement along, so that yes and signature come back
        // together.
        let answer = check_answer(&args, &case, page, &shown, review.decision());
        let missing = grounds.missing(&decider.owner.principal().id);
        let execution = Some(case.execution.clone());
        let recorded = case.recorded.clone();
        let ruling = Ruling { review, execution, recorded, missing, page: Some(text) };
        if let Err(question) = answer {
            return Err(decide::asked(invocation, proposal, &decider, &ruling, question));
        }
        decide::record(invocation, proposal, &decider, ruling).await
    }
}

/// Everything that an approval rests on, read once.
struct Case {
    proposal: Proposal,
    execution: Execution,
    report: Report,
    revision: Revision,
    /// The revision to compare with: the last one that was decided on, else the parent.
    before: Option<Revision>,
    recorded: Recorded,
    runs: Vec<Run>,
    paths: Vec<String>,
    proposers: Vec<String>,
    approvals: Vec<String>,
    hidden: Vec<HiddenText>,
    /// How much may go wrong; absent of what is no change of a repository.
    risk: Option<Risk>,
}

impl Case {
    async fn of(
        context: &Context,
        proposal: Proposal,
        execution: Execution,
    ) -> Result<Self, CommandError> {
        let store = context.store()?;
        let recorded = Recorded::of(context, &proposal).await?;
        let execution = checked(&recorded, execution)?;
        let revision = lookup::revision(context, &proposal, None).await?;
        let reviews = recorded.reviews.clone();
        let reviewed = reviews.iter().rev().map(|review| review.revision);
        let before = reviewed.into_iter().find(|number| *number < revision.number);
        let before = match before {
            Some(number) => Some(lookup::revision(context, &proposal, Some(number)).await?),
            None => difference::before(context, &proposal, &revision).await?,
        };
        let counts =
            |review: &&PastReview| review.is_live_approval() && review.revision == revision.number;
        let approvals = reviews.iter().filter(counts).map(|review| review.reviewer.clone());
        let approvals = approvals.collect();
        for revision in std::iter::once(&revision).chain(&before) {
            recorded.check_revision(revision)?;
        }
        let runs = recorded.runs();
        let paths = revision.source.paths().map(ToString::to_string).collect();
        let report = Report::by_file(store, &proposal, execution.clone()).await?;
        let risk = match revision.source.change() {
            Some(change) => Some(risk::of_change(context, change).await),
            None => None,
        };
        Ok(Self {
            risk,
            hidden: hidden_text::of_revision(&revision),
            proposal,
            execution,
            report,
            revision,
            before,
            runs,
            paths,
            proposers: recorded.proposers.iter().cloned().collect(),
            recorded,
            approvals,
        })
    }

    fn grounds<'a>(&'a self, decider: &'a Decider) -> Grounds<'a> {
        Grounds {
            policy: &decider.policy,
            is_overtaken: self.is_overtaken(decider),
            execution: &self.execution,
            runs: &self.runs,
            paths: &self.paths,
            proposers: &self.proposers,
            approvals: &self.approvals,
            // The moment of the statement, not of this turn: both turns have to build the same page.
            now: decider.stamp.issued_at,
            passed_ms: self.passed_ms(decider),
        }
    }

    /// Counts the log's own time between the evidence and what the statement saw.
    fn passed_ms(&self, decider: &Decider) -> i64 {
        let executed = self.recorded.executed(&self.execution.id);
        let at = executed.map_or(decider.seen_at, |executed| executed.at);
        decider.seen_at.millis().saturating_sub(at.millis())
    }

    /// Tells whether the policy in force is newer than the evidence, by their entries.
    fn is_overtaken(&self, decider: &Decider) -> bool {
        let executed = self.recorded.executed(&self.execution.id);
        decider.policy_seq.is_some_and(|set| executed.is_none_or(|run| run.seq < set))
    }

    /// Lays out everything the owner decides on; its digest is signed.
    fn page(&self, decider: &Decider) -> Page {
        let Self { proposal, report, revision, before, .. } = self;
        let weakened =
            before.as_ref().map_or_else(Vec::new, |before| difference::weakened(before, revision));
        // What becomes of the repository is signed, whatever revision came before.
        let change = revision.source.change();
        let held_against = before.as_ref().filter(|_| change.is_none());
        let compared = match (change, held_against) {
            (Some(change), _) => format!("all that changes, against {}", change.base.commit),
            (None, Some(before)) => format!("since revision {}", before.number),
            (None, None) => "everything, this is the first revision".to_owned(),
        };
        let mut warned = warnings(&self.runs, &self.hidden, &weakened, report);
        let risky = self.risk.iter().filter(|risk| risk.class.phrase().is_some());
        warned.extend(
            risky.map(|risk| format!("{} change: {}", risk.class.word(), risk.reasons.join("; "))),
        );
        let principal = &decider.owner.principal().id;
        let grounds = self.grounds(decider);
        warned.extend(grounds.concerns().iter().map(ToString::to_string));
        if decider.policy.approval.quorum > 1 {
            let quorum = decider.policy.approval.quorum;
            warned.push(format!("{} of {quorum} approvals so far", self.approvals.len()));
        }
        if grounds.is_own(principal) {
            warned.push("you proposed this yourself".to_owned());
        }
        let page = Page::new()
            .title(format!("Approve {} revision {}?", proposal.id, proposal.head))
            .fields([
                ("Request", Cell::from(proposal.request.as_str())),
                ("Shown", Cell::from(compared)),
            ])
            .block(Block::Diff(difference::diff(held_against, revision)))
            .fields(evidence_page::summary(report))
            .then(evidence_page::files(report));
        if warned.is_empty() {
            return page;
        }
        let cells = warned.into_iter().map(|line| Cell::toned(line, Tone::Warn)).collect();
        page.block(Block::List(cells))
    }

    /// The sentence that this class of change asks for.
    fn phrase(&self) -> Option<&'static str> {
        self.risk.as_ref().and_then(|risk| risk.class.phrase())
    }

    /// Refuses what a reader cannot see unless the owner acknowledged it.
    fn check_hidden(&self, args: &Args) -> Result<(), CommandError> {
        match self.hidden.first().filter(|_| !args.allow_hidden) {
            Some(HiddenText { path, named }) => {
                let (path, named) = (path.clone(), named.clone());
                Err(ReviewError::HiddenText { path, named }.into())
            }
            None => Ok(()),
        }
    }
}

/// Holds the execution against its entry; evidence whose output is gone cannot be, so nothing new rests on it.
fn checked(recorded: &Recorded, execution: Execution) -> Result<Execution, CommandError> {
    let execution = recorded.vouched(execution)?;
    if !execution.evidence.output.pruned {
        return Ok(execution);
    }
    let message = format!("the output of {} was taken out, so it cannot be checked", execution.id);
    Err(CommandError::new(ErrorKind::State, message)
        .hint(format!("Run `/sandbox-code {}` again, then decide.", execution.proposal)))
}

fn warnings(
    runs: &[Run],
    hidden: &[HiddenText],
    weakened: &[Weakening],
    report: &Report,
) -> Vec<String> {
    let mut lines: Vec<String> = report
        .integrity
        .findings
        .iter()
        .map(|finding| format!("{}: {}", finding.code, finding.message))
        .collect();
    lines.extend(
        weakened
            .iter()
            .map(|found| format!("tests may be weaker, {}: {}", found.code, found.message)),
    );
    let failed = runs.iter().filter(|run| run.verdict != VerdictWord::Passed).count();
    if failed > 0 && runs.len() > 1 {
        lines.push(format!("{failed} of {} executions of these bytes did not pass", runs.len()));
    }
    lines.extend(hidden.iter().map(|HiddenText { path, named }| {
        format!("{path} holds what a reader cannot see or would take for something else: {named}")
    }));
    lines
}

/// Goes on only with the owner's word on exactly this content.
fn check_answer(
    args: &Args,
    case: &Case,
    page: Page,
    shown: &Shown,
    decision: Decision,
) -> Result<(), CommandError> {
    check_expected(args.expect.as_deref(), "the content", &case.proposal.content_hash)
        .map_err(|error| error.hint("Look again with `/report-code`, then decide."))?;
    if args.shown.is_some_and(|digest| digest != shown.text_digest) {
        return Err(CommandError::new(ErrorKind::State, "the evidence changed after it was shown")
            .hint("Run `/approve-code` again to see the newest."));
    }
    let is_said = case.phrase().is_none_or(|phrase| args.phrase.as_deref() == Some(phrase));
    if args.yes && args.expect.is_some() && is_said {
        return Ok(());
    }
    Err(ask(case, decision, page, shown))
}

fn ask(case: &Case, decision: Decision, page: Page, shown: &Shown) -> CommandError {
    let hash = case.proposal.content_hash.hex();
    // The page may have scrolled away: the question itself says what a yes is about.
    let named = format!(
        "{} revision {}, content {}, verdict {}",
        case.proposal.id,
        case.proposal.head,
        case.proposal.content_hash.short(),
        case.execution.verdict.word
    );
    let (question, wanted, also) = match (case.phrase(), decision) {
        // The sentence stands for the digits too: it takes longer to type, and says why.
        (Some(phrase), _) => (
            format!("Approve exactly {named}?"),
            Wanted::Phrase(phrase.to_owned()),
            format!(" --phrase \"{phrase}\""),
        ),
        (None, Decision::ApprovedDespite) => (
            format!(
                "Approve {named}, all the same? Type the first {DESPITE_DIGITS} digits of the content hash"
            ),
            Wanted::Digits(hash.chars().take(DESPITE_DIGITS).collect()),
            String::new(),
        ),
        (
            None,
            Decision::Approved | Decision::Rejected | Decision::Revoked | Decision::Reopened,
        ) => (format!("Approve exactly {named}?"), Wanted::Yes, String::new()),
    };
    CommandError::new(ErrorKind::NeedsOwner, "an approval needs the owner's word")
        .hint(format!(
            "Without a terminal, give `--yes --expect {hash}{also}` after you looked at `/report-code`."
        ))
        .asking(Confirmation {
            page,
            question,
            wanted,
            content_hash: shown.content_hash,
            shown_digest: shown.text_digest,
        })
}
