//! Opens a home for writing: makes, migrates and checks whatever is needed.
//!
//! Nothing is written beside a file that is not ours or newer than this program, so such a file is refused first. The
//! head outside the database may lag behind it, after a crash, but a head that the database does not contain means that
//! somebody put an older database in its place; that is refused, too.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;
use crate::store::sqlite::connection::{Access, check_length, open, set_journal};
use crate::store::sqlite::failure::located;
use crate::store::sqlite::home::create::create;
use crate::store::sqlite::home::folders::{database_path, make_folder};
use crate::store::sqlite::home::head_file::{self, HeadFile};
use crate::store::sqlite::home::header::{Found, inspect_home};
use crate::store::sqlite::home::key_file;
use crate::store::sqlite::home::lock::lock;
use crate::store::sqlite::home::schema::{check_objects, refuse_unknown};
use crate::store::sqlite::home::upgrade::upgrade;
use crate::store::sqlite::log::ledger::Ledger;
use crate::store::sqlite::log::records;
use crate::store::sqlite::log::tail::{genesis_vkey, stored_root};
use crate::store::sqlite::tables::owners;
use record::audit::head::Head;
use record::domain::act::{Act, ActKind};
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;

/// Everything a writer holds.
pub(crate) struct Opened {
    pub(crate) database: PathBuf,
    pub(crate) ledger: Ledger,
    pub(crate) head: HeadFile,
    /// Held until the writer ends; the system lets go of it when the process dies.
    pub(crate) lock: File,
}

/// Opens a home for writing: makes, migrates and checks whatever is needed.
pub(crate) fn open_for_writing(home: &Path, now: Timestamp) -> Result<Opened, StoreError> {
    let path = database_path(home);
    prepare(home, &path, now).map_err(|error| located(error, &path))
}

fn prepare(home: &Path, path: &Path, now: Timestamp) -> Result<Opened, StoreError> {
    check_length(path)?;
    // A file that is not ours, or newer, must be refused before anything is written beside it.
    refuse_unknown(inspect_home(path)?)?;
    make_folder(home)?;
    let lock = lock(home)?;
    let head = head_file::load(home)?;
    let found = inspect_home(path)?;
    let is_old = !matches!(found, Found::Nothing);
    let migration = match found {
        Found::Nothing => {
            if let Some(head) = &head {
                return Err(StoreError::RolledBack {
                    head: head_file::signed_size(head),
                    database: 0,
                });
            }
            create(home, path, now)?;
            None
        }
        found @ Found::Database { .. } => {
            refuse_unknown(found)?;
            upgrade(home, path, found, now)?
        }
    };
    let mut ledger = open_ledger(home, path)?;
    check_head(&ledger, head.as_ref())?;
    let mut file = HeadFile::open(home, head.as_ref())?;
    if let Some(act) = migration {
        ledger.append_alone(&act, now)?;
    }
    if head.is_none() && is_old {
        let act = head_remade(ledger.size());
        ledger.append_alone(&act, now)?;
    }
    file.write(ledger.note()?);
    file.flush()?;
    Ok(Opened { database: path.to_path_buf(), ledger, head: file, lock })
}

/// What it stood for until then nobody knows any more, so the record says that it was gone.
fn head_remade(entries: u64) -> Act {
    tracing::warn!(
        entries,
        "log.head is gone: it is made anew from the database, and the record says so"
    );
    Act::new(ActKind::HeadRemade, Principal::system(), Via::internal()).with("entries", entries)
}

fn open_ledger(home: &Path, path: &Path) -> Result<Ledger, StoreError> {
    let connection = open(path, Access::Write)?;
    set_journal(&connection)?;
    let unusable = || StoreError::LogKey { path: key_file::path(home) };
    let key = key_file::load(home)?.ok_or_else(unusable)?;
    if genesis_vkey(&connection)? != key.verifier().vkey() {
        return Err(unusable());
    }
    check_objects(&connection)?;
    let ledger = Ledger::load(connection, key)?;
    // Rows of keys and policies that the entries do not vouch for are refused before anything rests on them.
    owners::keys(&ledger.connection, ledger.key.verifier())?;
    owners::policies(&ledger.connection, ledger.key.verifier())?;
    Ok(ledger)
}

/// The head outside may be behind the database, never ahead of it, and both must tell one history.
fn check_head(ledger: &Ledger, head: Option<&Head>) -> Result<(), StoreError> {
    let Some(head) = head else { return Ok(()) };
    let database = ledger.tail.size();
    let opened = ledger.key.verifier().open(&head.note);
    let Ok(checkpoint) = opened else {
        return Err(StoreError::OtherHistory { head: head_file::signed_size(head), database });
    };
    let same = checkpoint.size <= database
        && stored_root(&ledger.connection, checkpoint.size)? == Some(checkpoint.root);
    if same || is_left_behind(ledger, head)? {
        return Ok(());
    }
    Err(StoreError::apart(checkpoint.size, database))
}

/// Whether a whole and signed log says that a restore left this head behind: one that was killed before it could write
/// the new head.
fn is_left_behind(ledger: &Ledger, head: &Head) -> Result<bool, StoreError> {
    let key = Some(ledger.key.verifier().clone());
    Ok(records::verify(&ledger.connection, key, Some(head))?.ok)
}
