//! The words of a concept, field by field, as stems.
//!
//! `search.rs` ranks concepts by them and holds the words of a request against them.

use std::collections::HashSet;

use crate::knowledge::fields::{definitions_of, summaries_of};
use crate::knowledge::words::stems;
use record::domain::concept::Concept;

/// Times the words of a field count in the ranking: name, keywords, names in the code, summary.
const WEIGHTS: (usize, usize, usize, usize) = (4, 3, 2, 2);

/// The stems of one concept.
pub(super) struct Terms {
    /// Of its name and its slugs.
    pub(super) name: HashSet<String>,
    /// Of its name alone.
    pub(super) title: HashSet<String>,
    /// Its name and its slugs, each in one piece.
    pub(super) joined: HashSet<String>,
    /// Of its keywords, each for itself.
    pub(super) keywords: Vec<Vec<String>>,
    /// Of everything but the description.
    pub(super) strong: HashSet<String>,
    /// Of everything.
    pub(super) all: HashSet<String>,
}

/// The stems of a concept's code, with what its comments say: made when they are wanted, as code has the most words by far.
pub(super) fn code_stems(concept: &Concept) -> HashSet<String> {
    let code = concept.snippets.iter().map(|snippet| snippet.code.replace('_', " "));
    code.flat_map(|code| stems(&code)).collect()
}

/// The stems of a concept's fields, in order; making them is what an index costs, so it is done once.
pub(super) struct Parts {
    name: Vec<String>,
    slugs: Vec<String>,
    joined: HashSet<String>,
    keywords: Vec<Vec<String>>,
    definitions: Vec<String>,
    summaries: Vec<String>,
    description: Vec<String>,
}

impl Parts {
    pub(super) fn of(concept: &Concept) -> Self {
        let slugs: Vec<String> =
            concept.snippets.iter().map(|snippet| snippet.slug.replace('_', " ")).collect();
        Self {
            name: stems(&concept.name),
            joined: slugs.iter().chain([&concept.name]).map(|name| stems(name).concat()).collect(),
            slugs: slugs.iter().flat_map(|slug| stems(slug)).collect(),
            keywords: concept.keywords.iter().map(|keyword| stems(keyword)).collect(),
            definitions: stems(&definitions_of(concept)),
            summaries: stems(&summaries_of(concept)),
            description: stems(&concept.description),
        }
    }

    /// Everything, as often as it counts.
    pub(super) fn weighted(&self) -> String {
        let (name, keywords, definitions, summary) = WEIGHTS;
        let all_keywords = self.keywords.concat();
        let fields = [
            (&self.name, name),
            (&all_keywords, keywords),
            (&self.definitions, definitions),
            (&self.summaries, summary),
            (&self.description, 1),
        ];
        let repeated = fields.iter().flat_map(|(field, times)| std::iter::repeat_n(field, *times));
        repeated.map(|field| field.join(" ")).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn terms(self) -> Terms {
        let own = self.keywords.iter().flatten().chain(&self.name);
        let strong = own.chain(&self.definitions).chain(&self.summaries);
        let strong: HashSet<String> = strong.cloned().collect();
        let all = strong.iter().cloned().chain(self.description).collect();
        let title = self.name.iter().cloned().collect();
        let name = self.name.into_iter().chain(self.slugs).collect();
        Terms { name, title, joined: self.joined, keywords: self.keywords, strong, all }
    }
}
