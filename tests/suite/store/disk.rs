//! Disks that are full or cannot be written.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use foundation::store::error::StoreError;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

use super::records::verify;
use super::sample::{at, created, executed, execution, proposal_id, ticking};
use super::sqlite::{Home, reader, writer};

/// Names the folder when this binary is started again as another user.
const HOME: &str = "SARAPHINA_TEST_READ_ONLY_HOME";
/// Nobody in particular.
const NOBODY: u32 = 65_534;

fn own_environment(name: &str) -> Option<String> {
    std::env::vars().find_map(|(key, value)| (key == name).then_some(value))
}

/// Starts one test of this binary again.
#[expect(clippy::disallowed_methods, reason = "the test starts itself as another process")]
pub(super) fn again(binary: &Path, test: &str) -> Command {
    let mut command = Command::new(binary);
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command
}

#[tokio::test]
async fn a_full_disk_refuses_changes_whole_and_recovers() {
    let home = Home::new();
    home.store.commit(created(0, at(0))).await.unwrap();
    home.store.tune("max_page_count", 160).await.unwrap();

    let mut refused = None;
    let mut stored = 1;
    for n in 1..2_000 {
        match home.store.commit(created(n, at(1))).await {
            Ok(_) => stored += 1,
            Err(error) => {
                refused = Some((n, error));
                break;
            }
        }
    }
    let (n, error) = refused.unwrap();
    let during = home.store.proposal(&proposal_id(n)).await.unwrap();
    home.store.tune("max_page_count", 1_000_000).await.unwrap();
    home.store.commit(created(n, at(2))).await.unwrap();

    assert!(matches!(error, StoreError::DiskFull), "{error:?}");
    assert_eq!(during, None);
    assert_eq!(verify(&home.store).await, stored + 2);
    assert_eq!(home.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn one_change_too_large_for_the_disk_leaves_its_group_whole() {
    let home = Home::new();
    for n in 0..8 {
        home.store.commit(created(n, at(0))).await.unwrap();
    }
    home.store.index().await.unwrap();
    let mut large = execution(0, 1, 1, VerdictWord::Failed, at(1));
    large.env_names = (0..40_000).map(|n| format!("NAME_{n}")).collect();
    home.store.tune("max_page_count", 150).await.unwrap();

    let large = home.store.commit(executed(0, large, Status::Tested, at(1)));
    let small = (1..8).map(|n| {
        let run = execution(n, 1, 1, VerdictWord::Passed, at(1));
        home.store.commit(executed(n, run, Status::Tested, at(1)))
    });
    let (large, small) = tokio::join!(large, futures::future::join_all(small));

    assert!(matches!(large, Err(StoreError::DiskFull)), "{large:?}");
    assert!(small.iter().all(Result::is_ok), "{small:?}");
    assert_eq!(verify(&home.store).await, 16);
}

/// The part that runs as another user, who can only look.
#[tokio::test]
async fn looking_into_a_read_only_home() {
    let Some(home) = own_environment(HOME) else { return };
    let home = Path::new(&home);

    let store = reader(home);
    let found = store.proposal(&proposal_id(1)).await.unwrap();
    let entries = verify(&store).await;
    let writing = SqliteStore::open(home, Opening::Writer, &ticking()).err();

    assert!(found.is_some());
    assert!(matches!(writing, Some(StoreError::ReadOnly { .. })), "{writing:?}");
    println!("looked at {entries} records");
}

#[tokio::test]
async fn a_read_only_home_can_be_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let store = writer(&home);
    store.commit(created(1, at(0))).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let binary = folder.path().join("suite");
    fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
    for (path, mode) in
        [("", 0o555), ("home", 0o555), ("home/knowledge.db", 0o444), ("suite", 0o555)]
    {
        fs::set_permissions(folder.path().join(path), Permissions::from_mode(mode)).unwrap();
    }

    let mut command = again(&binary, "store::disk::looking_into_a_read_only_home");
    command.env(HOME, &home).current_dir("/");
    if File::create(folder.path().join("probe")).is_ok() {
        // The superuser is stopped by no permission.
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output().unwrap();

    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{complained}");
    assert!(said.contains("looked at 2 records"), "{said}");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
}
