//! Commands that a page suggests.
//!
//! Pages write them as a session takes them; a surface turns them into what a shell takes (`render/typed.rs` of the program).

/// Writes a word of a suggested line so that it is read back as one: in quotes where it has to be.
pub fn word(text: &str) -> String {
    let is_plain = !text.is_empty()
        && !text.contains(|symbol: char| symbol.is_whitespace() || matches!(symbol, '"' | '<'));
    match (is_plain, text.contains('"')) {
        (true, _) => text.to_owned(),
        (false, false) => format!("\"{text}\""),
        (false, true) => format!("'{text}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_blanks_are_quoted_and_others_are_not() {
        let words = ["/tmp/a.db", "back up.db", "it's", "say \"a\"", ""].map(word);

        assert_eq!(words, ["/tmp/a.db", "\"back up.db\"", "it's", "'say \"a\"'", "\"\""]);
    }
}
