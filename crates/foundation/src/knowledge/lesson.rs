//! Reads a model's lesson into a concept.
//!
//! The reply is hostile text: sizes, list lengths and characters are bounded, and what it gives as its source cannot
//! pass for curated knowledge.

use serde::Deserialize;

use crate::knowledge::error::KnowledgeError;
use record::domain::concept::{Concept, Difficulty, Snippet};
use record::domain::language::Language;

/// Largest lesson that is read, in bytes.
const MAX_LESSON_BYTES: usize = 256 << 10;
/// Longest name of a concept, in characters.
const MAX_NAME: usize = 80;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 2_000;
/// Longest code or tests of an example, in bytes.
const MAX_EXAMPLE_BYTES: usize = 32 << 10;
/// Most braces of a lesson that are tried as the beginning of an object.
const MAX_OBJECTS: usize = 50;
/// Most names or words of one list.
const MAX_LIST: usize = 15;
/// Kinds of concepts.
const CATEGORIES: &[&str] = &["paradigm", "syntax", "pattern", "language", "library", "concept"];
/// The module name that examples are asked to use.
const EXAMPLE_MODULE: &str = "example";

/// A lesson as it is asked for; everything but the description may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lesson {
    category: String,
    difficulty: u8,
    description: String,
    prerequisites: Vec<String>,
    related: Vec<String>,
    keywords: Vec<String>,
    example: Option<Example>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Example {
    summary: String,
    code: String,
    tests: String,
}

/// Reads a lesson in JSON or in sections such as `Difficulty: 2`; `source` is the model that gave it.
///
/// Its example is untrusted code whose tests nobody has run; [`Concept::is_curated`] tells it from curated ones.
pub fn read_lesson(
    reply: &str,
    wanted: &str,
    language: Language,
    source: &str,
) -> Result<Concept, KnowledgeError> {
    let no_lesson = |detail: &str| KnowledgeError::NoLesson {
        concept: wanted.to_owned(),
        detail: detail.to_owned(),
    };
    if reply.len() > MAX_LESSON_BYTES {
        return Err(no_lesson("it is too long"));
    }
    let lesson = from_json(reply).unwrap_or_else(|| from_sections(reply));
    let description = line(&lesson.description, MAX_DESCRIPTION);
    if description.is_empty() {
        return Err(no_lesson("it has no description"));
    }
    let difficulty = Difficulty::new(lesson.difficulty)
        .ok_or_else(|| no_lesson("its difficulty is not a number from 1 to 4"))?;
    let name = line(wanted, MAX_NAME);
    if name.is_empty() {
        return Err(no_lesson("the concept has no name"));
    }
    let category = lesson.category.trim().to_lowercase();
    let is_known = CATEGORIES.contains(&category.as_str());
    let others = |names: Vec<String>| {
        list(names.into_iter().filter(|other| !other.eq_ignore_ascii_case(&name)))
    };
    Ok(Concept {
        category: if is_known { category } else { "concept".to_owned() },
        language: Some(language),
        difficulty,
        description,
        prerequisites: others(lesson.prerequisites),
        related: others(lesson.related),
        keywords: list(lesson.keywords.into_iter()),
        source: source.to_owned(),
        snippets: lesson
            .example
            .and_then(|example| snippet(example, language))
            .into_iter()
            .collect(),
        name,
    })
}

fn snippet(example: Example, language: Language) -> Option<Snippet> {
    let is_usable = |text: &str| !text.trim().is_empty() && text.len() <= MAX_EXAMPLE_BYTES;
    (is_usable(&example.code) && is_usable(&example.tests)).then(|| Snippet {
        slug: EXAMPLE_MODULE.to_owned(),
        summary: line(&example.summary, MAX_NAME * 3),
        language,
        code: example.code,
        tests: example.tests,
    })
}

/// The first object that describes something, wherever it stands.
fn from_json(reply: &str) -> Option<Lesson> {
    let starts = reply.match_indices('{').take(MAX_OBJECTS);
    let mut objects = starts.filter_map(|(start, _)| {
        let rest = reply.get(start..)?;
        serde_json::Deserializer::from_str(rest).into_iter::<Lesson>().next()?.ok()
    });
    objects.find(|lesson| !lesson.description.trim().is_empty())
}

fn from_sections(reply: &str) -> Lesson {
    let mut lesson = Lesson::default();
    let mut label = String::new();
    for text in reply.lines() {
        let plain = text.trim().trim_start_matches(['#', '*', '-', ' ']).replace("**", "");
        let (name, value) = plain.split_once(':').unwrap_or(("", &plain));
        let name = name.trim().to_lowercase();
        let is_label = matches!(
            name.as_str(),
            "category" | "difficulty" | "description" | "prerequisites" | "related" | "keywords"
        );
        if is_label {
            label = name;
        }
        lesson.take(&label, if is_label { value } else { &plain });
    }
    lesson
}

impl Lesson {
    fn take(&mut self, label: &str, value: &str) {
        let value = value.trim();
        let names =
            value.split([',', ';']).map(|name| name.trim().trim_end_matches('.').to_owned());
        match label {
            "category" if self.category.is_empty() => value.clone_into(&mut self.category),
            "difficulty" if self.difficulty == 0 => {
                let digits = value.split(|symbol: char| !symbol.is_ascii_digit());
                self.difficulty =
                    digits.into_iter().find_map(|text| text.parse().ok()).unwrap_or(0);
            }
            "description" => {
                self.description.push(' ');
                self.description.push_str(value);
            }
            "prerequisites" => self.prerequisites.extend(names),
            "related" => self.related.extend(names),
            "keywords" => self.keywords.extend(names),
            _ => {}
        }
    }
}

fn list(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names.map(|name| line(&name, MAX_NAME)) {
        let is_none = matches!(name.to_lowercase().as_str(), "" | "none" | "n/a" | "-");
        if !is_none && !kept.contains(&name) && kept.len() < MAX_LIST {
            kept.push(name);
        }
    }
    kept
}

/// Text in one line, without characters that act, cut to a length.
fn line(text: &str, most: usize) -> String {
    let words: Vec<&str> =
        text.split(|symbol: char| symbol.is_whitespace() || symbol.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(most).collect()
}
