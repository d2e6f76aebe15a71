//! Principals, their authority, and the surface they came through.
//!
//! Authority is ordered and agents never reach `Own`: what a model may do is decided here, and checked before any command runs.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::lookalike::folded;

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

/// Begins the names of clients.
pub const CLIENT_PREFIX: &str = "agent:";
/// Longest name of a client, in characters; longer ones are cut.
const MAX_CLIENT_CHARS: usize = 64;
/// The name of a client that gives none.
const UNNAMED_CLIENT: &str = "unnamed";

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

    /// A client by the name that it gives itself, which is kept from looking like anything else.
    ///
    /// The prefix holds a letter that no owner's name may have, so that a client cannot take one.
    pub fn client(told: &str) -> Self {
        let told = told.strip_prefix(CLIENT_PREFIX).unwrap_or(told);
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let words: Vec<&str> = told.split(|letter| !is_plain(letter)).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let name: String = words.join("-").chars().take(MAX_CLIENT_CHARS).collect();
        let name = if name.is_empty() { UNNAMED_CLIENT } else { &name };
        Self::agent(&format!("{CLIENT_PREFIX}{name}"))
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
    /// The person of this name.
    pub fn of(name: &str) -> Self {
        Self(folded(name))
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
    fn a_client_cannot_look_like_anything_else() {
        let id = |told: &str| Principal::client(told).id;

        assert_eq!(id("claude-code"), "agent:claude-code");
        assert_eq!(id("owner"), "agent:owner");
        assert_eq!(id("Visual Studio Code\u{202e} \n{x}"), "agent:Visual-Studio-Code-x");
        assert_eq!(id("\u{5149}\u{6807}"), "agent:unnamed");
        assert_eq!(id(&"a".repeat(1_000)), format!("agent:{}", "a".repeat(64)));
        for told in ["claude-code", "owner", " a b ", ""] {
            let client = Principal::client(told);
            assert_eq!(Principal::client(&client.id), client, "{told:?}");
            assert_eq!(client.authority(), Authority::Propose);
        }
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
