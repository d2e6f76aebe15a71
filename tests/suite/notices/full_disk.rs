//! A disk that is full while channels are told: nothing is lost, and what is not remembered is told again.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;

use super::channels::Keeper;
use super::telling::{Telling, begun};
use crate::support::house::House;

/// Names the folder when this binary is started again inside a small disk.
const FOLDER: &str = "SARAPHINA_TEST_SMALL_DISK_OF_NOTICES";
/// Size of the pieces that fill the disk.
const PIECE: usize = 512;

/// Fills the disk to its last byte.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("filling");
    let mut file = File::create(&path).unwrap();
    while file.write_all(&[0; PIECE]).is_ok() {}
    path
}

async fn entries(inbox: &mut UnboundedReceiver<Value>, last: u64) -> Vec<u64> {
    let mut entries = Vec::new();
    while entries.last() != Some(&last) {
        entries.push(inbox.recv().await.unwrap()["data"]["entry"].as_u64().unwrap());
    }
    entries
}

#[tokio::test(flavor = "multi_thread")]
async fn telling_on_a_small_disk() {
    let folder = std::env::vars().find_map(|(key, value)| (key == FOLDER).then_some(value));
    let Some(folder) = folder.map(PathBuf::from) else { return };
    let house = House::new();
    let gate = Arc::new(Semaphore::new(0));
    let (keeper, mut inbox) = Keeper::new("command");
    let telling = Telling::begin(&house, vec![Arc::new(keeper.behind(Arc::clone(&gate)))]);
    begun(&house, 1).await;
    house.line("/token add first --scope read").await.data();

    let filling = fill(&folder);
    // The log of the database has room of its own for a few more.
    let mut last = 1;
    let refused = loop {
        let added = house.line(&format!("/token add t{last} --scope read")).await;
        match added.result {
            Ok(_) => last += 1,
            Err(error) => break error,
        }
    };
    gate.add_permits(usize::try_from(last).unwrap());
    let told = entries(&mut inbox, last).await;
    telling.end().await;
    std::fs::remove_file(filling).unwrap();
    // A process that comes after it knows of nothing that could not be remembered.
    let (keeper, mut inbox) = Keeper::new("command");
    let telling = Telling::begin(&house, vec![Arc::new(keeper)]);
    house.line("/token add last --scope read").await.data();
    let later = entries(&mut inbox, last + 1).await;
    telling.end().await;

    assert_eq!(refused.message, "the disk is full");
    assert_eq!(told, (1..=last).collect::<Vec<_>>());
    assert!(later.is_sorted_by(|one, next| one + 1 == *next), "{later:?}");
    assert_eq!(house.line("/audit verify").await.data()["ok"], true);
    println!("told, and {} again", later.len() - 1);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test starts itself on a small disk")]
fn a_full_disk_loses_no_event() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=8m small \"$1\" && exec \"$2\" --exact \
        notices::full_disk::telling_on_a_small_disk --nocapture --test-threads=1";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    command.arg(folder.path()).arg(std::env::current_exe().unwrap());
    command.env(FOLDER, folder.path()).env("TMPDIR", folder.path());

    let output = command.output().unwrap();

    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let trouble = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("told"), "{said}{trouble}");
}
