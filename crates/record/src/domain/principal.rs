//! Principals, their authority, and the surface they came through.
//!
//! Authority is ordered and agents never reach `Own`: what a model may do is decided here, and checked before any command runs.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicase::UniCase;

/// What a command needs; ordered, so that `has >= needs` reads as it should.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// Looks, and changes nothing.
    Read,
    /// Makes proposals, revisions and evidence.
    Propose,
    /// Decides.
    Own,
}

impl fmt::Display for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Read => "read",
            Self::Propose => "propose",
            Self::Own => "own",
        })
    }
}

/// The kind of principal, as records write it in `actor.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// The human with authority to decide.
    Owner,
    /// A model, client or worker: may propose and never decide.
    Agent,
    /// saraphina itself: dismissals, expiries, recovery.
    System,
}

/// Somebody who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Owner, agent or system.
    #[serde(rename = "type")]
    pub kind: PrincipalKind,
    /// The name of the owner, model, client or worker.
    pub id: String,
    /// SSH fingerprint of the key that signs for this principal, once there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<String>,
}

impl Principal {
    /// The owner of this home.
    #[must_use]
    pub fn owner() -> Self {
        Self { kind: PrincipalKind::Owner, id: "owner".to_owned(), key: None }
    }

    /// An owner by name.
    pub fn owner_named(name: &str) -> Self {
        Self { id: name.to_owned(), ..Self::owner() }
    }

    /// saraphina itself.
    pub fn system() -> Self {
        Self { kind: PrincipalKind::System, id: "saraphina".to_owned(), key: None }
    }

    /// An agent by the name of its model, client or worker.
    pub fn agent(id: &str) -> Self {
        Self { kind: PrincipalKind::Agent, id: id.to_owned(), key: None }
    }

    /// The most this principal may do.
    pub const fn authority(&self) -> Authority {
        match self.kind {
            PrincipalKind::Owner | PrincipalKind::System => Authority::Own,
            PrincipalKind::Agent => Authority::Propose,
        }
    }
}

/// A human being behind a name, however the name is spelled: `bob`, `Bob` and `ＢＯＢ` are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(String);

impl Person {
    /// The person of this name: compared in NFKC after full case folding.
    pub fn of(name: &str) -> Self {
        let normal = ComposingNormalizerBorrowed::new_nfkc();
        let folded = UniCase::new(normal.normalize(name)).to_folded_case();
        Self(normal.normalize(&folded).into_owned())
    }

    /// Tells whether a list names this person.
    pub fn is_among<'a>(&self, names: impl IntoIterator<Item = &'a String>) -> bool {
        names.into_iter().any(|name| Self::of(name) == *self)
    }
}

impl fmt::Display for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The surface an invocation came through, as records write it in `via.surface`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// The interactive session.
    Repl,
    /// One command from a shell.
    Shell,
    /// Commands read from a file or pipe.
    Script,
    /// The HTTP interface.
    Http,
    /// The Model Context Protocol.
    Mcp,
    /// A sandbox worker.
    Worker,
    /// No surface: saraphina's own doing.
    Internal,
}

/// How an act reached us; `uid` comes from the socket's peer credentials, never from the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    /// The surface.
    pub surface: Surface,
    /// User id of the peer process.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uid: Option<u32>,
    /// Identifies the session across its commands.
    pub session: String,
}

impl Via {
    /// saraphina's own doing.
    pub fn internal() -> Self {
        Self { surface: Surface::Internal, uid: None, session: "internal".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_never_reaches_own() {
        assert!(Principal::agent("m").authority() < Authority::Own);
        assert!(Principal::owner().authority() >= Authority::Own);
    }

    #[test]
    fn a_person_stays_one_however_the_name_is_spelled() {
        for name in ["bob", "Bob", "BOB", "\u{ff22}\u{ff4f}\u{ff42}"] {
            assert_eq!(Person::of(name), Person::of("bob"), "{name}");
        }
        assert_eq!(Person::of("STRASSE"), Person::of("stra\u{df}e"));
        assert_eq!(Person::of("e\u{301}va"), Person::of("\u{c9}va"));
        assert_ne!(Person::of("bob"), Person::of("rob"));
        assert!(Person::of("Bob").is_among(&["alice".to_owned(), "BOB".to_owned()]));
    }
}
