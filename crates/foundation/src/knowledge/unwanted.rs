//! Modules that a request does not want used: `without using ipaddress`, `no numpy or pandas please`.
//!
//! Such a word is no part of what is looked for. Whether it is honoured, a snippet's imports tell.

use std::collections::HashSet;

use record::domain::concept::Concept;

/// Words that turn what follows into something unwanted, and those that do so before a word of use.
const TURNS: [&str; 2] = ["without", "no"];
const WEAK_TURNS: [&str; 6] = ["not", "cannot", "can't", "cant", "don't", "dont"];
/// Words that may stand before the name.
const BETWEEN: [&str; 6] = ["using", "use", "the", "importing", "any", "of"];
/// Packages that are often named so and that no snippet has.
const PACKAGES: [&str; 6] = ["numpy", "pandas", "requests", "scipy", "dateutil", "sklearn"];
/// Words behind a name that is one of a module.
const KINDS: [&str; 4] = ["module", "library", "lib", "package"];

/// The modules that a request does not want, of those that some snippet imports and such as are told by the words around them.
pub(super) fn unwanted(request: &str, is_imported: &dyn Fn(&str) -> bool) -> HashSet<String> {
    let lower = request.to_lowercase();
    let is_part = |symbol: char| symbol.is_alphanumeric() || symbol == '_' || symbol == '\'';
    let words: Vec<&str> =
        lower.split(|symbol| !is_part(symbol)).filter(|word| !word.is_empty()).collect();
    let mut found = HashSet::new();
    let turns = |place: usize| {
        let before_use = words.get(place + 1).is_some_and(|next| BETWEEN.contains(next));
        words
            .get(place)
            .is_some_and(|word| TURNS.contains(word) || (WEAK_TURNS.contains(word) && before_use))
    };
    for place in (0..words.len()).filter(|place| turns(*place)) {
        let mut rest = words.iter().skip(place + 1).peekable();
        while rest.next_if(|word| BETWEEN.contains(word)).is_some() {}
        while let Some(name) = rest.next() {
            let is_kind = rest.next_if(|word| KINDS.contains(word)).is_some();
            if !is_kind && !is_imported(name) && !PACKAGES.contains(name) {
                break;
            }
            found.insert((*name).to_owned());
            if rest.next_if(|word| matches!(**word, "or" | "and" | "nor")).is_none() {
                break;
            }
        }
    }
    found
}

/// The top names of what a concept's snippets import.
pub(super) fn imports(concept: &Concept) -> HashSet<String> {
    let lines = concept.snippets.iter().flat_map(|snippet| snippet.code.lines());
    let modules = lines.filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("import ").or_else(|| line.strip_prefix("from "))
    });
    let top = modules.filter_map(|module| module.split(['.', ' ', ',']).next());
    top.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_that_are_not_wanted_are_told_from_other_words() {
        let imported = HashSet::from(["functools".to_owned(), "ipaddress".to_owned()]);
        let requests = [
            ("validate ipv4 without using the ipaddress module", vec!["ipaddress"]),
            ("an LRU cache, no functools please", vec!["functools"]),
            ("the mean without numpy or pandas", vec!["numpy", "pandas"]),
            ("parse ini without the configparser library", vec!["configparser"]),
            ("remove duplicates without sorting", vec![]),
            ("an LRU cache, not using functools", vec!["functools"]),
            ("memoize with functools", vec![]),
        ];

        for (request, wanted) in requests {
            let wanted = wanted.into_iter().map(str::to_owned).collect();
            assert_eq!(unwanted(request, &|name| imported.contains(name)), wanted, "{request}");
        }
    }
}
