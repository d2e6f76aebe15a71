//! Changes of repositories as rows: a base, and both sides of every path.
//!
//! What a file holds afterwards stays among the files of the revision, where everybody looks for it. Reading puts both together
//! again, and `revisions.rs` holds the result against the content hash, as it does with files alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{execute, many, one, optional_parsed, parsed};
use record::domain::changeset::{Base, Changeset, Mode, RepositoryName, Side, Touched};
use record::domain::role::Role;
use record::domain::source::SourceFile;
use record::domain::source_path::SourcePath;

/// Stores the base and the sides of a revision.
pub(crate) fn insert(
    connection: &Connection,
    revision: i64,
    change: &Changeset,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO revision_bases (revision, repository, base_commit, base_tree) \
        VALUES (?1, ?2, ?3, ?4)";
    let Base { commit, tree } = &change.base;
    let params = (revision, change.repository.as_str(), commit.as_str(), tree.as_str());
    execute(connection, sql, params)?;
    change.touched().iter().try_for_each(|touched| insert_one(connection, revision, touched))
}

fn insert_one(connection: &Connection, revision: i64, touched: &Touched) -> Result<(), StoreError> {
    let sql = "INSERT INTO revision_sides (revision, path, role, mode_before, before, mode, target) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Touched { path, role, before, after } = touched;
    let params = (
        revision,
        path.as_str(),
        role.word(),
        before.as_ref().map(|side| side.mode.word()),
        before.as_ref().map(|side| &*side.content),
        after.as_ref().map(|side| side.mode.word()),
        after.as_ref().filter(|side| side.mode == Mode::Link).map(|side| &*side.content),
    );
    execute(connection, sql, params).map(drop)
}

/// The change that a revision is, made of its rows and its files; absent where the files stand for themselves.
pub(crate) fn read(
    connection: &Connection,
    revision: i64,
    files: &[SourceFile],
) -> Result<Option<Changeset>, StoreError> {
    let sql = "SELECT repository, base_commit, base_tree FROM revision_bases WHERE revision = ?1";
    let based = one(connection, sql, [revision], |row| {
        let base = Base { commit: parsed(row, 1)?, tree: parsed(row, 2)? };
        Ok((parsed::<RepositoryName>(row, 0)?, base))
    })?;
    let Some((repository, base)) = based else { return Ok(None) };
    let kept: BTreeMap<&SourcePath, &SourceFile> =
        files.iter().map(|file| (&file.path, file)).collect();
    let sql = "SELECT path, role, mode_before, before, mode, target FROM revision_sides \
        WHERE revision = ?1";
    let touched = many(connection, sql, [revision], |row| decode(row, &kept))?;
    let is_told = |file: &&SourceFile| touched.iter().any(|touched| touched.path == file.path);
    if let Some(file) = files.iter().find(|file| !is_told(file)) {
        return Err(corrupt(format!("revision_sides: {} is a file and has no row", file.path)));
    }
    let change = Changeset::new(repository, base, touched);
    change.map(Some).map_err(|error| corrupt(format!("revision_sides: {error}")))
}

fn decode(row: &Row<'_>, kept: &BTreeMap<&SourcePath, &SourceFile>) -> Result<Touched, StoreError> {
    let (path, role): (SourcePath, Role) = (parsed(row, 0)?, parsed(row, 1)?);
    let before = match (optional_parsed(row, 2)?, row.get::<_, Option<Vec<u8>>>(3)?) {
        (Some(mode), Some(content)) => Some(Side { mode, content: content.into() }),
        (_, _) => None,
    };
    let after = match (optional_parsed(row, 4)?, row.get::<_, Option<Vec<u8>>>(5)?) {
        (Some(mode), Some(target)) => Some(Side { mode, content: target.into() }),
        (Some(mode), None) => {
            let file = kept.get(&path);
            let file = file
                .ok_or_else(|| corrupt(format!("revision_files: the content of {path} is gone")))?;
            if file.role != role {
                return Err(corrupt(format!("revision_files: the role of {path} is another one")));
            }
            Some(Side { mode, content: Arc::from(file.content.as_slice()) })
        }
        (None, _) => None,
    };
    Ok(Touched { path, role, before, after })
}
