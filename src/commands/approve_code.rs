//! `/approve-code`: approves exactly the content and the evidence that the owner was shown.
//!
//! The page of the question holds everything that the approval rests on, and its digest goes into the signed statement. The
//! command runs twice: first it asks, then it comes back with the answer and builds the same page again; if anything changed,
//! it refuses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::targets::branches::Site;
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::principal::{Authority, Person};
use record::domain::proposal::Proposal;
use record::domain::review::{self, Comment, ReasonText, Shown, Words};
use record::domain::review_error::ReviewError;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::page::Page;
use work::contract::signature::Signing;
use work::deciding::decide::{self, Decider, Ruling};
use work::deciding::decided::Decided;
use work::deciding::expected::check_expected;
use work::deciding::recorded::Recorded;

use crate::commands::approving::carried::{self, Carried};
use crate::commands::approving::case::Case;
use crate::commands::approving::page;

/// Digits of the hash that an approval despite the verdict asks for.
const DESPITE_DIGITS: usize = 8;
/// What the page says where the answer came along with the command.
const SCRIPTED: &str = "answered by `--yes --expect`, without a question";

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
    /// Take over your approval of the revision before: an equal difference on another base, where the policy lets it
    #[arg(long, conflicts_with_all = ["comment", "despite", "yes", "expect", "phrase"])]
    pub carry: bool,
    /// Digest of the text that was shown, as the question gave it
    #[arg(skip)]
    pub shown: Option<Digest>,
    /// The owner's signature, as the answer to the first try asks for it
    #[arg(skip)]
    pub signing: Signing,
}

impl Args {
    /// Tells whether the answer came along with the command, so that no question showed a page.
    const fn is_scripted(&self) -> bool {
        self.yes && self.expect.is_some() && self.shown.is_none()
    }
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
        if args.carry && (args.despite.is_some() || args.comment.is_some()) {
            return Err(CommandError::usage("`--carry` says itself why it approves"));
        }
        let decider = Decider::of(invocation, &args.signing).await?;
        let despite = args.despite.as_deref().map(ReasonText::new).transpose()?;
        let proposal = lookup::proposal(invocation, &args.id, Newest::OfSession).await?;
        if let Some(done) = decide::replayed(invocation, &proposal).await? {
            return Ok(done);
        }
        let execution = executed(invocation, &proposal).await?;
        let owner = Person::of(&decider.owner.principal().id);
        let case = Case::of(invocation, proposal, execution, &owner).await?;
        let found = carried::find(invocation, &case, &decider).await;
        let carried = match (found, args.carry) {
            (Ok(carried), _) => Some(carried),
            (Err(error), false) if error.kind == ErrorKind::State => None,
            (Err(error), _) => return Err(error),
        };
        let taken = carried.as_ref().filter(|_| args.carry);
        let comment = said(&args, taken)?;
        let unseen =
            taken.map(Carried::told).or_else(|| args.is_scripted().then(|| SCRIPTED.to_owned()));
        let page = page::page(&case, &decider, unseen.as_deref());
        let text = page.plain();
        let proposal = &case.proposal;
        let shown =
            Shown { content_hash: proposal.content_hash, text_digest: Digest::of(text.as_bytes()) };
        let words = Words { despite, comment };
        let grounds = case.grounds(&decider);
        let review = review::approve(&decider.owner, proposal, &grounds, &shown, words)?;
        case.check_hidden(args.allow_hidden)?;
        // A question is not returned at once: it takes the statement along, so that yes and signature come back
        // together.
        let answer = match taken {
            Some(_) => Ok(()),
            None => check_answer(&args, &case, page, &shown, review.decision())
                .map_err(|question| offering(question, proposal, carried.as_ref())),
        };
        let missing = grounds.missing(&decider.owner.principal().id);
        let execution = Some(case.execution.clone());
        let recorded = case.recorded.clone();
        let ruling = Ruling { review, execution, recorded, missing, page: Some(text) };
        if let Err(question) = answer {
            return Err(decide::asked(invocation, proposal, &decider, &ruling, question));
        }
        let answer = decide::record(invocation, proposal, &decider, ruling).await?;
        let change = case.revision.source.change();
        let repository = change.map(|change| change.repository.to_string());
        let branch = match change {
            Some(change) => {
                Site::of(invocation, change).await.ok().and_then(|site| site.on_base(change))
            }
            None => None,
        };
        Ok(Decided { repository, branch, ..answer })
    }
}

/// Finds the execution that an approval rests on.
async fn executed(invocation: &Invocation, proposal: &Proposal) -> Result<Execution, CommandError> {
    if let Some(execution) = decide::deciding_execution(invocation, proposal).await? {
        return Ok(execution);
    }
    // Where the entries know an execution, its rows were taken away.
    Recorded::of(invocation, proposal).await?.check_unexecuted()?;
    Err(ReviewError::NotTested(proposal.id.clone()).into())
}

/// The comment that is signed: the owner's own words, or why there are none.
///
/// It says where no question was asked, so that the record tells such approvals from others.
fn said(args: &Args, taken: Option<&Carried>) -> Result<Comment, ReviewError> {
    let typed = args.comment.as_deref().unwrap_or_default();
    match taken {
        Some(taken) => Comment::new(&taken.told()),
        None if !args.is_scripted() => Comment::new(typed),
        None if typed.is_empty() => Comment::new(SCRIPTED),
        None => Comment::new(&format!("{typed}; {SCRIPTED}")),
    }
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

/// Says in the question that the owner need not answer it.
fn offering(
    question: CommandError,
    proposal: &Proposal,
    carried: Option<&Carried>,
) -> CommandError {
    if carried.is_none() || question.kind != ErrorKind::NeedsOwner {
        return question;
    }
    question.hint(format!(
        "`/approve-code {} --carry` takes over your approval of the same difference.",
        proposal.id
    ))
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
            format!("Approve {named}, all the same?"),
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
            "Without a terminal, give `--yes --expect {hash}{also}` after you looked at `/show-code {id}` and `/report-code {id}`.",
            id = case.proposal.id
        ))
        .asking(Confirmation {
            page,
            question,
            wanted,
            content_hash: shown.content_hash,
            shown_digest: shown.text_digest,
        })
}
