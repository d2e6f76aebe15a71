//! The panel beside a review: what a decision would bind to, and how to make it.
//!
//! No key comes near a page. The panel says exactly which bytes and which evidence a signature would cover and gives the command; the
//! command shows the same facts again before it asks.

use std::collections::BTreeSet;

use crate::surfaces::console::given::Given;
use crate::surfaces::console::marks::{Mark, Tone};
use record::domain::approval_rules::ApprovalRules;
use record::domain::decision::MIN_DESPITE_CHARS;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::principal::Person;
use record::domain::proposal::{Proposal, Standing};
use record::domain::review::PastReview;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

/// Digits of the hash that a command takes.
const EXPECTED: usize = 12;
/// What has to follow a command that decides.
const REASON: &str = "and your reason";

/// The panel.
#[derive(Clone, Debug)]
pub struct DecisionPanel {
    /// Where the proposal stands.
    pub mark: Mark,
    /// What a decision binds to.
    pub bound: Vec<(&'static str, String)>,
    /// Why nothing can be decided here; empty where it can.
    pub closed: String,
    /// That whoever looks has approved, and for whom it waits; empty where not.
    pub voted: String,
    /// The command that approves; empty where none would.
    pub approve: Given,
    /// The forms, one for each decision that can be asked for.
    pub asks: Vec<Ask>,
    /// Whether an approval needs a reason.
    pub is_despite: bool,
    /// The content hash of the newest revision, to which a decision binds.
    pub content_hash: String,
    /// The execution; empty for none.
    pub execution: String,
    /// The command that rejects.
    pub reject: Given,
    /// What comes next where nothing is to decide.
    pub next: Given,
    /// The decisions so far, newest first.
    pub past: Vec<Past>,
    /// How the votes on this revision stand; empty where one owner is enough.
    pub votes: Votes,
}

/// A form that asks for one decision, with what it needs.
///
/// Each has a field of its own, so that the browser itself can say what is missing before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The decision.
    pub decision: &'static str,
    /// The word of the button.
    pub word: &'static str,
    /// The name of its field on the page.
    pub field: &'static str,
    /// What the field is for.
    pub label: String,
    /// Least characters; 0 where the field may stay empty.
    pub least: usize,
    /// What was typed before.
    pub typed: String,
    /// Whether files hide something, which an approval has to allow.
    pub is_hiding: bool,
}

/// The votes of several owners on one revision.
#[derive(Clone, Debug, Default)]
pub struct Votes {
    /// How many approvals there are of how many; empty where one owner is enough.
    pub told: String,
    /// The votes that count, oldest first.
    pub given: Vec<Past>,
    /// Files that wait for one of their owners.
    pub open: Vec<String>,
}

/// A decision that was made.
#[derive(Clone, Debug)]
pub struct Past {
    /// What it was.
    pub mark: Mark,
    /// By whom, and on which revision.
    pub told: String,
    /// Why.
    pub reason: String,
    /// Its entry.
    pub seq: u64,
    /// Whether it counts no more.
    pub is_over: bool,
}

/// What the panel is made of.
pub struct Case<'a> {
    /// The proposal.
    pub proposal: &'a Proposal,
    /// The revision that is shown.
    pub revision: u32,
    /// Its content hash.
    pub content_hash: Digest,
    /// Whether it changes a repository.
    pub is_change: bool,
    /// The newest run of it.
    pub execution: Option<&'a Execution>,
    /// Other patches that pass the tests and behave differently, by their revisions.
    pub others: Vec<u32>,
    /// The name of whoever looks; empty for nobody known.
    pub visitor: &'a str,
    /// The decisions, oldest first.
    pub reviews: &'a [PastReview],
    /// The digest of the policy.
    pub policy: String,
    /// How many owners have to approve, and who which files.
    pub rules: &'a ApprovalRules,
    /// The files of the revision.
    pub paths: Vec<String>,
    /// Entries of the record.
    pub entries: String,
    /// Whether a reason is needed.
    pub has_concerns: bool,
    /// Whether files hide something.
    pub is_hiding: bool,
    /// The decision that was asked for before, and what was typed with it.
    pub typed: (String, String),
}

impl DecisionPanel {
    /// Lays it out.
    pub fn of(case: &Case<'_>) -> Self {
        let proposal = case.proposal;
        let id = proposal.id.to_string();
        let hash = proposal.content_hash.hex();
        let hash = hash.get(..EXPECTED).unwrap_or(&hash);
        let closed = closed(case);
        let is_open = closed.is_empty() && proposal.status == Status::Tested;
        let can_reject = matches!(proposal.status, Status::Pending | Status::Tested);
        let reject = format!("saraphina reject-code {id}");
        let voted = voted(case);
        Self {
            mark: standing(proposal),
            bound: bound(case),
            approve: if is_open && voted.is_empty() {
                approve(case, &id, hash)
            } else {
                Given::default()
            },
            asks: asks(case, &closed, &voted),
            is_despite: case.has_concerns,
            content_hash: proposal.content_hash.hex(),
            execution: case.execution.map(|run| run.id.to_string()).unwrap_or_default(),
            reject: if can_reject && closed.is_empty() {
                Given::begun(&reject, REASON)
            } else {
                Given::default()
            },
            next: next(case, &id),
            closed,
            voted,
            past: case.reviews.iter().rev().map(past).collect(),
            votes: votes(case),
        }
    }
}

fn approve(case: &Case<'_>, id: &str, hash: &str) -> Given {
    let hidden = if case.is_hiding { " --allow-hidden" } else { "" };
    let line = format!("saraphina approve-code {id}{hidden} --expect {hash}");
    if case.has_concerns {
        Given::begun(&format!("{line} --despite"), "and your reason, in quotes")
    } else {
        Given::whole(line)
    }
}

/// The decisions that can be asked for; one that needs evidence only where there is some.
fn asks(case: &Case<'_>, closed: &str, voted: &str) -> Vec<Ask> {
    if case.revision != case.proposal.head {
        return Vec::new();
    }
    match case.proposal.status {
        Status::Tested if closed.is_empty() => {
            // Nobody approves twice.
            let approve = voted.is_empty().then(|| Ask::to_approve(case));
            let reject = Ask::with_reason(case, "reject", "Reject", "Why reject it?");
            approve.into_iter().chain([reject]).collect()
        }
        Status::Tested | Status::Pending => Vec::new(),
        Status::Approved => {
            let word = "Take the approval back";
            vec![Ask::with_reason(case, "revoke", word, "Why take it back?")]
        }
        Status::Rejected => {
            vec![Ask::with_reason(case, "reopen", "Reopen it", "Why reopen it?")]
        }
    }
}

impl Ask {
    fn to_approve(case: &Case<'_>) -> Self {
        let (word, label, least) = if case.has_concerns {
            let label =
                format!("Why approve it all the same? At least {MIN_DESPITE_CHARS} characters");
            ("Approve all the same, and sign", label, MIN_DESPITE_CHARS)
        } else {
            ("Approve and sign", "A comment, if you like".to_owned(), 0)
        };
        Self {
            decision: "approve",
            word,
            field: "words",
            label,
            least,
            typed: typed(case, "approve"),
            is_hiding: case.is_hiding,
        }
    }

    fn with_reason(
        case: &Case<'_>,
        decision: &'static str,
        word: &'static str,
        label: &str,
    ) -> Self {
        Self {
            decision,
            word,
            field: "reason",
            label: label.to_owned(),
            least: 1,
            typed: typed(case, decision),
            is_hiding: false,
        }
    }
}

fn typed(case: &Case<'_>, decision: &str) -> String {
    let (asked, words) = &case.typed;
    if asked == decision { words.clone() } else { String::new() }
}

fn standing(proposal: &Proposal) -> Mark {
    if proposal.standing == Standing::Contested {
        return Mark::new(Tone::Warn, "approved, but contested by a later run");
    }
    Mark::of_status(proposal.status)
}

fn closed(case: &Case<'_>) -> String {
    if case.revision != case.proposal.head {
        return format!(
            "This is revision {}; only the newest, {}, can be decided on.",
            case.revision, case.proposal.head
        );
    }
    match case.execution {
        None => "It has not been run, so there is no evidence to decide on.".to_owned(),
        Some(run) if run.content_hash != case.proposal.content_hash => {
            "Its newest run is of other bytes.".to_owned()
        }
        Some(_) => String::new(),
    }
}

fn bound(case: &Case<'_>) -> Vec<(&'static str, String)> {
    let run = case
        .execution
        .map_or_else(|| "none".to_owned(), |run| format!("{}, {}", run.id, run.verdict.word));
    vec![
        ("Content", case.content_hash.hex()),
        ("Execution", run),
        ("Policy", case.policy.clone()),
        ("Record", format!("{} entries", case.entries)),
    ]
}

fn next(case: &Case<'_>, id: &str) -> Given {
    let verdict = case.execution.map(|run| run.verdict.word);
    if case.revision != case.proposal.head {
        // Whatever else comes next takes the newest revision.
        let run = format!("saraphina sandbox-code {id} --revision {}", case.revision);
        return if verdict.is_none() { Given::whole(run) } else { Given::default() };
    }
    match (case.proposal.status, verdict) {
        (Status::Approved, _) if case.is_change => {
            Given::whole(format!("saraphina apply-code {id}"))
        }
        (Status::Approved, _) => {
            Given::begun(&format!("saraphina apply-code {id} --folder"), "and a folder of yours")
        }
        (Status::Rejected, _) => Given::begun(&format!("saraphina reopen-code {id}"), REASON),
        (Status::Pending, _) | (Status::Tested, None) => {
            Given::whole(format!("saraphina sandbox-code {id}"))
        }
        (Status::Tested, Some(VerdictWord::Failed)) => {
            Given::whole(format!("saraphina auto-refine {id}"))
        }
        (Status::Tested, Some(VerdictWord::Inconclusive)) => {
            Given::whole("saraphina doctor".to_owned())
        }
        (Status::Tested, Some(VerdictWord::Passed)) => take(case, id),
    }
}

/// Offers the other patches of a repair that is not settled.
fn take(case: &Case<'_>, id: &str) -> Given {
    if case.others.is_empty() {
        return Given::default();
    }
    let others: Vec<String> = case.others.iter().map(ToString::to_string).collect();
    let rest = format!("and the revision of another patch: {}", others.join(", "));
    Given::begun(&format!("saraphina auto-refine {id} --take"), rest)
}

/// The people whose approvals of this revision count; who signs with two keys is one person, as for the decision itself.
fn approving(case: &Case<'_>) -> BTreeSet<Person> {
    let counts =
        |review: &&PastReview| review.revision == case.revision && review.is_live_approval();
    case.reviews.iter().filter(counts).map(|review| Person::of(&review.reviewer)).collect()
}

/// Says that whoever looks has approved what still waits for others.
fn voted(case: &Case<'_>) -> String {
    let is_waiting = case.proposal.status == Status::Tested;
    if !is_waiting || !approving(case).contains(&Person::of(case.visitor)) {
        return String::new();
    }
    format!("You ({}) have approved this revision; it waits for another owner.", case.visitor)
}

fn votes(case: &Case<'_>) -> Votes {
    let counts = |review: &&PastReview| {
        review.revision == case.revision
            && (review.is_live_approval() || !review.decision.is_approval())
    };
    let people = approving(case);
    let waits = |path: &&String| {
        let owners = case.rules.owners_of(path);
        !owners.is_empty() && !owners.iter().any(|owner| people.contains(&Person::of(owner)))
    };
    let waiting = |path: &String| format!("{path}: {}", case.rules.owners_of(path).join(" or "));
    let open: Vec<String> = case.paths.iter().filter(waits).map(waiting).collect();
    if case.rules.quorum < 2 && case.rules.path_owners.is_empty() {
        return Votes::default();
    }
    Votes {
        told: format!("{} of {} approvals", people.len(), case.rules.quorum),
        given: case.reviews.iter().filter(counts).map(past).collect(),
        open,
    }
}

fn past(review: &PastReview) -> Past {
    let day: String = review.reviewed_at.to_string().chars().take(10).collect();
    Past {
        mark: Mark::of_decision(review.decision),
        told: format!("{}, revision {}, {day}", review.reviewer, review.revision),
        reason: match (&review.reason, review.comment.as_str()) {
            (Some(reason), "") => reason.clone(),
            (Some(reason), comment) => format!("{reason} ({comment})"),
            (None, comment) => comment.to_owned(),
        },
        seq: review.seq,
        is_over: review.ended.is_some(),
    }
}
