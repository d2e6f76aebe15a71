//! Fork servers that fail or are spent, imitated by small programs.
//!
//! A server is started by its executable alone, so a script in its place shows what the engine does when one is silent,
//! dies or grows old, in milliseconds and without a sandbox.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::linux::boundary::plan::{Plan, Work};
use crate::linux::outside::cgroup::Hierarchy;
use crate::linux::outside::ground::Ground;
use crate::linux::servers::fork_server::Bounds;
use crate::linux::servers::servers::Servers;
use crate::linux::servers::warm::Warm;
use crate::linux::stage::Stage;
use crate::toolchain::interpreter;
use record::domain::limits::Limits;

/// Takes its plan and says nothing, until nobody listens.
const MUTE: &str = "
while channel.recv(1 << 20):
    pass
";
/// Is ready at once, and has an idle process for every box that is wanted.
const WILLING: &str = "
channel.send(b'Zready')
channel.send(b'Zrehearsed')
while True:
    message, handles, _, _ = socket.recv_fds(channel, 1 << 20, 16)
    if not message:
        break
    if message.startswith(b'{') and b'Await' in message:
        idle = subprocess.Popen(['/bin/sleep', '20'])
        socket.send_fds(channel, [b'B{\"resident_kib\": 1}'], [os.pidfd_open(idle.pid)])
    for handle in handles:
        os.close(handle)
";

/// Is ready at once, and rehearses for ever.
const REHEARSING: &str = "
channel.send(b'Zready')
tell()
while channel.recv(1 << 20):
    pass
";

struct Yard {
    folder: TempDir,
    servers: Servers,
    warm: Warm,
}

impl Yard {
    /// An engine whose fork servers are programs of this text.
    fn new(life: &str, bounds: Bounds) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground {
            executable: program(folder.path(), life),
            home: folder.path().to_path_buf(),
            is_root: false,
            hierarchy: Hierarchy::default(),
        };
        let servers = Servers::new(Arc::new(ground), bounds);
        servers.last();
        let toolchain = json!({ "key": "k", "python": "/python", "folders": [], "watched": [] });
        let warm = Warm {
            toolchain: serde_json::from_value(toolchain).unwrap(),
            stage: Stage::Tests,
            plan: Plan::bare(Work::Await, Limits::default()),
        };
        Self { folder, servers, warm }
    }

    fn take(&self) -> &'static str {
        match self.servers.take(&self.warm) {
            Ok(Some(_)) => "a box",
            Ok(None) => "nothing",
            Err(_) => "a failure",
        }
    }

    fn refill(&self) {
        self.servers.refill(&self.warm);
    }

    /// How often servers told that they began, or whatever else they tell.
    fn told(&self) -> usize {
        fs::read_to_string(self.folder.path().join("told")).unwrap_or_default().len()
    }
}

fn program(folder: &Path, life: &str) -> PathBuf {
    let python = interpreter::find(None).unwrap().executable;
    let text = format!(
        "#!{}\nimport os, socket, subprocess\ntell = lambda: open({:?}, 'a').write('.')\ntell()\nchannel = socket.socket(fileno=0)\n{life}",
        python.display(),
        folder.join("told"),
    );
    let path = folder.join("server");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn servers_that_are_never_ready_cost_a_few_runs_their_patience_and_no_more() {
    let patience = Duration::from_millis(600);
    let yard = Yard::new(MUTE, Bounds { patience, ..Bounds::default() });

    let first: Vec<&str> = (0..3).map(|_| yard.take()).collect();
    let begun = Instant::now();
    let later: Vec<&str> = (0..3).map(|_| yard.take()).collect();
    yard.refill();

    assert_eq!(first, ["a failure"; 3]);
    assert_eq!(later, ["nothing"; 3]);
    assert!(begun.elapsed() < patience);
}

#[test]
fn lint_waits_for_no_server_that_still_rehearses() {
    let mut yard = Yard::new(REHEARSING, Bounds::default());
    yard.warm.stage = Stage::Lint;

    let before = yard.take();
    while yard.told() < 2 {
        std::thread::yield_now();
    }

    assert_eq!([before, yard.take()], ["nothing"; 2]);
}

#[test]
fn a_run_that_ends_well_forgets_earlier_failures() {
    let patience = Duration::from_millis(300);
    let yard = Yard::new(MUTE, Bounds { patience, ..Bounds::default() });

    let before = [yard.take(), yard.take()];
    yard.servers.succeed(&yard.warm);
    let after = [yard.take(), yard.take(), yard.take(), yard.take()];

    assert_eq!(before, ["a failure"; 2]);
    assert_eq!(after, ["a failure", "a failure", "a failure", "nothing"]);
}

#[test]
fn a_spent_server_serves_until_its_successor_is_prepared() {
    let yard = Yard::new(WILLING, Bounds { boxes: 5, ..Bounds::default() });
    assert_eq!(yard.take(), "a box");
    yard.refill();

    let spent: Vec<&str> = (0..4).map(|_| yard.take()).collect();
    let before = yard.told();
    yard.refill();

    assert_eq!(spent, ["a box"; 4]);
    assert_eq!((before, yard.told()), (1, 2));
    assert_eq!(yard.take(), "a box");
}
