//! Revisions and their files as rows.
//!
//! Files are stored as text where they are text, so that other programs can read them; the content hash is computed
//! anew with every read, and a file that was altered is reported as damage.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{
    digest, execute, many, moment, one, optional_count, optional_int, parsed,
};
use crate::store::sqlite::tables::proposals;
use crate::store::sqlite::tables::rollups::Counts;
use crate::store::sqlite::tables::sides;
use crate::store::sqlite::tables::unit::Unit;
use record::domain::id::ProposalId;
use record::domain::revision::{Authorship, Revision};
use record::domain::source::{Source, SourceFile};
use record::domain::usage::Usage;

/// Adds a revision, which becomes the newest one of its proposal; the proposal's row.
pub(crate) fn insert(unit: &mut Unit<'_>, revision: &Revision) -> Result<i64, StoreError> {
    let state = proposals::state(unit.connection, &revision.proposal)?;
    if revision.number != state.head + 1 {
        return Err(StoreError::Conflict { proposal: revision.proposal.clone() });
    }
    insert_row(unit.connection, state.row, revision)?;
    let row = unit.connection.last_insert_rowid();
    for file in revision.source.files() {
        insert_file(unit.connection, row, file)?;
    }
    if let Some(change) = revision.source.change() {
        sides::insert(unit.connection, row, change)?;
    }
    let sql = "UPDATE proposals SET head = ?2, content_hash = ?3, latest_execution = NULL, \
        verdict = NULL WHERE row = ?1";
    let head = (state.row, revision.number, revision.content_hash.as_bytes());
    execute(unit.connection, sql, head)?;
    unit.touched.insert(state.row);
    if revision.number == 1 {
        let day = state.created_at.day();
        let name = author_name(&revision.authorship);
        unit.deltas.add("model", &day, name, &Counts::proposal().without_status());
    }
    Ok(state.row)
}

fn insert_row(
    connection: &Connection,
    proposal: i64,
    revision: &Revision,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO revisions (proposal, number, parent, content_hash, origin, provider, \
        model, temperature_milli, max_tokens, input_tokens, output_tokens, cost_microusd, \
        latency_ms, created_at, explanation, feedback) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    let Authorship { origin, provider, model, temperature_milli, max_tokens, usage } =
        &revision.authorship;
    let params = (
        proposal,
        revision.number,
        revision.parent,
        revision.content_hash.as_bytes(),
        origin.word(),
        provider,
        model,
        temperature_milli,
        max_tokens,
        optional_int(usage.input_tokens),
        optional_int(usage.output_tokens),
        optional_int(usage.cost_microusd),
        optional_int(usage.latency_ms),
        revision.created_at.millis(),
        &revision.explanation,
        &revision.feedback,
    );
    execute(connection, sql, params)?;
    Ok(())
}

/// Text is stored as text; other bytes are stored beside what can be read of them.
fn insert_file(
    connection: &Connection,
    revision: i64,
    file: &SourceFile,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO revision_files (revision, path, role, text, bytes) \
        VALUES (?1, ?2, ?3, ?4, ?5)";
    let text = String::from_utf8_lossy(&file.content);
    let is_text = std::str::from_utf8(&file.content).is_ok() && !file.content.contains(&0);
    let bytes = (!is_text).then_some(&file.content);
    let params = (revision, file.path.as_str(), file.role.word(), text.as_ref(), bytes);
    execute(connection, sql, params)?;
    Ok(())
}

/// The name in statistics: the model, else the provider, else how the revision came about.
pub(crate) fn author_name(authorship: &Authorship) -> &str {
    let named = authorship.model.as_deref().or(authorship.provider.as_deref());
    named.unwrap_or(authorship.origin.word())
}

/// One revision with its files.
pub(crate) fn read(
    connection: &Connection,
    id: &ProposalId,
    number: u32,
) -> Result<Option<Revision>, StoreError> {
    let sql = "SELECT r.row, r.parent, r.content_hash, r.origin, r.provider, r.model, \
        r.temperature_milli, r.max_tokens, r.input_tokens, r.output_tokens, r.cost_microusd, \
        r.latency_ms, r.created_at, r.explanation, r.feedback \
        FROM revisions r JOIN proposals p ON p.row = r.proposal WHERE p.id = ?1 AND r.number = ?2";
    one(connection, sql, (id.as_str(), number), |row| {
        let source = read_files(connection, row.get(0)?)?;
        decode(row, id, number, source)
    })
}

fn decode(
    row: &Row<'_>,
    id: &ProposalId,
    number: u32,
    source: Source,
) -> Result<Revision, StoreError> {
    let content_hash = digest(row, 2)?;
    if source.content_hash() != content_hash {
        return Err(corrupt(format!("the files of {id}, revision {number}, were altered")));
    }
    Ok(Revision {
        proposal: id.clone(),
        number,
        parent: row.get(1)?,
        source,
        content_hash,
        authorship: Authorship {
            origin: parsed(row, 3)?,
            provider: row.get(4)?,
            model: row.get(5)?,
            temperature_milli: row.get(6)?,
            max_tokens: row.get(7)?,
            usage: Usage {
                input_tokens: optional_count(row, 8)?,
                output_tokens: optional_count(row, 9)?,
                cost_microusd: optional_count(row, 10)?,
                latency_ms: optional_count(row, 11)?,
            },
        },
        explanation: row.get(13)?,
        feedback: row.get(14)?,
        created_at: moment(row, 12)?,
    })
}

fn read_files(connection: &Connection, revision: i64) -> Result<Source, StoreError> {
    let sql = "SELECT path, role, text, bytes FROM revision_files WHERE revision = ?1";
    let files: Vec<SourceFile> = many(connection, sql, [revision], |row| {
        let bytes: Option<Vec<u8>> = row.get(3)?;
        let content = match bytes {
            Some(bytes) => bytes,
            None => row.get::<_, String>(2)?.into_bytes(),
        };
        Ok(SourceFile { path: parsed(row, 0)?, role: parsed(row, 1)?, content })
    })?;
    if let Some(change) = sides::read(connection, revision, &files)? {
        return Ok(Source::of_change(change));
    }
    Source::new(files).map_err(|error| corrupt(error.to_string()))
}
