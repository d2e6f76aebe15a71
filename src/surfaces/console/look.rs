//! How a page is asked for: its address, what the address asks, and the chosen colours.
//!
//! Handlers take it as one argument. What is typed into an address is hostile: unknown names are ignored, and a way back leads to this
//! server only.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write as _;

use axum::extract::{FromRequestParts, Query};
use axum::http::header::COOKIE;
use axum::http::request::Parts;

use crate::surfaces::http::visitor::Visitor;

/// The cookie that keeps the choice of colours.
pub const THEME_COOKIE: &str = "saraphina-theme";

/// The colours of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has them.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The word in cookie, address and page; empty for that of the system.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the word; anything else is the system's.
    pub fn of(word: &str) -> Self {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }

    /// The one that the button changes to.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::System,
        }
    }
}

/// How a page is asked for.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The colours.
    pub theme: Theme,
    /// The address with what it asks.
    pub address: String,
    /// What a form of this page has to bring along; empty where no session has one.
    pub form_token: String,
    /// The name of whoever looks; empty where nobody known does.
    pub visitor: String,
    asked: BTreeMap<String, String>,
}

impl Look {
    /// What the address asks under a name; nothing where it is empty.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.asked.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// A number that the address asks for.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.asked(name)?.parse().ok()
    }

    /// The address to go back to, on this server.
    pub fn back(&self) -> &str {
        let back = self.asked("back").unwrap_or("/");
        let is_ours = back.starts_with('/')
            && !back.starts_with("//")
            && back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if is_ours { back } else { "/" }
    }
}

/// Writes a text as a part of an address.
pub fn encoded(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            write!(written, "%{byte:02X}").ok();
        }
    }
    written
}

impl<S: Send + Sync> FromRequestParts<S> for Look {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let asked = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|one| one.split_once('='));
        let theme = pairs.into_iter().find(|(name, _)| name.trim() == THEME_COOKIE);
        let visitor = parts.extensions.get::<Visitor>();
        let form_token = match visitor {
            Some(Visitor::Session(session)) => session.form_token.clone(),
            Some(Visitor::Process { .. } | Visitor::Bearer(_) | Visitor::Nobody) | None => {
                String::new()
            }
        };
        let admitted = visitor.and_then(Visitor::admitted);
        Ok(Self {
            form_token,
            visitor: admitted.map(|admitted| admitted.who.id).unwrap_or_default(),
            theme: theme.map(|(_, word)| Theme::of(word.trim())).unwrap_or_default(),
            address: parts.uri.path_and_query().map_or("/", |whole| whole.as_str()).to_owned(),
            asked: asked.map(|Query(pairs)| pairs.into_iter().collect()).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_never_leaves_this_server() {
        let back = |text: &str| {
            let asked = BTreeMap::from([("back".to_owned(), text.to_owned())]);
            Look { asked, ..Look::default() }.back().to_owned()
        };

        assert_eq!(back("/record?before=7"), "/record?before=7");
        for foreign in ["//evil.example", "https://evil.example", "/\\evil", "/a\r\nb", "record"] {
            assert_eq!(back(foreign), "/", "{foreign}");
        }
    }
}
