//! Lays out the page of the question.
//!
//! It holds everything that an owner decides on: the difference, what ran, and each thing that speaks against signing. Its digest goes
//! into the statement, so nothing may enter it that another turn would say differently.

use record::domain::approval::Run;
use record::domain::review::PastReview;
use record::domain::verdict::VerdictWord;
use record::domain::weakening::Weakening;
use work::contract::page::{Block, Cell, Page, Tone};
use work::deciding::decide::Decider;
use work::reporting::difference;
use work::reporting::evidence_page;
use work::reporting::evidence_report::Report;
use work::reporting::hidden_text::HiddenText;

use crate::commands::approving::case::Case;
use crate::commands::approving::seen::{EVERYTHING, SINCE, UNSEEN};

/// Lays out everything the owner decides on; its digest is signed.
///
/// `unseen` says why nobody sees it before it is signed.
pub fn page(case: &Case, decider: &Decider, unseen: Option<&str>) -> Page {
    let Case { proposal, report, revision, before, seen, .. } = case;
    let weakened =
        before.as_ref().map_or_else(Vec::new, |before| difference::weakened(before, revision));
    // What becomes of the repository is signed, whatever revision came before.
    let change = revision.source.change();
    let held_against = seen.as_ref().filter(|_| change.is_none());
    let compared = match (change, held_against) {
        (Some(change), _) => format!("all that changes, against {}", change.base.commit),
        (None, Some(seen)) => format!("since revision {}{SINCE}", seen.number),
        (None, None) if revision.number == 1 => format!("{EVERYTHING}, this is the first revision"),
        (None, None) => format!("{EVERYTHING}, as no page of yours showed a revision before"),
    };
    let mut warned = warnings(&case.runs, &case.hidden, &weakened, report);
    warned.extend(case.rejected.iter().map(refused));
    let risky = case.risk.iter().filter(|risk| risk.class.phrase().is_some());
    warned.extend(
        risky.map(|risk| format!("{} change: {}", risk.class.word(), risk.reasons.join("; "))),
    );
    let principal = &decider.owner.principal().id;
    let grounds = case.grounds(decider);
    warned.extend(grounds.concerns().iter().map(ToString::to_string));
    if decider.policy.approval.quorum > 1 {
        let quorum = decider.policy.approval.quorum;
        warned.push(format!("{} of {quorum} approvals so far", case.approvals.len()));
    }
    if grounds.is_own(principal) {
        warned.push("you proposed this yourself".to_owned());
    }
    warned.extend(unseen.map(|why| format!("{why}; {UNSEEN}")));
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

fn refused(review: &PastReview) -> String {
    let PastReview { reviewer, revision, reason, .. } = review;
    let why = reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
    format!("{reviewer} rejected exactly these bytes, as revision {revision}{why}")
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
