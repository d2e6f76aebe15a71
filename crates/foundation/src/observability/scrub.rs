//! Cuts a failure's text down to what may leave the machine.
//!
//! Quoted text, folders and secrets go, because messages of errors repeat what somebody typed or what code was cut
//! from.

use crate::observability::redact::Redactor;
use record::domain::text::Untrusted;

/// Longest text that is told of a failure, in characters.
const MAX_CHARS: usize = 300;

/// A failure in words, without what was quoted in it, without folders and without secrets.
///
/// Quoted text goes because it may be a request or code: a slice out of bounds quotes the text it was cut from.
pub fn scrub(text: &str, redactor: &Redactor) -> String {
    let plain = without_folders(&without_quotes(&redactor.redact(text)));
    Untrusted(&plain).line(MAX_CHARS)
}

/// Text in quotes becomes `…`; a quote that never ends takes the rest with it.
fn without_quotes(text: &str) -> String {
    let mut kept = String::new();
    let mut symbols = text.chars();
    while let Some(symbol) = symbols.next() {
        kept.push(symbol);
        let end = match symbol {
            '"' | '\'' | '`' => symbol,
            '\u{201c}' => '\u{201d}',
            '\u{2018}' => '\u{2019}',
            _ => continue,
        };
        kept.push('…');
        if symbols.by_ref().any(|symbol| symbol == end) {
            kept.push(end);
        }
    }
    kept
}

/// Of an absolute path only the last name stays.
fn without_folders(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.find('/') {
        Some(start) if word.get(start + 1..).is_some_and(|rest| rest.contains('/')) => {
            let (before, path) = word.split_at(start);
            let name = path.rsplit('/').next().unwrap_or_default();
            format!("{before}…/{name}")
        }
        Some(_) | None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_folders_and_secrets_stay_here() {
        let redactor = Redactor::new(["sk-canary"]);

        let told = scrub(
            "byte 3 is inside 'é' of `my private request`; file=/home/ann/house/knowledge.db: sk-canary \"open",
            &redactor,
        );

        assert_eq!(told, "byte 3 is inside '…' of `…`; file=…/knowledge.db: [redacted] \"…");
    }
}
