//! Processes that are killed while they write.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use foundation::store::sqlite::sqlite_store::SqliteStore;
use foundation::store::store::Store as _;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

use super::disk::again;
use super::records::verify;
use super::sample::{at, created, executed, execution, proposal_id};
use super::sqlite::writer;

/// Names the home when this binary is started again to be killed.
const HOME: &str = "SARAPHINA_TEST_CRASH_HOME";
const KILLS: u64 = 20;

fn own_home() -> Option<PathBuf> {
    std::env::vars().find_map(|(key, value)| (key == HOME).then(|| PathBuf::from(value)))
}

/// The part that is killed: four callers who print what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing_until_killed() {
    let Some(home) = own_home() else { return };
    let store = writer(&home);
    let start = store.log_state().await.unwrap().size * 1_000;
    let caller = |caller| write_on(&store, (start + caller..).step_by(4));
    futures::join!(caller(0), caller(1), caller(2), caller(3));
}

async fn write_on(store: &SqliteStore, numbers: impl Iterator<Item = u64>) {
    for n in numbers {
        let creation = store.commit(created(n, at(0))).await.unwrap();
        say(&format!("{} {}", creation.seq, proposal_id(n)));
        let run = execution(n, 1, 1, VerdictWord::Passed, at(1));
        let id = run.id.clone();
        let run = store.commit(executed(n, run, Status::Tested, at(1))).await.unwrap();
        say(&format!("{} {id}", run.seq));
        store.note_total(&id, n).await.unwrap();
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "acknowledged {line}").unwrap();
    out.flush().unwrap();
}

/// Kills a writer after a while; what it had acknowledged.
fn kill_one(home: &Path, after: Duration) -> Vec<(u64, String)> {
    let binary = std::env::current_exe().unwrap();
    let mut command = again(&binary, "store::crash::writing_until_killed");
    let mut child = command.env(HOME, home).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged: Vec<(u64, String)> = Vec::new();
    let mut take = |line: std::io::Result<String>| {
        let line = line.unwrap();
        if let Some((_, rest)) = line.split_once("acknowledged ") {
            let (seq, id) = rest.split_once(' ').unwrap();
            acknowledged.push((seq.parse().unwrap(), id.to_owned()));
        }
    };
    // The countdown starts when the child writes, so that every kill hits a busy writer.
    lines.by_ref().take(8).for_each(&mut take);
    let killer = std::thread::spawn(move || {
        let (_keep, never) = std::sync::mpsc::channel::<()>();
        never.recv_timeout(after).unwrap_err();
        child.kill().unwrap();
        child.wait().unwrap();
    });
    lines.for_each(&mut take);
    killer.join().unwrap();
    acknowledged
}

async fn is_there(store: &SqliteStore, id: &str) -> bool {
    if let Ok(id) = id.parse::<ProposalId>() {
        return store.proposal(&id).await.unwrap().is_some();
    }
    let id: ExecutionId = id.parse().unwrap();
    store.execution(&id).await.unwrap().is_some()
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_to_kills() {
    let home = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();

    for kill in 0..KILLS {
        acknowledged.extend(kill_one(home.path(), Duration::from_millis(5 + kill * 7)));
    }

    let store = writer(home.path());
    let entries = verify(&store).await;
    for (seq, id) in &acknowledged {
        assert!(*seq < entries, "{id} at {seq} of {entries}");
        assert!(is_there(&store, id).await, "{id} was acknowledged at {seq}");
    }
    let seqs: std::collections::BTreeSet<u64> = acknowledged.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(seqs.len(), acknowledged.len());
    assert!(acknowledged.len() as u64 >= KILLS * 7, "{}", acknowledged.len());
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    println!("{KILLS} kills, {} acknowledged, {entries} records", acknowledged.len());
}
