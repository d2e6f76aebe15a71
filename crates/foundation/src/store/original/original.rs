//! Opens an original's database and recognises its tables.
//!
//! The file is hostile: only plain columns of plain tables are read, by row number, under the names that were
//! published. Nothing in it is run.

use std::cell::Cell;

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::original::error::OriginalError;
use crate::store::original::row::{SourceRow, SourceValue};
use crate::store::original::snapshot::Snapshot;
use crate::store::original::tables::{
    AUDIT, CODE_AUDIT, CONCEPTS, EXECUTIONS, LINKS, NOT_TAKEN, PROPOSALS, REFINEMENTS, REVIEWS,
    SNIPPETS, Table,
};
use crate::store::sqlite::connection::{Access, open};

/// Most rows of one table that are taken.
const MAX_ROWS: u64 = 200_000;
/// Number of times the file is read in all: by the survey, while writing, and for what is no proposal.
const MOST_READINGS: u64 = 4;
/// Most bytes of a value that are kept of an execution, one more than are stored, so that it shows.
const EXECUTION_BYTES: usize = (1 << 20) + 1;
/// Most bytes of a name that are kept; no name that is taken is as long.
const KEY_BYTES: usize = 1 << 10;

/// The shapes in which databases of the original come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The code tables alone.
    Proposals,
    /// Everything: code tables beside those of the rest of the program.
    Whole,
    /// An older generation without code tables.
    Older,
}

impl Shape {
    /// The word in records and answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proposals => "proposals",
            Self::Whole => "whole",
            Self::Older => "older",
        }
    }
}

/// The place of a row, and its owner.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its row number.
    pub row: i64,
    /// The value of the column that names it or its owner.
    pub value: SourceValue,
}

/// A database of the original; nothing in it is run, only plain columns of plain tables are read by row number.
pub struct Original {
    connection: Connection,
    shape: Shape,
    present: Vec<Present>,
    budget: Cell<u64>,
}

struct Present {
    table: &'static Table,
    columns: Vec<&'static str>,
}

static TAKEN: [&Table; 9] = [
    &PROPOSALS,
    &EXECUTIONS,
    &REVIEWS,
    &REFINEMENTS,
    &AUDIT,
    &CODE_AUDIT,
    &CONCEPTS,
    &SNIPPETS,
    &LINKS,
];

impl Original {
    /// Opens a copy and tells its shape by tables and columns.
    pub fn open(snapshot: &Snapshot) -> Result<Self, OriginalError> {
        let connection =
            open(&snapshot.database(), Access::Read).map_err(|error| damaged(&error))?;
        let mut present = Vec::new();
        for table in TAKEN {
            if !is_plain_table(&connection, table.name)? {
                continue;
            }
            let columns = columns(&connection, table)?;
            // Links come in two shapes; the other one holds facts, which nothing here corresponds to.
            if table != &LINKS || columns.len() == LINKS.required {
                require(table, &columns)?;
                present.push(Present { table, columns });
            }
        }
        let has = |wanted: &Table| present.iter().any(|found| found.table == wanted);
        let is_older = is_plain_table(&connection, "facts")? || has(&AUDIT);
        let shape = match (has(&PROPOSALS), is_older) {
            (true, false) => Shape::Proposals,
            (true, true) => Shape::Whole,
            (false, _) if !present.is_empty() => Shape::Older,
            (false, _) => {
                return Err(OriginalError::Foreign { path: snapshot.source().to_path_buf() });
            }
        };
        let budget = Cell::new(snapshot.bytes().saturating_mul(MOST_READINGS));
        Ok(Self { connection, shape, present, budget })
    }

    /// The shape it was recognised by.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Row numbers with the first column of a table, in the order of the rows; nothing where there is no such table.
    pub fn keys(&self, table: &'static Table) -> Result<Vec<Key>, OriginalError> {
        let Some(present) = self.present.iter().find(|found| found.table == table) else {
            return Ok(Vec::new());
        };
        let column = present.columns.first().copied().unwrap_or("rowid");
        self.numbered(table.name, column)
    }

    /// The row at a number, if it is there.
    pub fn row(&self, table: &'static Table, number: i64) -> Result<SourceRow, OriginalError> {
        let missing = || OriginalError::Damaged {
            detail: format!("row {number} of {} cannot be found again", table.name),
        };
        let present = self.present.iter().find(|found| found.table == table).ok_or_else(missing)?;
        let names: Vec<String> = present.columns.iter().map(|name| quoted(name)).collect();
        let sql =
            format!("SELECT {} FROM {} WHERE rowid = ?1", names.join(", "), quoted(table.name));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([number])?;
        let row = rows.next()?.ok_or_else(missing)?;
        self.cells(row, present)
    }

    /// Tables of the original that are not taken over, with how many rows they have.
    pub fn not_taken(&self) -> Result<Vec<(&'static str, u64)>, OriginalError> {
        let mut found = Vec::new();
        let is_read = |name: &str| self.present.iter().any(|one| one.table.name == name);
        let names = NOT_TAKEN.iter().copied().chain([LINKS.name]);
        for name in names.filter(|name| !is_read(name)) {
            if is_plain_table(&self.connection, name)? {
                let rows = self.numbered(name, "rowid")?.len() as u64;
                found.push((name, rows));
            }
        }
        found.retain(|(_, rows)| *rows > 0);
        Ok(found)
    }

    /// Rows by their number; a tree that leads to a number twice is damaged, and would never end.
    fn numbered(&self, table: &str, column: &str) -> Result<Vec<Key>, OriginalError> {
        let sql = format!("SELECT rowid, {} FROM {} ORDER BY rowid", quoted(column), quoted(table));
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut keys: Vec<Key> = Vec::new();
        while let Some(row) = rows.next()? {
            let value = self.spend(SourceValue::of(row.get_ref(1)?))?.cut(KEY_BYTES);
            let key = Key { row: row.get(0)?, value };
            if keys.last().is_some_and(|last| last.row >= key.row) {
                let detail = format!("rows of {table} are out of order");
                return Err(OriginalError::Damaged { detail });
            }
            if keys.len() as u64 >= MAX_ROWS {
                let what = format!("{table} has too many rows");
                return Err(OriginalError::TooMuch { what, limit: MAX_ROWS });
            }
            keys.push(key);
        }
        Ok(keys)
    }

    fn cells(&self, row: &Row<'_>, present: &Present) -> Result<SourceRow, OriginalError> {
        let mut cells = Vec::new();
        for (index, name) in present.columns.iter().enumerate() {
            cells.push((*name, self.spend(SourceValue::of(row.get_ref(index)?))?));
        }
        let row = SourceRow::new(present.table.name, cells);
        Ok(if present.table == &EXECUTIONS { row.cut(EXECUTION_BYTES) } else { row })
    }

    /// Counts what is read: rows that share their bytes could make a small file endless.
    fn spend(&self, value: SourceValue) -> Result<SourceValue, OriginalError> {
        let bytes = match &value {
            SourceValue::Text(bytes) | SourceValue::Blob(bytes) => bytes.len() as u64,
            SourceValue::Null | SourceValue::Integer(_) | SourceValue::Real(_) => 0,
        };
        let left = self.budget.get().checked_sub(bytes).ok_or_else(|| OriginalError::Damaged {
            detail: "its rows hold more than the file does".to_owned(),
        })?;
        self.budget.set(left);
        Ok(value)
    }
}

fn damaged(error: &StoreError) -> OriginalError {
    OriginalError::Damaged { detail: error.to_string() }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Tells whether there is a table of its own: no view, and no table that a module makes up.
fn is_plain_table(connection: &Connection, name: &str) -> Result<bool, OriginalError> {
    let sql = "SELECT count(*) FROM sqlite_schema \
        WHERE type = 'table' AND rootpage > 0 AND name = ?1 COLLATE NOCASE";
    let found: i64 = connection.query_row(sql, [name], |row| row.get(0))?;
    Ok(found == 1)
}

/// The columns of a table that are stored: a computed one would run what the file says.
fn columns(
    connection: &Connection,
    table: &'static Table,
) -> Result<Vec<&'static str>, OriginalError> {
    let sql = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([table.name])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        found.push(name.to_ascii_lowercase());
    }
    if ["rowid", "_rowid_", "oid"].iter().any(|name| found.iter().any(|column| column == name)) {
        let detail = format!("{} hides its row numbers behind a column", table.name);
        return Err(OriginalError::Damaged { detail });
    }
    let is_there = |column: &&&str| found.iter().any(|name| name == **column);
    Ok(table.columns.iter().filter(is_there).copied().collect())
}

fn require(table: &'static Table, columns: &[&'static str]) -> Result<(), OriginalError> {
    let required = table.columns.iter().take(table.required);
    for column in required {
        if !columns.contains(column) {
            return Err(OriginalError::Column { table: table.name, column });
        }
    }
    Ok(())
}
