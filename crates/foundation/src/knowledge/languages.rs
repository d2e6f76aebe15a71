//! Tells which programming language a request asks for.
//!
//! Every snippet is Python, so a request for another language has no answer among them, and a concept of another language
//! is not stored as one of Python. Names that are ordinary words count only where they are asked for, as in `in Go`.

/// Languages that no snippet is written in: the word of a request, and the name.
const FOREIGN: &[(&str, &str)] = &[
    ("bash", "Bash"),
    ("c#", "C#"),
    ("c++", "C++"),
    ("clojure", "Clojure"),
    ("cobol", "COBOL"),
    ("elixir", "Elixir"),
    ("erlang", "Erlang"),
    ("fortran", "Fortran"),
    ("golang", "Go"),
    ("haskell", "Haskell"),
    ("java", "Java"),
    ("javascript", "JavaScript"),
    ("js", "JavaScript"),
    ("julia", "Julia"),
    ("kotlin", "Kotlin"),
    ("lisp", "Lisp"),
    ("lua", "Lua"),
    ("matlab", "MATLAB"),
    ("perl", "Perl"),
    ("php", "PHP"),
    ("ruby", "Ruby"),
    ("rust", "Rust"),
    ("scala", "Scala"),
    ("scheme", "Scheme"),
    ("swift", "Swift"),
    ("typescript", "TypeScript"),
    ("zig", "Zig"),
];
/// Names that are also ordinary words or letters: they count only behind `in` or `using`.
const SHORT: &[(&str, &str)] = &[("c", "C"), ("go", "Go"), ("r", "R"), ("d", "D")];
/// Those that mean nothing but the language.
const CERTAIN: &[&str] =
    &["c#", "c++", "golang", "haskell", "javascript", "kotlin", "php", "typescript"];
/// Words that belong to one language alone.
const TELLING: &[(&str, &str)] = &[
    ("goroutine", "Go"),
    ("goroutines", "Go"),
    ("npm", "JavaScript"),
    ("node.js", "JavaScript"),
    ("nodejs", "JavaScript"),
    ("jvm", "Java"),
];

/// Finds the language that a text asks for, where no snippet is written in it.
pub fn foreign(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let is_between = |symbol: char| symbol.is_whitespace() || ",;:()!?".contains(symbol);
    let words: Vec<&str> = lower
        .split(is_between)
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    // As in `throttle function javascript (not debounce)`.
    let ends_a_clause = |word: &str| {
        let ends =
            |clause: &str| clause.split_whitespace().count() > 1 && clause.trim().ends_with(word);
        lower.split([',', ';', '(', '!', '?']).any(ends) && !words.contains(&"python")
    };
    words.iter().enumerate().find_map(|(place, word)| {
        let before = place.checked_sub(1).and_then(|place| words.get(place)).copied();
        let is_wished = matches!(before, Some("in" | "using" | "for" | "from"));
        let is_asked =
            before.is_none() || matches!(before, Some("in" | "using" | "a" | "an" | "with"));
        let is_short = matches!(before, Some("in" | "using"));
        named(TELLING, word)
            .or_else(|| named(FOREIGN, word).filter(|_| is_asked || (is_wished && *word != "rust")))
            .or_else(|| {
                named(FOREIGN, word).filter(|_| CERTAIN.contains(word) && ends_a_clause(word))
            })
            .or_else(|| named(SHORT, word).filter(|_| is_short))
    })
}

fn named(list: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == word).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_languages_are_told_apart_where_they_are_asked_for() {
        let requests = [
            ("a CSV parser in Rust", Some("Rust")),
            ("a JavaScript debounce", Some("JavaScript")),
            ("goroutines in Go", Some("Go")),
            ("a linked list in C", Some("C")),
            ("quick sort using C++.", Some("C++")),
            ("goroutines", Some("Go")),
            ("remove rust from metal", None),
            ("go through a list", None),
            ("convert c to f", None),
            ("throttle function javascript (not debounce)", Some("JavaScript")),
            ("minify javascript in Python", None),
            ("a minifier of javascript files", None),
            ("CSV in Python", None),
        ];

        for (request, language) in requests {
            assert_eq!(foreign(request), language, "{request}");
        }
    }
}
