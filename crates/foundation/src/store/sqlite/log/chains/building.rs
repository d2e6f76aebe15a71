//! Makes the chains of a database that has none yet, from its log.
//!
//! It happens once, when an older database is opened for writing. The log is read from its beginning and must lead to the signed
//! head, so that nothing enters a chain that is not of the log, whatever the column beside an entry says.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::log::chains::growing::{Chains, stored_root};
use crate::store::sqlite::log::chains::rows::{OWNERS_ROW, name, node, path, set_chain};
use crate::store::sqlite::rows::{count, execute, int, many};
use record::audit::chain::{Chain, node_hash};
use record::audit::merkle::{Frontier, leaf_hash};
use record::audit::proof::TreeHead;
use record::audit::quorum::is_of_owners;
use record::domain::act::{ActKind, Subject};
use record::domain::digest::Digest;

/// The part of an entry that says whose chain it is of.
#[derive(Deserialize)]
struct Part {
    kind: ActKind,
    subject: Subject,
    data: Map<String, Value>,
}

/// Makes all chains inside the open transaction; the log must be the one that was signed.
pub(crate) fn build(connection: &Connection, log: TreeHead) -> Result<Chains, StoreError> {
    for table in ["chains", "chain_nodes", "owner_entries"] {
        execute(connection, &format!("DELETE FROM {table}"), [])?;
    }
    let mut building = Building { rows: ids(connection)?, ..Building::default() };
    let mut trouble = Ok(());
    stream(connection, &mut |seq, column, bytes| {
        trouble = building.take(seq, column, bytes);
        if trouble.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    trouble?;
    if building.frontier.size() != log.size || building.frontier.root() != log.root {
        return Err(corrupt("audit_log: the entries do not lead to the signed head"));
    }
    building.store(connection)
}

#[derive(Default)]
struct Building {
    /// Rows of proposals; those whose making was seen are in `made`.
    rows: HashMap<String, i64>,
    made: HashMap<i64, Chain>,
    owners: Vec<u64>,
    frontier: Frontier,
}

impl Building {
    fn take(&mut self, seq: u64, column: Option<i64>, bytes: &[u8]) -> Result<(), StoreError> {
        let leaf = leaf_hash(bytes);
        let _completed = self.frontier.push(leaf);
        let part: Part = serde_json::from_slice(bytes)
            .map_err(|error| corrupt(format!("audit_log: entry {seq}: {error}")))?;
        let row = part.subject.proposal.and_then(|id| self.rows.get(id.as_str())).copied();
        // What is said about a proposal before it was made is not of its chain, then as now.
        let row =
            row.filter(|row| part.kind == ActKind::ProposalCreated || self.made.contains_key(row));
        if row != column {
            return Err(corrupt(format!("audit_log: entry {seq}: proposal is not what it says")));
        }
        if is_of_owners(part.kind, &part.data) {
            self.owners.push(seq);
            self.grow(OWNERS_ROW, &leaf);
        } else if let Some(row) = row {
            self.grow(row, &leaf);
        }
        Ok(())
    }

    fn grow(&mut self, row: i64, leaf: &Digest) {
        let chain = self.made.entry(row).or_insert(Chain::EMPTY);
        *chain = chain.with(leaf);
    }

    fn store(self, connection: &Connection) -> Result<Chains, StoreError> {
        for seq in &self.owners {
            execute(connection, "INSERT INTO owner_entries (seq) VALUES (?1)", [int(*seq)])?;
        }
        let chains: BTreeMap<i64, Chain> = self.made.into_iter().collect();
        let mut level: BTreeMap<i64, Digest> = BTreeMap::new();
        for (row, chain) in chains {
            set_chain(connection, row, chain)?;
            path(row)?;
            level.insert(row, chain.leaf(&name(connection, row)?));
        }
        let levels = path(OWNERS_ROW)?;
        for (first, _) in levels {
            level = raise(connection, first, &level)?;
        }
        Ok(Chains::of_root(stored_root(connection)?))
    }
}

/// Stores the nodes above these hashes; `first` is the place of the first node of their level.
fn raise(
    connection: &Connection,
    first: i64,
    below: &BTreeMap<i64, Digest>,
) -> Result<BTreeMap<i64, Digest>, StoreError> {
    let mut above = BTreeMap::new();
    let mut open = None;
    for (position, hash) in below {
        let Some((place, slot)) = path(*position)?.first().copied() else { continue };
        let mut one = match open.take() {
            Some((at, node)) if at == place => node,
            _ => node(connection, first + place)?,
        };
        one.set(slot, hash);
        above.insert(place, node_hash(&one.hashes));
        one.store(connection)?;
        open = Some((place, one));
    }
    Ok(above)
}

fn ids(connection: &Connection) -> Result<HashMap<String, i64>, StoreError> {
    let rows = many(connection, "SELECT id, row FROM proposals", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.into_iter().collect())
}

type Visit<'a> = dyn FnMut(u64, Option<i64>, &[u8]) -> ControlFlow<()> + 'a;

fn stream(connection: &Connection, visit: &mut Visit<'_>) -> Result<(), StoreError> {
    let sql = "SELECT seq, proposal, record FROM audit_log ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let record = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        if visit(count(row, 0)?, row.get(1)?, record).is_break() {
            break;
        }
    }
    Ok(())
}
