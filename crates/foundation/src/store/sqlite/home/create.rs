//! Makes the database of a new home, with the first record of its log.
//!
//! The database is made under another name and renamed when it is whole, so a kill leaves either no database or one
//! whose log begins with a signed genesis. The log's key is stored before anything is signed with it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::store::error::StoreError;
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::failure::{DATABASE, of_file};
use crate::store::sqlite::home::folders::{empty_folder, sync_folder};
use crate::store::sqlite::home::key_file;
use crate::store::sqlite::home::schema::{migrate, runner};
use crate::store::sqlite::log::chains::growing::Chains;
use crate::store::sqlite::log::ledger::Ledger;
use crate::store::sqlite::log::tail::Tail;
use record::audit::grounds::RULES;
use record::audit::key::LogKey;
use record::audit::quorum::{QUORUM_RULE, QUORUM_RULE_FIELD};
use record::domain::act::{Act, ActKind};
use record::domain::policy::Policy;
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;

/// Makes the database of a home that has none.
pub(crate) fn create(home: &Path, path: &Path, now: Timestamp) -> Result<(), StoreError> {
    let key = match key_file::load(home)? {
        Some(key) => key,
        None => key_file::create(home, now)?,
    };
    let folder = empty_folder(home.join("knowledge.new"))?;
    let unfinished = folder.join(DATABASE);
    make_database(&unfinished, key, now)?;
    let failed = |error| of_file(path, error);
    File::open(&unfinished).and_then(|file| file.sync_all()).map_err(failed)?;
    std::fs::rename(&unfinished, path).map_err(failed)?;
    std::fs::remove_dir_all(&folder).map_err(failed)?;
    sync_folder(home)
}

fn make_database(path: &Path, key: LogKey, now: Timestamp) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    drop(options.open(path).map_err(|error| of_file(path, error))?);
    let mut connection = open(path, Access::Write)?;
    migrate(&mut connection, runner())?;
    let genesis = genesis(&key);
    let (tail, chains) = (Tail::empty(), Chains::EMPTY);
    let mut ledger = Ledger { connection, key, tail, chains };
    ledger.append_alone(&genesis, now)
}

fn genesis(key: &LogKey) -> Act {
    Act::new(ActKind::LogGenesis, Principal::system(), Via::internal())
        .with("vkey", key.verifier().vkey())
        .with("version", env!("CARGO_PKG_VERSION"))
        .with(QUORUM_RULE_FIELD, QUORUM_RULE)
        .with("policy_digest", Policy::default().digest().to_string())
        .with("rules", RULES)
}
