//! Learned concepts and their snippets as rows.
//!
//! A concept of the same name, upper and lower case alike, is replaced with all its snippets; curated concepts are in
//! the binary and never here.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{execute, json, many, one, optional_parsed, parsed, to_json};
use record::domain::concept::{Concept, Difficulty, Snippet};
use record::domain::language::Language;

/// Adds a concept with its snippets; one of the same name is replaced.
pub(crate) fn insert(connection: &Connection, concept: &Concept) -> Result<(), StoreError> {
    let sql = "INSERT INTO concepts (folded, name, category, language, difficulty, source, \
        description, prerequisites, related, keywords) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
        ON CONFLICT (folded) DO UPDATE SET name = excluded.name, category = excluded.category, \
        language = excluded.language, difficulty = excluded.difficulty, source = excluded.source, \
        description = excluded.description, prerequisites = excluded.prerequisites, \
        related = excluded.related, keywords = excluded.keywords RETURNING row";
    let params = (
        concept.name.to_lowercase(),
        &concept.name,
        &concept.category,
        concept.language.map(Language::word),
        concept.difficulty.level(),
        &concept.source,
        &concept.description,
        to_json(&concept.prerequisites)?,
        to_json(&concept.related)?,
        to_json(&concept.keywords)?,
    );
    let row: Option<i64> = one(connection, sql, params, |row| Ok(row.get(0)?))?;
    let row = row.ok_or_else(|| corrupt("a concept was not stored"))?;
    execute(connection, "DELETE FROM snippets WHERE concept = ?1", [row])?;
    concept.snippets.iter().try_for_each(|snippet| insert_snippet(connection, row, snippet))
}

fn insert_snippet(
    connection: &Connection,
    concept: i64,
    snippet: &Snippet,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO snippets (concept, slug, summary, language, code, tests) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let params = (
        concept,
        &snippet.slug,
        &snippet.summary,
        snippet.language.word(),
        &snippet.code,
        &snippet.tests,
    );
    execute(connection, sql, params)?;
    Ok(())
}

const COLUMNS: &str = "SELECT row, name, category, language, difficulty, source, description, \
    prerequisites, related, keywords FROM concepts";

/// A concept by its name, upper and lower case alike.
pub(crate) fn read(connection: &Connection, name: &str) -> Result<Option<Concept>, StoreError> {
    let sql = format!("{COLUMNS} WHERE folded = ?1");
    one(connection, &sql, [name.to_lowercase()], |row| decode(connection, row))
}

/// All concepts, by name.
pub(crate) fn read_all(connection: &Connection) -> Result<Vec<Concept>, StoreError> {
    let sql = format!("{COLUMNS} ORDER BY folded");
    many(connection, &sql, [], |row| decode(connection, row))
}

fn decode(connection: &Connection, row: &Row<'_>) -> Result<Concept, StoreError> {
    let level: u8 = row.get(4)?;
    Ok(Concept {
        name: row.get(1)?,
        category: row.get(2)?,
        language: optional_parsed(row, 3)?,
        difficulty: Difficulty::new(level).ok_or_else(|| corrupt("a difficulty is off"))?,
        description: row.get(6)?,
        prerequisites: json(row, 7)?,
        related: json(row, 8)?,
        keywords: json(row, 9)?,
        source: row.get(5)?,
        snippets: read_snippets(connection, row.get(0)?)?,
    })
}

fn read_snippets(connection: &Connection, concept: i64) -> Result<Vec<Snippet>, StoreError> {
    let sql = "SELECT slug, summary, language, code, tests FROM snippets \
        WHERE concept = ?1 ORDER BY row";
    many(connection, sql, [concept], |row| {
        Ok(Snippet {
            slug: row.get(0)?,
            summary: row.get(1)?,
            language: parsed(row, 2)?,
            code: row.get(3)?,
            tests: row.get(4)?,
        })
    })
}
