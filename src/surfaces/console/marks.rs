//! States and numbers as people read them: shape, word and colour, and units.
//!
//! A state is never told by its colour alone. Numbers that are not known say so in place of a zero.

use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::evidence::TestOutcome;
use record::domain::principal::{Principal, PrincipalKind};
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

/// What a state is to the reader; the word is the class of the stylesheet and the name of the shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// It speaks against.
    Fail,
    /// It wants a look.
    Warn,
    /// It waits or goes on.
    Wait,
    /// It says nothing.
    None,
    /// It speaks for.
    Pass,
}

impl Tone {
    /// The class, and the name of the shape.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Wait => "wait",
            Self::None => "none",
            Self::Pass => "pass",
        }
    }
}

/// A state with its word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Shape and colour.
    pub tone: Tone,
    /// The word.
    pub word: String,
}

impl Mark {
    /// Makes one.
    pub fn new(tone: Tone, word: impl Into<String>) -> Self {
        Self { tone, word: word.into() }
    }

    /// The mark of a status.
    pub fn of_status(status: Status) -> Self {
        match status {
            Status::Pending => Self::new(Tone::Wait, "not run yet"),
            Status::Tested => Self::new(Tone::Wait, "waiting for your decision"),
            Status::Approved => Self::new(Tone::Pass, "approved"),
            Status::Rejected => Self::new(Tone::Fail, "rejected"),
        }
    }

    /// The mark of a verdict; findings make a pass one to look at.
    pub fn of_verdict(verdict: Option<VerdictWord>, findings: u32) -> Self {
        match verdict {
            None => Self::new(Tone::None, "Not run yet"),
            Some(VerdictWord::Passed) if findings > 0 => {
                Self::new(Tone::Warn, "Passed, with findings")
            }
            Some(VerdictWord::Passed) => Self::new(Tone::Pass, "Passed"),
            Some(VerdictWord::Failed) => Self::new(Tone::Fail, "Failed"),
            Some(VerdictWord::Inconclusive) => Self::new(Tone::Warn, "Inconclusive"),
        }
    }

    /// The mark of a decision.
    pub fn of_decision(decision: Decision) -> Self {
        match decision {
            Decision::Approved => Self::new(Tone::Pass, "Approved"),
            Decision::ApprovedDespite => Self::new(Tone::Warn, "Approved despite"),
            Decision::Rejected => Self::new(Tone::Fail, "Rejected"),
            Decision::Revoked => Self::new(Tone::Warn, "Approval revoked"),
            Decision::Reopened => Self::new(Tone::Wait, "Reopened"),
        }
    }

    /// The mark of a test.
    pub fn of_outcome(outcome: TestOutcome) -> Self {
        match outcome {
            TestOutcome::Passed => Self::new(Tone::Pass, "passed"),
            TestOutcome::Failed => Self::new(Tone::Fail, "failed"),
            TestOutcome::Error => Self::new(Tone::Fail, "error"),
            TestOutcome::Skipped => Self::new(Tone::Warn, "skipped"),
            TestOutcome::Xfailed => Self::new(Tone::None, "expected failure"),
            TestOutcome::Xpassed => Self::new(Tone::Warn, "unexpected pass"),
        }
    }
}

/// Names a principal; an owner without a name of their own is "you".
pub fn named(who: &Principal) -> String {
    match who.kind {
        PrincipalKind::Owner if who.id == "owner" => "you".to_owned(),
        PrincipalKind::Owner => format!("owner {}", who.id),
        // What came by the protocol of agents is called so in its name already.
        PrincipalKind::Agent => {
            format!("agent {}", who.id.strip_prefix("agent:").unwrap_or(&who.id))
        }
        PrincipalKind::System => "saraphina".to_owned(),
    }
}

/// Writes hundredths of a percent.
pub fn percent_bp(points: u32) -> String {
    format!("{:.1} %", f64::from(points) / 100.0)
}

/// Writes a time in the unit that suits it.
pub fn duration(millis: u64) -> String {
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        60_000.. => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1_000),
    }
}

/// Writes a count with thin groups of three digits.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// Writes the beginning of a digest in groups of four.
pub fn short(digest: &Digest) -> String {
    let hex = digest.hex();
    let part = |at: usize| hex.get(at..at + 4).unwrap_or_default();
    format!("{} {} {} …", part(0), part(4), part(8))
}

/// Writes how many of something there are.
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {one}s", grouped(count as u64)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_acts_is_named_once() {
        let named_so = |kind, id: &str| named(&Principal { kind, id: id.to_owned(), key: None });

        assert_eq!(named_so(PrincipalKind::Agent, "agent:mcp"), "agent mcp");
        assert_eq!(named_so(PrincipalKind::Agent, "ci"), "agent ci");
        assert_eq!(named_so(PrincipalKind::Owner, "owner"), "you");
    }

    #[test]
    fn numbers_have_units_and_groups() {
        assert_eq!([7, 1_240, 65_000].map(duration), ["7 ms", "1.2 s", "1 min 5 s"]);
        assert_eq!(grouped(1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(counted(1, "entry"), "1 entry");
        assert_eq!(percent_bp(9_620), "96.2 %");
    }
}
