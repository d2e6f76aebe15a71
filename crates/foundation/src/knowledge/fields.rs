//! The texts of a concept that a search looks at.
//!
//! What a snippet defines says most of what it does, so the names of its public functions and classes count as words.

use record::domain::concept::Concept;

/// The summaries of the snippets of a concept.
pub fn summaries_of(concept: &Concept) -> String {
    concept.snippets.iter().map(|snippet| snippet.summary.as_str()).collect::<Vec<_>>().join(" ")
}

/// The slugs, and the names of public functions and classes, cut into words.
pub fn definitions_of(concept: &Concept) -> String {
    let mut names = String::new();
    for snippet in &concept.snippets {
        names.push_str(&snippet.slug.replace('_', " "));
        for line in snippet.code.lines() {
            let name = line.strip_prefix("def ").or_else(|| line.strip_prefix("class "));
            let name = name.and_then(|name| name.split(['(', ':']).next());
            if let Some(name) = name.filter(|name| !name.starts_with('_')) {
                names.push(' ');
                names.push_str(&name.replace('_', " "));
            }
        }
        names.push(' ');
    }
    names
}
