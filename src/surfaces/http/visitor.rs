//! Who makes a request, as the gate found.
//!
//! The gate puts a [`Visitor`] into the extensions of every request that it lets through; handlers and pages read it from there. It
//! says who somebody is; how far that reaches over HTTP is decided here, too: only a process of the owner's reaches the owner's own
//! commands, because a browser holds no key and a token is none.

use crate::surfaces::http::auth::Admitted;
use record::domain::principal::{Authority, Principal};
use record::domain::token::TokenScope;

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visitor {
    /// A process of the owner's at the Unix socket.
    Process {
        /// The user it runs as, which is our own.
        uid: u32,
    },
    /// The owner's browser, signed in by a one-time code.
    Session(SignedIn),
    /// A program with a token.
    Bearer(Bearer),
    /// Nobody we know.
    Nobody,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The name of the owner who made the code.
    pub owner: String,
    /// The session's name, made from the hash of its secret.
    pub session: String,
    /// What a form of its pages has to bring along, in a field or a header.
    pub form_token: String,
}

/// A program with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The token's id.
    pub id: String,
    /// The name that the owner gave it.
    pub name: String,
    /// How far it reaches.
    pub scope: TokenScope,
}

impl Visitor {
    /// Tells as whom it acts and how far that reaches; nothing of somebody unknown.
    pub fn admitted(&self) -> Option<Admitted> {
        Some(match self {
            Self::Process { uid } => {
                Admitted { who: Principal::owner(), uid: Some(*uid), reach: Authority::Own }
            }
            Self::Session(signed_in) => Admitted {
                who: Principal::owner_named(&signed_in.owner),
                uid: None,
                reach: Authority::Propose,
            },
            Self::Bearer(bearer) => Admitted {
                who: Principal::agent(&bearer.name),
                uid: None,
                reach: bearer.scope.authority(),
            },
            Self::Nobody => return None,
        })
    }
}
