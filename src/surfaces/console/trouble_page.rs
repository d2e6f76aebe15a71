//! The page of what went wrong: what it is, and what to do next.
//!
//! Errors are the same as at every other surface, kind, message and hints; the status follows from the same table.

use askama::Template;
use axum::http::StatusCode;

use crate::surfaces::console::assets::ASSETS;
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use crate::surfaces::console::prose::{Piece, pieces};
use crate::surfaces::render::ink::Typing;
use crate::surfaces::render::typed::{hint, quoted};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// The command that signs a browser in.
const OPEN: &str = "saraphina open";
/// Longest address that it opens.
const MAX_ADDRESS: usize = 1_000;

/// The page of an error.
#[derive(Template)]
#[template(path = "trouble.html")]
pub struct TroublePage {
    frame: Frame,
    heading: &'static str,
    message: String,
    causes: Vec<String>,
    hints: Vec<Vec<Piece>>,
    back: String,
}

/// The page for whoever has no session.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    trouble: &'static str,
    command: String,
    theme: &'static str,
    style: &'static str,
    icon: &'static str,
}

impl SignInPage {
    /// Makes the page, with what went wrong before; it says nothing of the home.
    pub fn of(look: &Look, trouble: &'static str) -> Self {
        Self {
            trouble,
            command: OPEN.to_owned(),
            theme: look.theme.word(),
            style: &ASSETS.style.path,
            icon: &ASSETS.icon.path,
        }
    }

    /// Names the page that was asked for in the command, so that its link opens that page.
    #[must_use]
    pub fn leading_to(self, address: &str) -> Self {
        if address == "/" || address.len() > MAX_ADDRESS {
            return self;
        }
        Self { command: format!("{OPEN} {}", quoted(address)), ..self }
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
            hints: error.hints.iter().map(|told| pieces(&hint(told, Typing::Shell))).collect(),
            back: String::new(),
        }
    }

    /// Leads back to the form from which something was asked.
    #[must_use]
    pub fn of_review(self, form: String) -> Self {
        Self { back: form, ..self }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_not_signed_in_is_told_how_to_open_the_page_that_was_asked_for() {
        let told = |address: &str| {
            let page = SignInPage::of(&Look::default(), "").leading_to(address).render().unwrap();
            let (_, rest) = page.split_once("<code>").unwrap();
            rest.split_once("</code>").unwrap().0.to_owned()
        };

        assert_eq!(told("/"), "saraphina open");
        assert_eq!(told("/proposals/proposal_7c2e"), "saraphina open /proposals/proposal_7c2e");
        assert_eq!(
            told("/?show=all&author=me"),
            "saraphina open &#39;/?show=all&amp;author=me&#39;"
        );
        assert_eq!(told(&format!("/search?q={}", "a".repeat(2_000))), "saraphina open");
    }
}
