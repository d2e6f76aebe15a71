//! Lint messages from frames of a linter in the guest.
//!
//! Which of them are critical is the policy's business, when the verdict is made.

use crate::frame::{Frame, Origin};
use record::domain::evidence::{Lint, LintIssue};

/// Most messages that are kept.
pub(super) const MOST_ISSUES: usize = 1_000;

/// What the linter said, not graded yet; nothing without its last word.
pub(crate) fn lint_of<'a>(frames: impl Iterator<Item = (Origin, &'a [u8])>) -> Option<Lint> {
    let mut issues: Vec<LintIssue> = Vec::new();
    let mut last = None;
    for (origin, body) in frames.filter(|(origin, _)| *origin == Origin::Harness) {
        match serde_json::from_slice::<Frame>(body) {
            Ok(frame) if !frame.may_come_from(origin) => {}
            Ok(Frame::Issues { issues: more }) => issues.extend(more),
            Ok(Frame::Lint { tool, score, note }) => last = Some((tool, score, note)),
            Ok(_) | Err(_) => {}
        }
    }
    let (tool, score, note) = last?;
    issues.truncate(MOST_ISSUES);
    let score = score.filter(|score| (0.0..=10.0).contains(score));
    Some(Lint { tool, score, critical: false, issues, note })
}
