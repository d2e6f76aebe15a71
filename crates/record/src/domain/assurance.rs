//! Grades of how well an owner's key is kept.
//!
//! The client that enrols a key states the grade and the record repeats it. It is a claim that auditors weigh, not something the
//! program can verify.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands between the key and whoever runs as its user; said by the client that enrols it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// A file without a passphrase: every program of this user can sign with it.
    Low,
    /// A file with a passphrase.
    File,
    /// A key of an agent, which may ask before each use.
    Agent,
    /// A security key, which asks for a touch.
    Hardware,
}

impl Assurance {
    /// The word in records and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::File => "file",
            Self::Agent => "agent",
            Self::Hardware => "hardware",
        }
    }

    /// Grades a key as it was used: what its owner said of it when it was enrolled is the most it can be.
    ///
    /// A security key shows itself in its signature; of any other nobody can tell that hardware holds it.
    #[must_use]
    pub fn as_used(self, seen: Option<Self>, is_security_key: bool) -> Self {
        if is_security_key {
            return Self::Hardware;
        }
        seen.map_or(self, |seen| seen.min(self)).min(Self::Agent)
    }

    /// What it means, for a person.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Low => "low assurance: any program of this user can use the key",
            Self::File => "a file with a passphrase",
            Self::Agent => "held by an agent",
            Self::Hardware => "held by a security key",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_counts_as_it_was_used_and_never_for_more() {
        let used = |enrolled: Assurance, seen| enrolled.as_used(seen, false);

        assert_eq!(used(Assurance::Agent, Some(Assurance::Low)), Assurance::Low);
        assert_eq!(used(Assurance::Low, Some(Assurance::Agent)), Assurance::Low);
        assert_eq!(used(Assurance::Hardware, None), Assurance::Agent);
        assert_eq!(used(Assurance::File, None), Assurance::File);
        assert_eq!(Assurance::Low.as_used(Some(Assurance::Low), true), Assurance::Hardware);
    }
}
