//! Plans what is to be stored so that a concept is learned.
//!
//! Prerequisites come first, within a bounded depth; names that nobody knows are reported, a model is asked by the
//! caller, and the plan is made again.

use record::domain::concept::Concept;

/// Most steps from the wanted concept along prerequisites.
pub const MAX_DEPTH: usize = 3;
/// Most prerequisites of one concept that are learned.
const MAX_PREREQUISITES: usize = 2;
/// Begins the keyword that holds another name of a concept.
const ALSO: &str = "also called ";
/// Most neighbours of a concept that are learned at once.
const MAX_NEIGHBOURS: usize = 3;

/// The three places that concepts are known from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shelf<'a> {
    /// Concepts that come with the program.
    pub curated: &'a [Concept],
    /// Concepts that are stored already; they are not learned again.
    pub learned: &'a [Concept],
    /// Concepts that a model has taught during this command.
    pub taught: &'a [Concept],
}

/// The steps that learning a concept takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The concepts to store, prerequisites before what needs them.
    pub new: Vec<Concept>,
    /// The names that nobody knows yet: a model may teach them, then the plan is made again.
    pub unknown: Vec<String>,
}

/// Plans the learning of a concept with its prerequisites.
pub fn plan(wanted: &str, shelf: Shelf<'_>) -> Plan {
    let mut walk = Walk { shelf, seen: Vec::new(), plan: Plan::default() };
    walk.visit(wanted, 0);
    walk.plan
}

/// The neighbours of a concept that are worth learning next.
pub fn neighbours(concept: &Concept, shelf: Shelf<'_>) -> Vec<String> {
    let names = concept.related.iter().filter(|name| find(name, shelf.learned).is_none());
    names.take(MAX_NEIGHBOURS).cloned().collect()
}

/// The concept of a name, or of a snippet's slug; case does not matter.
pub fn find<'a>(name: &str, concepts: &'a [Concept]) -> Option<&'a Concept> {
    let wanted = key(name);
    // A model calls all its examples alike.
    let has_slug = |concept: &Concept| {
        concept.is_curated() && concept.snippets.iter().any(|snippet| key(&snippet.slug) == wanted)
    };
    let is_called = |concept: &Concept| {
        let others = concept.keywords.iter().filter_map(|keyword| keyword.strip_prefix(ALSO));
        others.into_iter().any(|other| key(other) == wanted)
    };
    concepts
        .iter()
        .find(|concept| key(&concept.name) == wanted)
        .or_else(|| concepts.iter().find(|concept| has_slug(concept) || is_called(concept)))
}

/// Notes the name under which a concept was asked for, so that it is found under that one too.
pub fn note_name(concept: &mut Concept, asked: &str) {
    if find(asked, std::slice::from_ref(concept)).is_none() {
        concept.keywords.push(format!("{ALSO}{}", asked.trim()));
    }
}

struct Walk<'a> {
    shelf: Shelf<'a>,
    seen: Vec<String>,
    plan: Plan,
}

impl Walk<'_> {
    fn visit(&mut self, name: &str, depth: usize) {
        let key = key(name);
        if key.is_empty() || self.seen.contains(&key) || find(name, self.shelf.learned).is_some() {
            return;
        }
        self.seen.push(key);
        let known = find(name, self.shelf.taught).or_else(|| find(name, self.shelf.curated));
        let Some(concept) = known else {
            self.plan.unknown.push(name.trim().to_owned());
            return;
        };
        if depth < MAX_DEPTH {
            for prerequisite in concept.prerequisites.iter().take(MAX_PREREQUISITES) {
                self.visit(prerequisite, depth + 1);
            }
        }
        self.plan.new.push(concept.clone());
    }
}

fn key(name: &str) -> String {
    let words = name.split(|symbol: char| symbol.is_whitespace() || symbol == '_');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::concept::Difficulty;

    fn concept(name: &str, prerequisites: &[&str]) -> Concept {
        Concept {
            name: name.to_owned(),
            category: "concept".to_owned(),
            language: None,
            difficulty: Difficulty::new(1).unwrap(),
            description: String::new(),
            prerequisites: prerequisites.iter().map(|&name| name.to_owned()).collect(),
            related: vec![
                "x".to_owned(),
                "b".to_owned(),
                "y".to_owned(),
                "z".to_owned(),
                "w".to_owned(),
            ],
            keywords: Vec::new(),
            source: "library".to_owned(),
            snippets: Vec::new(),
        }
    }

    fn names(plan: &Plan) -> (Vec<&str>, Vec<&str>) {
        (
            plan.new.iter().map(|new| new.name.as_str()).collect(),
            plan.unknown.iter().map(String::as_str).collect(),
        )
    }

    #[test]
    fn prerequisites_come_first_within_their_bounds() {
        let curated = [
            concept("a", &["b", "c", "ignored"]),
            concept("b", &["d", "a"]),
            concept("c", &["D", "nobody knows"]),
            concept("d", &["e"]),
            concept("e", &["too deep"]),
            concept("too deep", &[]),
            concept("ignored", &[]),
        ];
        let learned = [concept("C", &[])];

        let whole = plan(" A ", Shelf { curated: &curated, ..Shelf::default() });
        let rest = plan("a", Shelf { curated: &curated, learned: &learned, ..Shelf::default() });
        let again = plan("c", Shelf { curated: &curated, learned: &learned, ..Shelf::default() });

        assert_eq!(names(&whole), (vec!["e", "d", "b", "c", "a"], vec!["nobody knows"]));
        assert_eq!(names(&rest), (vec!["e", "d", "b", "a"], vec![]));
        assert_eq!(again, Plan::default());
    }

    #[test]
    fn a_similar_name_is_not_a_known_one() {
        let learned = [concept("classic", &[])];
        let taught = [concept("class", &["classic"])];
        let shelf = Shelf { learned: &learned, ..Shelf::default() };

        assert_eq!(names(&plan("class", shelf)), (vec![], vec!["class"]));
        assert_eq!(
            names(&plan("class", Shelf { taught: &taught, ..shelf })),
            (vec!["class"], vec![])
        );
    }

    #[test]
    fn a_concept_is_found_under_the_name_it_was_asked_for() {
        let mut known = concept("Memoize decorator", &[]);

        note_name(&mut known, "Memoization");
        note_name(&mut known, "memoize  decorator");

        assert_eq!(known.keywords, ["also called Memoization"]);
        assert!(find("memoization", &[known]).is_some());
    }

    #[test]
    fn neighbours_are_those_not_learned_yet() {
        let learned = [concept("B", &[])];

        let next = neighbours(&concept("a", &[]), Shelf { learned: &learned, ..Shelf::default() });

        assert_eq!(next, ["x", "y", "z"]);
    }
}
