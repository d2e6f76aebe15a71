//! The page of what went wrong: what it is, and what to do next.
//!
//! Errors are the same as at every other surface, kind, message and hints; the status follows from the same table.

use askama::Template;
use axum::http::StatusCode;

use crate::surfaces::console::assets::ASSETS;
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use record::domain::id::ProposalId;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// The page of an error.
#[derive(Template)]
#[template(path = "trouble.html")]
pub struct TroublePage {
    frame: Frame,
    heading: &'static str,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
    back: String,
}

/// The page for whoever has no session.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    trouble: &'static str,
    theme: &'static str,
    style: &'static str,
    icon: &'static str,
}

impl SignInPage {
    /// Makes the page, with what went wrong before; it says nothing of the home.
    pub fn of(look: &Look, trouble: &'static str) -> Self {
        Self {
            trouble,
            theme: look.theme.word(),
            style: &ASSETS.style.path,
            icon: &ASSETS.icon.path,
        }
    }
}

impl TroublePage {
    /// Lays an error out.
    pub async fn of(context: &Context, look: &Look, error: &CommandError) -> Self {
        let heading = heading(error.kind);
        Self {
            frame: Frame::of(context, look, Place::Elsewhere, heading).await.via("", heading),
            heading,
            message: error.message.clone(),
            causes: error.causes.clone(),
            hints: error.hints.clone(),
            back: String::new(),
        }
    }

    /// Leads back to the review from which something was asked.
    #[must_use]
    pub fn of_review(self, proposal: &ProposalId) -> Self {
        Self { back: format!("/proposals/{proposal}"), ..self }
    }
}

/// The status that an error is answered with.
pub fn status(error: &CommandError) -> StatusCode {
    StatusCode::from_u16(Exit::Error(error.kind).http_status()).unwrap_or_default()
}

const fn heading(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "There is nothing here",
        ErrorKind::Ambiguous => "Several things have this name",
        ErrorKind::Usage => "Something does not fit",
        ErrorKind::State => "Not possible as things stand",
        ErrorKind::Forbidden | ErrorKind::NeedsOwner => "Not for you",
        ErrorKind::Unavailable => "A needed part is missing",
        ErrorKind::Integrity => "The record is not what it should be",
        ErrorKind::Internal | ErrorKind::Interrupted => "Something broke",
    }
}
