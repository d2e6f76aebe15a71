//! Reads the concepts that come with the program.
//!
//! They are folders below `knowledge/`, embedded at build time; a test runs every snippet's own tests in the sandbox,
//! so that what is offered as tested is.

use std::sync::OnceLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::knowledge::error::KnowledgeError;
use crate::knowledge::search::Index;
use record::domain::concept::{Concept, Difficulty, Snippet};
use record::domain::language::Language;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/knowledge");

/// A concept as its `concept.toml` says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: String,
    category: String,
    language: Language,
    difficulty: Difficulty,
    summary: String,
    description: String,
    keywords: Vec<String>,
    prerequisites: Vec<String>,
    related: Vec<String>,
    #[expect(dead_code, reason = "names are searched in the code itself; a test compares the two")]
    entry_points: Vec<String>,
}

/// All curated concepts with their index, read once.
pub fn curated() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| Index::new(read_all().filter_map(Result::ok).collect()))
}

/// Every curated folder, as a concept or as what is wrong with it; sorted by path.
pub fn read_all() -> impl Iterator<Item = Result<Concept, KnowledgeError>> {
    let languages = FOLDER.dirs();
    let topics = languages.flat_map(Dir::dirs);
    let mut folders: Vec<&Dir<'_>> = topics.flat_map(Dir::dirs).collect();
    folders.sort_by_key(|folder| folder.path());
    folders.into_iter().map(read)
}

fn read(folder: &Dir<'_>) -> Result<Concept, KnowledgeError> {
    let source = format!("knowledge/{}", folder.path().display());
    let entry: Described = toml::from_str(text(folder, &source, "concept.toml")?)
        .map_err(|error| KnowledgeError::Curated { folder: source.clone(), source: error })?;
    let slug = source.rsplit('/').next().unwrap_or_default().to_owned();
    let snippet = Snippet {
        slug,
        summary: entry.summary,
        language: entry.language,
        code: text(folder, &source, "code.py")?.to_owned(),
        tests: text(folder, &source, "test.py")?.to_owned(),
    };
    Ok(Concept {
        name: entry.name,
        category: entry.category,
        language: Some(entry.language),
        difficulty: entry.difficulty,
        description: entry.description,
        prerequisites: entry.prerequisites,
        related: entry.related,
        keywords: entry.keywords,
        source,
        snippets: vec![snippet],
    })
}

fn text<'a>(
    folder: &'a Dir<'_>,
    source: &str,
    file: &'static str,
) -> Result<&'a str, KnowledgeError> {
    folder
        .get_file(folder.path().join(file))
        .and_then(include_dir::File::contents_utf8)
        .ok_or_else(|| KnowledgeError::Missing { folder: source.to_owned(), file })
}
