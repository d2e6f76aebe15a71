//! Tables that hold one row for each of certain entries.
//!
//! Each is compared with what the log told: a row without an entry is foreign, an entry without a row is missing one, and a row
//! that says something else was changed.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::ops::ControlFlow;

use crate::auditing::rows::found::Found;
use crate::auditing::rows::journal::{Applied, Begun, Journal};
use crate::auditing::vouching::Misfit;
use foundation::store::error::StoreError;
use foundation::store::rows::{Cell, Rows, Table};
use record::audit::chain::Chain;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// Every row of a table.
const ALL: (i64, i64) = (i64::MIN, i64::MAX);

/// Finds the first row of any of them that does not fit.
pub(super) fn first_misfit(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    type Check = fn(&dyn Rows, &Journal<'_>) -> Found;
    let checks: [(&str, Check); 9] = [
        ("nonces", nonces),
        ("owner_keys", keys),
        ("jobs", jobs),
        ("concepts", concepts),
        ("imports", imports),
        ("healings", healings),
        ("applications", applications),
        ("owner_entries", owners),
        ("blobs", texts),
    ];
    for (table, check) in checks {
        let found = match check(rows, journal) {
            // What cannot be read says nothing of where it lies.
            Err(StoreError::Corrupt { detail }) => Some(misfit(format!("{table}: {detail}"))),
            found => found?,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

const fn misfit(problem: String) -> Misfit {
    Misfit { seq: None, problem }
}

/// Shows each row until one is odd.
fn first_odd(
    rows: &dyn Rows,
    table: Table,
    odd: &mut dyn FnMut(&[Cell]) -> Option<String>,
) -> Result<Option<String>, StoreError> {
    let mut found = None;
    rows.table(table, ALL, &mut |cells| {
        found = odd(cells);
        if found.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(found)
}

/// Says which entry has no row, if one has none.
fn missing(table: &str, seq: Option<u64>) -> Option<Misfit> {
    let seq = seq?;
    Some(Misfit { seq: Some(seq), problem: format!("{table}: the row of entry {seq} is missing") })
}

fn nonces(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let mut left = journal.nonces.clone();
    let odd = first_odd(rows, Table::Nonces, &mut |cells| {
        let nonce = cells.first().and_then(Cell::text).unwrap_or_default();
        let seq = left.remove(nonce);
        let is_same = seq.is_some() && seq == cells.get(1).and_then(Cell::count);
        (!is_same).then(|| format!("nonces: {nonce:?} is not what an entry says"))
    })?;
    Ok(odd.map(misfit).or_else(|| missing("nonces", left.into_values().min())))
}

/// Sums are compared first: of a million keys none has to be kept.
fn keys(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let mut sum = (0, 0_u64);
    first_odd(rows, Table::Keys, &mut |cells| {
        let key = cells.first().and_then(Cell::digest).unwrap_or(Digest::ZERO);
        let seq = cells.get(1).and_then(Cell::count).unwrap_or(u64::MAX);
        sum = (sum.0 + 1, sum.1.wrapping_add(journal.secret.hash_one((key.as_bytes(), seq))));
        None
    })?;
    if sum == journal.keys { Ok(None) } else { named_key(rows) }
}

fn named_key(rows: &dyn Rows) -> Found {
    let (mut left, mut last) = (HashMap::new(), String::new());
    rows.entries(&mut |seq, _, bytes| {
        let idem = serde_json::from_slice(bytes).map(|entry: Keyed| entry.idem).unwrap_or_default();
        if !idem.is_empty() && idem != last {
            left.insert(Digest::of(idem.as_bytes()), seq);
        }
        last = idem;
        ControlFlow::Continue(())
    })?;
    let odd = first_odd(rows, Table::Keys, &mut |cells| {
        let key = cells.first().and_then(Cell::digest).unwrap_or(Digest::ZERO);
        let seq = left.remove(&key);
        let is_same = seq.is_some() && seq == cells.get(1).and_then(Cell::count);
        (!is_same).then(|| format!("idempotency: {key} is not what an entry says"))
    })?;
    Ok(odd.map(misfit).or_else(|| missing("idempotency", left.into_values().min())))
}

#[derive(serde::Deserialize)]
struct Keyed {
    idem: String,
}

fn jobs(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let mut seen = 0;
    let odd = first_odd(rows, Table::Jobs, &mut |cells| {
        let text = |column: usize| cells.get(column).and_then(Cell::text);
        let count = |column: usize| cells.get(column).and_then(Cell::count);
        seen += 1;
        let job = journal.jobs.get(text(0).unwrap_or_default());
        let is_same = job.is_some_and(|job| {
            job.proposal.as_ref().map(ProposalId::as_str) == text(1)
                && job.revision.map(u64::from) == count(2)
                && Some(job.fence) == count(3)
                && Some(job.state) == text(4)
                && (job.id.is_none() || job.id.as_deref() == text(5))
        });
        (!is_same)
            .then(|| format!("jobs: {} is not what the entries say", text(5).unwrap_or("a row")))
    })?;
    if let Some(misfit) = odd.map(misfit) {
        return Ok(Some(misfit));
    }
    let is_all = seen == journal.jobs.len();
    Ok(if is_all { None } else { missing_job(rows, journal)? })
}

fn missing_job(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let mut left = journal.jobs.clone();
    first_odd(rows, Table::Jobs, &mut |cells| {
        left.remove(cells.first().and_then(Cell::text).unwrap_or_default());
        None
    })?;
    Ok(missing("jobs", left.values().map(|job| job.seq).min())
        .or_else(|| Some(misfit("jobs: two rows of one execution".to_owned()))))
}

fn concepts(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let mut left = journal.concepts.clone();
    for concept in rows.concepts()? {
        let recorded = left.remove(&concept.name.to_lowercase());
        let text = serde_json::to_vec(&concept).unwrap_or_default();
        let digest = Digest::of(&text).to_string();
        if recorded.is_none_or(|(_, recorded)| recorded != digest) {
            let name = &concept.name;
            return Ok(Some(misfit(format!(
                "concepts: {name:?}, or a snippet of it, is not what was learned"
            ))));
        }
    }
    Ok(missing("concepts", left.into_values().map(|(seq, _)| seq).min()))
}

fn imports(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let mut left = journal.imports.clone();
    let odd = first_odd(rows, Table::Imports, &mut |cells| {
        let file = cells.first().and_then(Cell::digest).unwrap_or(Digest::ZERO);
        let recorded = left.remove(&file).map(|(_, row)| row);
        let is_same = recorded.as_deref() == cells.get(1..);
        (!is_same).then(|| format!("imports: {file} is not what an entry says"))
    })?;
    Ok(odd.map(misfit).or_else(|| missing("imports", left.into_values().map(|(seq, _)| seq).min())))
}

fn healings(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let (mut begun, mut ended) = (journal.begun.iter(), journal.ended.clone());
    let odd = first_odd(rows, Table::Healings, &mut |cells| {
        let count = |column: usize| cells.get(column).and_then(Cell::count);
        let row = Begun {
            seq: count(0).unwrap_or(u64::MAX),
            proposal: count(1).and_then(|row| i64::try_from(row).ok()),
            base: count(2).and_then(|base| u32::try_from(base).ok()),
        };
        let is_begun = begun.next() == Some(&row);
        let is_ended = match count(3) {
            None => cells.get(4) == Some(&Cell::Null),
            Some(seq) => ended.remove(&seq).is_some_and(|(proposal, stop)| {
                proposal == row.proposal && cells.get(4).and_then(Cell::text) == Some(&stop)
            }),
        };
        (!is_begun || !is_ended)
            .then(|| format!("healings: that of entry {} is not what the entries say", row.seq))
    })?;
    let left = begun.map(|begun| begun.seq).chain(ended.into_keys()).min();
    Ok(odd.map(misfit).or_else(|| missing("healings", left)))
}

fn applications(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let mut left = journal.applied.clone();
    let odd = first_odd(rows, Table::Applications, &mut |cells| {
        let started = cells.first().and_then(Cell::count).unwrap_or(u64::MAX);
        let is_same = left.remove(&started).is_some_and(|applied| is_applied(cells, &applied));
        (!is_same)
            .then(|| format!("applications: that of entry {started} is not what the entries say"))
    })?;
    Ok(odd.map(misfit).or_else(|| missing("applications", left.into_keys().min())))
}

/// Tells whether the row of an application says what its entries do; the digest of the order vouches for all that is in it.
fn is_applied(cells: &[Cell], applied: &Applied) -> bool {
    let count = |column: usize| cells.get(column).and_then(Cell::count);
    let text = |column: usize| cells.get(column).and_then(Cell::text);
    let order = text(5).unwrap_or_default();
    let placed: Option<Placed> = serde_json::from_str(order).ok();
    count(1).and_then(|row| i64::try_from(row).ok()) == applied.proposal
        && count(2) == applied.revision.map(u64::from)
        && text(3) == Some(applied.direction.word())
        && text(4).is_some()
        && text(4) == placed.as_ref().map(|placed| placed.place.as_str())
        && Some(Digest::of(order.as_bytes())) == applied.order
        && count(6) == applied.end.as_ref().map(|(seq, _)| *seq)
        && text(7) == applied.end.as_ref().map(|(_, word)| word.as_str())
}

#[derive(serde::Deserialize)]
struct Placed {
    place: String,
}

fn owners(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let (entries, chain) = &journal.owners;
    let mut left = entries.iter().copied();
    let odd = first_odd(rows, Table::OwnerEntries, &mut |cells| {
        let seq = cells.first().and_then(Cell::count);
        (seq.is_none() || seq != left.next()).then(|| {
            format!("owner_entries: row {} has no entry", cells.first().unwrap_or(&Cell::Null))
        })
    })?;
    if let Some(misfit) = odd.map(misfit).or_else(|| missing("owner_entries", left.next())) {
        return Ok(Some(misfit));
    }
    Ok(if has_chain(rows, 0, *chain)? {
        None
    } else {
        Some(misfit("chains: row 0 is not what the entries give".to_owned()))
    })
}

/// Tells whether the stored chain of a row is this one.
pub(super) fn has_chain(rows: &dyn Rows, row: i64, chain: Chain) -> Result<bool, StoreError> {
    let mut found = Chain::EMPTY;
    rows.table(Table::Chains, (row, row), &mut |cells| {
        let entries = cells.get(1).and_then(Cell::count).unwrap_or_default();
        let hash = cells.get(2).and_then(Cell::digest).unwrap_or(Digest::ZERO);
        found = Chain { entries, hash };
        ControlFlow::Continue(())
    })?;
    Ok(found == chain)
}

fn texts(rows: &dyn Rows, journal: &Journal<'_>) -> Found {
    let mut missing = journal.pages.clone();
    // Whatever was kept before texts were taken out may be among them.
    let is_there = |seq: &u64| journal.pruned.is_none_or(|pruned| pruned < *seq);
    let kept = journal.kept.iter().filter(|(_, seq)| is_there(seq));
    missing.extend(kept.map(|(digest, _)| *digest));
    let odd = first_odd(rows, Table::LooseBlobs, &mut |cells| {
        let digest = cells.first().and_then(Cell::digest).unwrap_or(Digest::ZERO);
        missing.remove(&digest);
        (!journal.texts.contains(&digest)).then(|| format!("blobs: nothing needs {digest}"))
    })?;
    let gone = missing.first().map(|digest| {
        format!("blobs: {digest}, which an owner was shown or a model was told or said, is missing")
    });
    Ok(odd.or(gone).map(misfit))
}
