//! Untrusted text, and the ways in which it may reach a reader.
//!
//! Code, models and networks supply text with terminal escapes and bidirectional tricks. The type has no `Display`, so a surface must
//! choose an escape for the place it writes to.

use std::fmt::Write as _;

use crate::domain::hidden::is_hidden;

/// Text from a model, from code under test, from a repository or from the network.
///
/// It has no `Display`: it reaches a reader only through one of the methods below, each of which makes it harmless for
/// one place. Control characters are shown as `\x1b`, all others that reorder or hide text (Trojan Source,
/// CVE-2021-42574) as `\u{202e}`.
#[derive(Clone, Copy, Debug)]
pub struct Untrusted<'a>(pub &'a str);

impl Untrusted<'_> {
    /// For a terminal or plain text: newlines and tabs stay, everything else that acts is shown.
    pub fn terminal(self) -> String {
        let mut shown = String::with_capacity(self.0.len());
        for symbol in self.0.chars() {
            match symbol {
                '\n' | '\t' => shown.push(symbol),
                _ => push_visible(&mut shown, symbol),
            }
        }
        shown
    }

    /// For one line of a terminal: newlines and tabs become spaces, at most `width` characters stay.
    pub fn line(self, width: usize) -> String {
        let mut shown = String::new();
        let mut symbols = self.0.trim().chars();
        for symbol in symbols.by_ref().take(width) {
            match symbol {
                '\n' | '\t' | '\r' => shown.push(' '),
                _ => push_visible(&mut shown, symbol),
            }
        }
        if symbols.next().is_some() {
            shown.pop();
            shown.push('…');
        }
        shown
    }

    /// For an HTML page, inside an element or a quoted attribute.
    pub fn html(self) -> String {
        let mut escaped = String::with_capacity(self.0.len());
        for symbol in self.terminal().chars() {
            match symbol {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                _ => escaped.push(symbol),
            }
        }
        escaped
    }

    /// For Markdown prose: nothing in it is a link, a tag, a heading or emphasis.
    pub fn markdown(self) -> String {
        let mut escaped = String::with_capacity(self.0.len());
        for symbol in self.terminal().chars() {
            if "\\`*_{}[]<>#|!&~".contains(symbol) {
                escaped.push('\\');
            }
            escaped.push(symbol);
        }
        escaped
    }

    /// For a fenced block of Markdown: a fence longer than any run of backticks inside, around the text.
    pub fn fenced(self, tag: &str) -> String {
        let text = self.terminal();
        let longest = text.split(|symbol| symbol != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let end = if text.ends_with('\n') { "" } else { "\n" };
        format!("{fence}{tag}\n{text}{end}{fence}")
    }

    /// For a JSON document that is printed: the same document, with everything hidden in its texts as `\u202e`.
    ///
    /// Outside texts a document holds nothing that is hidden, so every program reads the same values from it.
    pub fn json(self) -> String {
        let mut escaped = String::with_capacity(self.0.len());
        for symbol in self.0.chars() {
            if is_hidden(symbol) {
                push_units(&mut escaped, symbol);
            } else {
                escaped.push(symbol);
            }
        }
        escaped
    }
}

/// Writes a character as JSON escapes it: each unit of its UTF-16 by number.
fn push_units(escaped: &mut String, symbol: char) {
    for unit in symbol.encode_utf16(&mut [0; 2]) {
        write!(escaped, "\\u{unit:04x}").ok();
    }
}

fn push_visible(shown: &mut String, symbol: char) {
    // Writing to a `String` cannot fail.
    if symbol.is_control() {
        write!(shown, "\\x{:02x}", u32::from(symbol)).ok();
    } else if is_hidden(symbol) {
        write!(shown, "\\u{{{:x}}}", u32::from(symbol)).ok();
    } else {
        shown.push(symbol);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_reaches_a_terminal() {
        let hostile = "a\u{1b}[2J\r\u{9b}b\u{202E}c\nd\te\u{7f}";

        assert_eq!(Untrusted(hostile).terminal(), "a\\x1b[2J\\x0d\\x9bb\\u{202e}c\nd\te\\x7f");
        assert_eq!(Untrusted("one\ntwo three").line(7), "one tw…");
    }

    #[test]
    fn a_printed_document_hides_nothing_and_says_the_same() {
        let value = serde_json::json!({"code": "a\u{3164}\u{e0041}\u{9b}é\n"});
        let shown = Untrusted(&value.to_string()).json();

        assert_eq!(shown, r#"{"code":"a\u3164\udb40\udc41\u009bé\n"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn pages_and_markdown_get_text_only() {
        assert_eq!(Untrusted("<b a='1'>&\"").html(), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;");
        assert_eq!(Untrusted("[x](y) *z*").markdown(), "\\[x\\](y) \\*z\\*");
        assert_eq!(Untrusted("a ``` b").fenced("py"), "````py\na ``` b\n````");
    }
}
