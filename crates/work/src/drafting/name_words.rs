//! The words that names and prose consist of.
//!
//! A request speaks of things in words, and code in names made of them: both are cut alike, so that each is found in the other.

use std::collections::BTreeSet;

/// Shortest word that counts.
const SHORTEST: usize = 3;

/// The words of a text in lower case, names cut where they change case or have a line.
pub fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in text.split(|symbol: char| !symbol.is_alphanumeric() && symbol != '_') {
        let mut part = String::new();
        let mut was_lower = false;
        for symbol in name.chars().chain(['_']) {
            if symbol == '_' || (was_lower && symbol.is_uppercase()) {
                let whole = std::mem::take(&mut part);
                found.extend(Some(whole).filter(|whole| whole.chars().count() >= SHORTEST));
            }
            was_lower = symbol.is_lowercase() || symbol.is_numeric();
            if symbol != '_' {
                part.extend(symbol.to_lowercase());
            }
        }
        if name.contains('_') && name.chars().count() >= SHORTEST {
            found.insert(name.to_lowercase());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_are_cut_into_words() {
        let found: Vec<String> = words("parseHTTP_header of X").into_iter().collect();

        assert_eq!(found, ["header", "http", "parse", "parsehttp_header"]);
    }
}
