//! The one escape of every text on a page.
//!
//! `askama.toml` names it for all templates, so that no page chooses an escape and none can forget it: markup becomes text, and what
//! hides or reorders text is shown.

use std::fmt;

use record::domain::text::Untrusted;

/// Shows what acts instead of letting it act.
#[derive(Clone, Copy, Debug)]
pub struct Visible;

impl askama::filters::Escaper for Visible {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        dest.write_str(&Untrusted(string).html())
    }
}

#[cfg(test)]
mod tests {
    use askama::Template as _;

    #[derive(askama::Template)]
    #[template(source = "<p title=\"{{ text }}\">{{ text }}</p>", ext = "html")]
    struct One {
        text: &'static str,
    }

    #[test]
    fn every_template_shows_what_would_act() {
        let drawn = One { text: "\"><script>\u{202e}\u{1b}[2J" }.render().unwrap();

        let inert = "&quot;&gt;&lt;script&gt;\\u{202e}\\x1b[2J";
        assert_eq!(drawn, format!("<p title=\"{inert}\">{inert}</p>"));
    }
}
