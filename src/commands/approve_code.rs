//! `/approve-code`: the owner lets a revision in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::command::{Access, Command, Group, Spec};
use crate::commands::confirmation::{Confirmation, Wanted};
use crate::commands::context::{Context, Invocation};
use crate::commands::decide::{self, Decided};
use crate::commands::diff_code;
use crate::commands::error::{CommandError, ErrorKind};
use crate::commands::evidence_page;
use crate::commands::lookup::{self, Newest};
use crate::commands::page::{Block, Cell, Page, Tone};
use crate::commands::report::Report;
use crate::domain::digest::Digest;
use crate::domain::execution::Execution;
use crate::domain::principal::Authority;
use crate::domain::proposal::{Latest, Proposal};
use crate::domain::review::{self, Comment, ReasonText, Shown, Words};
use crate::domain::revision::Revision;
use crate::domain::source::SourceFile;
use crate::domain::text::Untrusted;
use crate::domain::verdict::VerdictWord;
use crate::domain::weakening::Weakening;

/// Fewest leading digits of a hash that `--expect` takes.
const MIN_EXPECT: usize = 12;
/// Digits of the hash that an approval despite the verdict asks for.
const DESPITE_DIGITS: usize = 8;

/// `/approve-code`
pub enum ApproveCode {}

/// What was typed.
#[derive(Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
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
    #[arg(long, requires = "expect")]
    pub yes: bool,
    /// The content hash you looked at, at least its first 12 digits
    #[arg(long, value_name = "HASH")]
    pub expect: Option<String>,
    /// Digest of the text that was shown, as the question gave it
    #[arg(skip)]
    pub shown: Option<Digest>,
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

    async fn run(
        context: &Context,
        invocation: &Invocation,
        args: Args,
    ) -> Result<Decided, CommandError> {
        let owner = decide::owner(invocation)?;
        let despite = args.despite.as_deref().map(ReasonText::new).transpose()?;
        let comment = Comment::new(args.comment.as_deref().unwrap_or_default())?;
        let proposal = lookup::proposal(context, invocation, &args.id, Newest::OfSession).await?;
        if let Some(done) = decide::replayed(context, invocation, &proposal).await? {
            return Ok(done);
        }
        let execution = decide::deciding_execution(context, &proposal)
            .await?
            .ok_or_else(|| review::ReviewError::NotTested(proposal.id.clone()))?;
        let page = shown_page(context, &proposal, &execution).await?;
        let shown = Shown { content_hash: proposal.content_hash, text_digest: page.digest() };
        let words = Words { despite, comment };
        let review = review::approve(&owner, &proposal, &execution, &shown, words)?;
        check_answer(&args, &proposal, &execution, page, &shown)?;
        decide::record(context, invocation, &proposal, review, Some(execution)).await
    }
}

/// Everything the owner decides on; its digest is signed.
async fn shown_page(
    context: &Context,
    proposal: &Proposal,
    execution: &Execution,
) -> Result<Page, CommandError> {
    let store = context.store()?;
    let revision = lookup::revision(context, proposal, None).await?;
    let parent = match revision.parent {
        Some(number) => Some(lookup::revision(context, proposal, Some(number)).await?),
        None => None,
    };
    let others = store.verdicts(&proposal.id, proposal.head).await?;
    let report = Report::of(proposal, execution.clone());
    let weakened =
        parent.as_ref().map_or_else(Vec::new, |parent| diff_code::weakened(parent, &revision));
    Ok(Page::new()
        .title(format!("Approve {} revision {}?", proposal.id, proposal.head))
        .fields([("Request", Cell::from(proposal.request.as_str()))])
        .block(Block::Diff(diff_code::diff(parent.as_ref(), &revision)))
        .fields(evidence_page::summary(&report))
        .then(warnings(&revision, &others, &weakened, &report)))
}

fn warnings(
    revision: &Revision,
    others: &[Latest],
    weakened: &[Weakening],
    report: &Report,
) -> Page {
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
    let failed = others.iter().filter(|other| other.verdict != VerdictWord::Passed).count();
    if failed > 0 && others.len() > 1 {
        lines.push(format!("{failed} of {} executions of these bytes did not pass", others.len()));
    }
    let is_deceptive = |file: &&SourceFile| Untrusted(&file.text()).is_deceptive();
    lines.extend(revision.source.files().iter().filter(is_deceptive).map(|file| {
        format!("{} holds characters that reorder or hide text; they are shown as <U+…>", file.path)
    }));
    if lines.is_empty() {
        return Page::new();
    }
    let cells = lines.into_iter().map(|line| Cell::toned(line, Tone::Warn)).collect();
    Page::new().block(Block::List(cells))
}

/// Goes on only with the owner's word on exactly this content.
fn check_answer(
    args: &Args,
    proposal: &Proposal,
    execution: &Execution,
    page: Page,
    shown: &Shown,
) -> Result<(), CommandError> {
    let hash = proposal.content_hash.hex();
    if let Some(expected) = &args.expect {
        let digits = expected.strip_prefix("sha256:").unwrap_or(expected);
        if digits.len() < MIN_EXPECT {
            return Err(CommandError::usage(format!(
                "--expect takes at least {MIN_EXPECT} digits of the hash"
            )));
        }
        if !hash.starts_with(digits) {
            return Err(CommandError::new(
                ErrorKind::State,
                format!("the content is {hash}, not {digits} as expected"),
            )
            .hint("Look again with `/report-code`, then decide."));
        }
    }
    if args.shown.is_some_and(|digest| digest != shown.text_digest) {
        return Err(CommandError::new(ErrorKind::State, "the evidence changed after it was shown")
            .hint("Run `/approve-code` again to see the newest."));
    }
    if args.yes && args.expect.is_some() {
        return Ok(());
    }
    Err(ask(execution, page, shown, &hash))
}

fn ask(execution: &Execution, page: Page, shown: &Shown, hash: &str) -> CommandError {
    let (question, wanted) = match execution.verdict.word {
        VerdictWord::Passed => ("Approve exactly this?".to_owned(), Wanted::Yes),
        VerdictWord::Failed | VerdictWord::Inconclusive => {
            let digits = hash.chars().take(DESPITE_DIGITS).collect();
            let question = format!(
                "The verdict is {}. Type the first {DESPITE_DIGITS} digits of the content hash to approve despite it",
                execution.verdict.word
            );
            (question, Wanted::Digits(digits))
        }
    };
    CommandError::new(ErrorKind::NeedsOwner, "an approval needs the owner's word")
        .hint(format!(
            "Without a terminal, give `--yes --expect {hash}` after you looked at `/report-code`."
        ))
        .asking(Confirmation {
            page,
            question,
            wanted,
            content_hash: shown.content_hash,
            shown_digest: shown.text_digest,
        })
}
