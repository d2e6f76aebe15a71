//! Reads audit rows and concepts of an original.
//!
//! These belong to no single proposal and come over last, in the change that closes the import. Concepts keep a source that
//! says they were imported, for their snippets were never run here.

use std::collections::HashMap;

use serde_json::Value;

use crate::commands::importing::history::cut;
use crate::commands::importing::incoming::claim;
use crate::commands::importing::survey::OriginalSource;
use foundation::store::original::error::OriginalError;
use foundation::store::original::row::{SourceRow, SourceValue};
use foundation::store::original::tables::{AUDIT, CODE_AUDIT, CONCEPTS, LINKS, SNIPPETS, Table};
use record::domain::concept::{Concept, Difficulty, Snippet};
use record::domain::history::{HistoryItem, HistoryKind};
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::source::MAX_FILE_BYTES;

/// Longest detail of an audit row that is kept, in bytes.
const MAX_DETAIL_BYTES: usize = 16 << 10;
/// Most bytes of all audit rows, or of all concepts, together.
const MAX_REST_BYTES: usize = 128 << 20;
/// Most names in a list of a concept.
const MAX_NAMES: usize = 32;

/// A concept or snippet that was not taken, with the reason.
pub type Refused = (String, &'static str);

/// The content of an original beside its proposals.
#[derive(Default)]
pub struct Rest {
    /// Rows of its audit tables.
    pub audit: Vec<HistoryItem>,
    /// Concepts with the snippets that can be kept.
    pub concepts: Vec<Concept>,
    /// Concepts and snippets that are not taken, and why.
    pub refused: Vec<Refused>,
}

impl Rest {
    /// Reads it; `ids` are the proposals that came over, by their name in the source.
    pub fn read(
        source: &OriginalSource,
        ids: &HashMap<String, ProposalId>,
    ) -> Result<Self, OriginalError> {
        let mut rest = Self::default();
        for row in rows(source, &AUDIT)? {
            rest.audit.push(audit(&row, ids));
        }
        for row in rows(source, &CODE_AUDIT)? {
            rest.audit.push(code_audit(&row));
        }
        rest.read_concepts(source)?;
        Ok(rest)
    }

    fn read_concepts(&mut self, source: &OriginalSource) -> Result<(), OriginalError> {
        let mut snippets: HashMap<String, Vec<SourceRow>> = HashMap::new();
        for row in rows(source, &SNIPPETS)? {
            snippets.entry(row.words("concept_id").unwrap_or_default()).or_default().push(row);
        }
        let found = rows(source, &CONCEPTS)?;
        let names: HashMap<String, String> =
            found.iter().filter_map(|row| Some((row.words("id")?, row.words("name")?))).collect();
        let mut links: HashMap<String, Vec<String>> = HashMap::new();
        for row in rows(source, &LINKS)? {
            let (Some(from), Some(to)) = (row.words("from_concept"), row.words("to_concept"))
            else {
                continue;
            };
            let name = names.get(&to).map(|name| claim(name));
            links.entry(from).or_default().extend(name);
        }
        for row in found {
            let id = row.words("id").unwrap_or_default();
            let own = snippets.remove(&id).unwrap_or_default();
            match concept(&row, links.remove(&id).unwrap_or_default()) {
                Ok(concept) => self.keep(concept, &own),
                Err(reason) => {
                    let name = claim(&row.words("name").unwrap_or_default());
                    self.refused.push((format!("concept {name}"), reason));
                }
            }
        }
        for row in snippets.into_values().flatten() {
            self.refused.push((snippet_name(&row), "its concept is not there"));
        }
        self.refused.sort();
        Ok(())
    }

    fn keep(&mut self, mut concept: Concept, rows: &[SourceRow]) {
        for (number, row) in (1..).zip(rows) {
            match snippet(row, number) {
                Ok(snippet) => concept.snippets.push(snippet),
                Err(reason) => self.refused.push((snippet_name(row), reason)),
            }
        }
        self.concepts.push(concept);
    }
}

/// Reads all rows of a table, within bounds.
fn rows(source: &OriginalSource, table: &'static Table) -> Result<Vec<SourceRow>, OriginalError> {
    let mut found = Vec::new();
    let mut bytes = 0;
    for key in source.original.keys(table)? {
        let row = source.original.row(table, key.row)?;
        bytes += table.columns.iter().map(|column| row.get(column).len()).sum::<usize>();
        if bytes > MAX_REST_BYTES {
            let what = format!("the rows of {} have {bytes} bytes or more", table.name);
            return Err(OriginalError::TooMuch { what, limit: MAX_REST_BYTES as u64 });
        }
        found.push(row);
    }
    Ok(found)
}

fn audit(row: &SourceRow, ids: &HashMap<String, ProposalId>) -> HistoryItem {
    let target = row.words("target").unwrap_or_default();
    HistoryItem {
        proposal: ids.get(&target).cloned(),
        actor: claim(&row.words("actor").unwrap_or_default()),
        words: cut(target),
        ..audit_item(row, &["log_id", "details"])
    }
}

fn code_audit(row: &SourceRow) -> HistoryItem {
    let columns: Vec<&str> = CODE_AUDIT
        .columns
        .iter()
        .filter(|name| !["timestamp", "action", "file_path", "approved_by"].contains(name))
        .copied()
        .collect();
    HistoryItem {
        actor: claim(&row.words("approved_by").unwrap_or_default()),
        words: cut(row.words("file_path").unwrap_or_default()),
        ..audit_item(row, &columns)
    }
}

fn audit_item(row: &SourceRow, columns: &[&str]) -> HistoryItem {
    let (body, _) = row.json(columns, MAX_DETAIL_BYTES);
    HistoryItem {
        proposal: None,
        digest: row.digest(),
        kind: HistoryKind::Audit,
        revision: None,
        moment: claim(&row.words("timestamp").unwrap_or_default()),
        actor: String::new(),
        action: claim(&row.words("action").unwrap_or_default()),
        words: String::new(),
        body: Value::Object(body).to_string(),
    }
}

/// Reads a concept without its snippets; its confidence is a default of the original's and says nothing.
fn concept(row: &SourceRow, related: Vec<String>) -> Result<Concept, &'static str> {
    let name = row.words("name").unwrap_or_default();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let category = row.words("category").unwrap_or_default();
    if name.is_empty() || claim(&name) != name || name.chars().any(char::is_control) {
        return Err("its name is not a text of 1 to 200 characters");
    }
    if category.is_empty() || claim(&category) != category {
        return Err("its category is not a text of 1 to 200 characters");
    }
    let level = match row.get("difficulty") {
        SourceValue::Integer(level) => u8::try_from(*level).ok(),
        _ => None,
    };
    let prerequisites = names(row.words("prerequisites"));
    Ok(Concept {
        name,
        category,
        language: language(row)?,
        difficulty: level.and_then(Difficulty::new).ok_or("its difficulty is not 1 to 4")?,
        description: cut(row.words("description").unwrap_or_default()),
        prerequisites,
        related: related.into_iter().filter(|name| !name.is_empty()).take(MAX_NAMES).collect(),
        keywords: Vec::new(),
        // Never a word that stands for curated knowledge: nobody has run what came over.
        source: claim(&format!("import: {}", row.words("learned_from").unwrap_or_default())),
        snippets: Vec::new(),
    })
}

fn names(list: Option<String>) -> Vec<String> {
    let names = list.and_then(|list| serde_json::from_str::<Vec<String>>(&list).ok());
    let names = names.unwrap_or_default().into_iter().map(|name| claim(&name));
    names.filter(|name| !name.is_empty()).take(MAX_NAMES).collect()
}

/// Reads the language of a row; `None` where the original means any.
fn language(row: &SourceRow) -> Result<Option<Language>, &'static str> {
    let Some(word) = row.words("language").filter(|word| !word.is_empty()) else {
        return Ok(None);
    };
    word.trim().to_lowercase().parse().map(Some).map_err(|()| "its language is not known here")
}

/// Reads a snippet; the original calls each of them working, and never ran one.
fn snippet(row: &SourceRow, number: u32) -> Result<Snippet, &'static str> {
    let language = language(row)?.ok_or("it has no language")?;
    let code = row.words("code").ok_or("it has no code")?;
    if code.len() > MAX_FILE_BYTES {
        return Err("its code is larger than a file may be");
    }
    let summary = cut(row.words("description").unwrap_or_default());
    let slug = format!("imported_{number}");
    Ok(Snippet { slug, summary, language, code, tests: String::new() })
}

fn snippet_name(row: &SourceRow) -> String {
    format!("snippet {}", claim(&row.words("id").unwrap_or_default()))
}
