//! Lint messages, graded by the policy.

use crate::domain::evidence::{Lint, LintIssue};
use crate::domain::policy::Policy;
use crate::sandbox::frame::{Frame, Origin};

/// Most messages that are kept.
const MOST_ISSUES: usize = 1_000;

/// What the linter said; without its last word there is no lint, and the note says why.
pub(crate) fn lint_of<'a>(
    frames: impl Iterator<Item = (Origin, &'a [u8])>,
    policy: &Policy,
    why_silent: &str,
) -> Lint {
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
    let Some((tool, score, note)) = last else {
        return Lint { tool: "none".to_owned(), note: why_silent.to_owned(), ..Lint::default() };
    };
    issues.truncate(MOST_ISSUES);
    let score = score.filter(|score| (0.0..=10.0).contains(score));
    let mut lint = Lint { tool, score, critical: false, issues, note };
    lint.critical = policy.finds_critical(&lint);
    lint
}
