//! The panel beside a review: what a decision would bind to, and how to make it.
//!
//! No key comes near a page. The panel says exactly which bytes and which evidence a signature would cover and gives the command; the
//! command shows the same facts again before it asks.

use std::collections::BTreeSet;

use crate::surfaces::console::marks::{Mark, Tone, short};
use record::domain::approval_rules::ApprovalRules;
use record::domain::execution::Execution;
use record::domain::principal::Person;
use record::domain::proposal::{Proposal, Standing};
use record::domain::review::PastReview;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

/// Digits of the hash that a command takes.
const EXPECTED: usize = 12;

/// The panel.
#[derive(Clone, Debug)]
pub struct DecisionPanel {
    /// Where the proposal stands.
    pub mark: Mark,
    /// What a decision binds to.
    pub bound: Vec<(&'static str, String)>,
    /// Why nothing can be decided here; empty where it can.
    pub closed: String,
    /// The command that approves; empty where none would.
    pub approve: String,
    /// The buttons of the form: the decision that each asks for, and its word.
    pub buttons: Vec<(&'static str, &'static str)>,
    /// What the field of the form is for.
    pub field: &'static str,
    /// Whether an approval needs a reason.
    pub is_despite: bool,
    /// Whether files hide something, which an approval has to allow.
    pub is_hiding: bool,
    /// The content hash.
    pub content_hash: String,
    /// The execution; empty for none.
    pub execution: String,
    /// The command that rejects.
    pub reject: String,
    /// What comes next where nothing is to decide.
    pub next: String,
    /// The decisions so far, newest first.
    pub past: Vec<Past>,
    /// How the votes on this revision stand; empty where one owner is enough.
    pub votes: Votes,
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
    /// The newest run of it.
    pub execution: Option<&'a Execution>,
    /// The decisions, oldest first.
    pub reviews: &'a [PastReview],
    /// The digest of the policy, shortened.
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
        let despite = if case.has_concerns { " --despite 'YOUR REASON'" } else { "" };
        let hidden = if case.is_hiding { " --allow-hidden" } else { "" };
        let can_reject = matches!(proposal.status, Status::Pending | Status::Tested);
        Self {
            mark: standing(proposal),
            bound: bound(case),
            approve: if is_open {
                format!("saraphina approve-code {id}{despite}{hidden} --expect {hash}")
            } else {
                String::new()
            },
            buttons: buttons(proposal.status, &closed, case.has_concerns),
            field: match (proposal.status, case.has_concerns) {
                (Status::Tested, false) => "Comment (a reason, to reject)",
                (Status::Tested, true)
                | (Status::Pending | Status::Approved | Status::Rejected, _) => "Reason (needed)",
            },
            is_despite: case.has_concerns,
            is_hiding: case.is_hiding,
            content_hash: proposal.content_hash.hex(),
            execution: case.execution.map(|run| run.id.to_string()).unwrap_or_default(),
            reject: if can_reject && closed.is_empty() {
                format!("saraphina reject-code {id} 'YOUR REASON'")
            } else {
                String::new()
            },
            next: next(case, &id),
            closed,
            past: case.reviews.iter().rev().map(past).collect(),
            votes: votes(case),
        }
    }
}

/// The decisions that a form can ask for; one that needs evidence only where there is some.
fn buttons(status: Status, closed: &str, has_concerns: bool) -> Vec<(&'static str, &'static str)> {
    let approve = if has_concerns { "Approve despite and sign" } else { "Approve and sign" };
    match status {
        Status::Tested if closed.is_empty() => vec![("approve", approve), ("reject", "Reject")],
        Status::Tested | Status::Pending => Vec::new(),
        Status::Approved => vec![("revoke", "Take the approval back")],
        Status::Rejected => vec![("reopen", "Reopen it")],
    }
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
        ("Content", short(&case.proposal.content_hash)),
        ("Execution", run),
        ("Policy", case.policy.clone()),
        ("Record", format!("{} entries", case.entries)),
    ]
}

fn next(case: &Case<'_>, id: &str) -> String {
    match (case.proposal.status, case.execution.map(|run| run.verdict.word)) {
        (Status::Approved, _) => format!("saraphina apply-code {id}"),
        (Status::Rejected, _) => format!("saraphina reopen-code {id} 'YOUR REASON'"),
        (Status::Pending, _) | (Status::Tested, None) => format!("saraphina sandbox-code {id}"),
        (Status::Tested, Some(VerdictWord::Failed)) => format!("saraphina auto-refine {id}"),
        (Status::Tested, Some(VerdictWord::Inconclusive)) => "saraphina doctor".to_owned(),
        (Status::Tested, Some(VerdictWord::Passed)) => String::new(),
    }
}

/// Counts approvals of this revision; a person who signs with two keys is one person, as for the decision itself.
fn votes(case: &Case<'_>) -> Votes {
    let counts = |review: &&PastReview| {
        review.revision == case.revision
            && (review.is_live_approval() || !review.decision.is_approval())
    };
    let approvals = case.reviews.iter().filter(counts).filter(|review| review.is_live_approval());
    let people: BTreeSet<Person> = approvals.map(|review| Person::of(&review.reviewer)).collect();
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
