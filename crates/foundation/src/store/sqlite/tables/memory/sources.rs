//! What was parsed of sources, and the links between them, as rows.
//!
//! A source is stored by what it holds: it is parsed once, wherever it lies. What no live file holds any more is swept out when a
//! build ends.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::memory::{
    KeptCall, KeptImport, KeptLink, KeptSource, KeptSymbol, KeptUse, Words,
};
use crate::store::sqlite::rows::{execute, many, one};
use crate::store::sqlite::tables::memory::ids::bytes;
use record::domain::changeset::GitId;

/// Adds a source, unless it is there; what an earlier way of reading saw gives way.
pub(super) fn add(connection: &Connection, source: &KeptSource) -> Result<(), StoreError> {
    let KeptSource { blob, language, lines, reading, is_broken, defined, mentioned, .. } = source;
    let sql = "DELETE FROM memory_blobs WHERE id = ?1 AND reading < ?2";
    execute(connection, sql, (bytes(blob), reading))?;
    let sql = "INSERT INTO memory_blobs (id, language, lines, is_broken, defined, mentioned, reading) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING";
    let params = (bytes(blob), language, lines, is_broken, defined, mentioned, reading);
    if execute(connection, sql, params)? == 0 {
        return Ok(());
    }
    let row = connection.last_insert_rowid();
    let sql = "INSERT INTO memory_symbols (blob, place, name, kind, parent, first_line, last_line, signature) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    for (place, symbol) in (0_i64..).zip(&source.symbols) {
        let KeptSymbol { name, kind, parent, first_line, last_line, signature } = symbol;
        let params = (row, place, name, kind, parent, first_line, last_line, signature);
        execute(connection, sql, params)?;
    }
    // Of two on one line, the one that no import leads away counts.
    let sql = "INSERT INTO memory_calls (blob, name, line, import_line) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT DO UPDATE SET import_line = min(import_line, ?4)";
    for KeptCall { name, line, import_line } in &source.calls {
        execute(connection, sql, (row, name, line, import_line))?;
    }
    let sql = "INSERT INTO memory_uses (blob, name, line, extends, import_line) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT DO UPDATE SET extends = max(extends, ?4), import_line = min(import_line, ?5)";
    for KeptUse { name, line, extends, import_line } in &source.uses {
        execute(connection, sql, (row, name, line, extends, import_line))?;
    }
    let sql = "INSERT INTO memory_imports (blob, place, line, module, names, for_types) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    for (place, import) in (0_i64..).zip(&source.imports) {
        let KeptImport { line, module, names, is_for_types } = import;
        execute(connection, sql, (row, place, line, module, names, is_for_types))?;
    }
    Ok(())
}

/// Replaces the links of some files.
pub(super) fn relink(
    connection: &Connection,
    repository: i64,
    files: &[u32],
    links: &[KeptLink],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM memory_links WHERE repository = ?1 AND file = ?2";
    files.iter().try_for_each(|file| execute(connection, sql, (repository, file)).map(drop))?;
    let sql = "INSERT INTO memory_links (repository, file, target, line, names, for_types) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
        ON CONFLICT DO UPDATE SET names = names || ' ' || ?5, for_types = min(for_types, ?6)";
    for KeptLink { file, target, line, names, is_for_types } in links {
        execute(connection, sql, (repository, file, target, line, names, is_for_types))?;
    }
    Ok(())
}

/// Takes out what no file holds any more.
pub(super) fn sweep(connection: &Connection) -> Result<(), StoreError> {
    let sql = "DELETE FROM memory_blobs WHERE NOT EXISTS \
        (SELECT 1 FROM memory_files f WHERE f.blob IS NOT NULL AND f.blob = memory_blobs.id)";
    execute(connection, sql, []).map(drop)
}

/// Tells which of some blobs were parsed by a way of reading or a later one.
pub(crate) fn parsed(
    connection: &Connection,
    blobs: &[GitId],
    reading: u32,
) -> Result<Vec<bool>, StoreError> {
    let sql = "SELECT 1 FROM memory_blobs WHERE id = ?1 AND reading >= ?2";
    let found =
        |blob: &GitId| Ok(one(connection, sql, (bytes(blob), reading), |_| Ok(()))?.is_some());
    blobs.iter().map(found).collect()
}

/// The words of every live source.
pub(crate) fn words(connection: &Connection, repository: i64) -> Result<Vec<Words>, StoreError> {
    let sql = "SELECT f.number, b.defined, b.mentioned FROM memory_files f \
        JOIN memory_blobs b ON b.id = f.blob WHERE f.repository = ?1 AND f.is_live = 1";
    many(connection, sql, [repository], |row| {
        Ok(Words { file: row.get(0)?, defined: row.get(1)?, mentioned: row.get(2)? })
    })
}

fn symbol(row: &Row<'_>, first: usize) -> Result<KeptSymbol, StoreError> {
    Ok(KeptSymbol {
        name: row.get(first)?,
        kind: row.get(first + 1)?,
        parent: row.get(first + 2)?,
        first_line: row.get(first + 3)?,
        last_line: row.get(first + 4)?,
        signature: row.get(first + 5)?,
    })
}

/// What a blob defines, calls, uses and imports.
pub(crate) fn read(
    connection: &Connection,
    blob: &GitId,
) -> Result<Option<KeptSource>, StoreError> {
    let sql = "SELECT row, language, lines, is_broken, defined, mentioned, reading FROM memory_blobs \
        WHERE id = ?1";
    let head = one(connection, sql, [bytes(blob)], |row| {
        let source = KeptSource {
            blob: blob.clone(),
            language: row.get(1)?,
            lines: row.get(2)?,
            is_broken: row.get(3)?,
            defined: row.get(4)?,
            mentioned: row.get(5)?,
            reading: row.get(6)?,
            symbols: Vec::new(),
            calls: Vec::new(),
            uses: Vec::new(),
            imports: Vec::new(),
        };
        Ok((row.get::<_, i64>(0)?, source))
    })?;
    let Some((row, mut source)) = head else { return Ok(None) };
    let sql = "SELECT name, kind, parent, first_line, last_line, signature FROM memory_symbols \
        WHERE blob = ?1 ORDER BY place";
    source.symbols = many(connection, sql, [row], |row| symbol(row, 0))?;
    let sql = "SELECT name, line, import_line FROM memory_calls WHERE blob = ?1";
    source.calls = many(connection, sql, [row], |row| called(row, 0))?;
    let sql = "SELECT name, line, extends, import_line FROM memory_uses WHERE blob = ?1";
    source.uses = many(connection, sql, [row], |row| used(row, 0))?;
    let sql =
        "SELECT line, module, names, for_types FROM memory_imports WHERE blob = ?1 ORDER BY place";
    source.imports = many(connection, sql, [row], |row| import(row, 0))?;
    Ok(Some(source))
}

/// The names that a blob defines.
pub(crate) fn symbols(connection: &Connection, blob: &GitId) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT DISTINCT s.name FROM memory_blobs b CROSS JOIN memory_symbols s ON s.blob = b.row \
        WHERE b.id = ?1 ORDER BY s.name";
    many(connection, sql, [bytes(blob)], |row| Ok(row.get(0)?))
}

fn import(row: &Row<'_>, first: usize) -> Result<KeptImport, StoreError> {
    Ok(KeptImport {
        line: row.get(first)?,
        module: row.get(first + 1)?,
        names: row.get(first + 2)?,
        is_for_types: row.get(first + 3)?,
    })
}

fn used(row: &Row<'_>, first: usize) -> Result<KeptUse, StoreError> {
    Ok(KeptUse {
        name: row.get(first)?,
        line: row.get(first + 1)?,
        extends: row.get(first + 2)?,
        import_line: row.get(first + 3)?,
    })
}

fn called(row: &Row<'_>, first: usize) -> Result<KeptCall, StoreError> {
    Ok(KeptCall {
        name: row.get(first)?,
        line: row.get(first + 1)?,
        import_line: row.get(first + 2)?,
    })
}

/// The imports of every live source.
pub(crate) fn imports(
    connection: &Connection,
    repository: i64,
) -> Result<Vec<(u32, KeptImport)>, StoreError> {
    let sql = "SELECT f.number, i.line, i.module, i.names, i.for_types FROM memory_files f \
        CROSS JOIN memory_blobs b ON b.id = f.blob CROSS JOIN memory_imports i ON i.blob = b.row \
        WHERE f.repository = ?1 AND f.is_live = 1 ORDER BY f.number, i.place";
    many(connection, sql, [repository], |row| Ok((row.get(0)?, import(row, 1)?)))
}

/// What live sources define under a name.
pub(crate) fn defining(
    connection: &Connection,
    repository: i64,
    name: &str,
) -> Result<Vec<(u32, KeptSymbol)>, StoreError> {
    let sql = "SELECT f.number, s.name, s.kind, s.parent, s.first_line, s.last_line, s.signature \
        FROM memory_symbols s CROSS JOIN memory_blobs b ON b.row = s.blob \
        CROSS JOIN memory_files f ON f.blob = b.id \
        WHERE s.name = ?2 AND f.repository = ?1 AND f.is_live = 1 ORDER BY f.path, s.place";
    many(connection, sql, (repository, name), |row| Ok((row.get(0)?, symbol(row, 1)?)))
}

/// Where live sources call a name.
pub(crate) fn calling(
    connection: &Connection,
    repository: i64,
    name: &str,
) -> Result<Vec<(u32, KeptCall)>, StoreError> {
    let sql = "SELECT f.number, c.name, c.line, c.import_line FROM memory_calls c CROSS JOIN memory_blobs b ON b.row = c.blob \
        CROSS JOIN memory_files f ON f.blob = b.id \
        WHERE c.name = ?2 AND f.repository = ?1 AND f.is_live = 1 ORDER BY f.path, c.line";
    many(connection, sql, (repository, name), |row| Ok((row.get(0)?, called(row, 1)?)))
}

/// Where live sources use a name without calling or importing it.
pub(crate) fn using(
    connection: &Connection,
    repository: i64,
    name: &str,
) -> Result<Vec<(u32, KeptUse)>, StoreError> {
    let sql = "SELECT f.number, u.name, u.line, u.extends, u.import_line FROM memory_uses u \
        CROSS JOIN memory_blobs b ON b.row = u.blob CROSS JOIN memory_files f ON f.blob = b.id \
        WHERE u.name = ?2 AND f.repository = ?1 AND f.is_live = 1 ORDER BY f.path, u.line";
    many(connection, sql, (repository, name), |row| Ok((row.get(0)?, used(row, 1)?)))
}

/// Every link.
pub(crate) fn links(connection: &Connection, repository: i64) -> Result<Vec<KeptLink>, StoreError> {
    let sql = "SELECT file, target, line, names, for_types FROM memory_links WHERE repository = ?1";
    many(connection, sql, [repository], |row| {
        Ok(KeptLink {
            file: row.get(0)?,
            target: row.get(1)?,
            line: row.get(2)?,
            names: row.get(3)?,
            is_for_types: row.get(4)?,
        })
    })
}
