//! Writers that are killed between any two calls: the folder is as before or as after, once recovery was there.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use foundation::observability::fault::{self, Point};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use record::domain::application::Ending;
use record::domain::source_path::SourcePath;
use serde::{Deserialize, Serialize};
use work::applying::plan::STAGE_PREFIX;
use work::applying::recovery::{Bound, Reach, Recovered, recover};

use super::trees::{Scene, Tree, folder, open};
use crate::faults::seeds::Seed;

/// Holds the plan when this binary is started again to play a writer.
const PLAN: &str = "SARAPHINA_TEST_WRITER_PLAN";
/// Writers that are killed.
const KILLS: u64 = 300;
/// Most calls before a kill; most orders have fewer.
const CALLS: u64 = 45;

/// What a writer is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Plan {
    root: PathBuf,
    order: String,
    contents: Vec<Vec<u8>>,
    /// The call before which it kills itself.
    call: u64,
    is_recovery: bool,
}

#[test]
fn playing() {
    let plan = std::env::vars().find_map(|(key, value)| (key == PLAN).then_some(value));
    let Some(plan) = plan else { return };
    let plan: Plan = serde_json::from_str(&std::fs::read_to_string(plan).unwrap()).unwrap();
    let passed = AtomicU64::new(0);
    fault::arm(move |point| {
        if point == Point::FileTouched && passed.fetch_add(1, Ordering::SeqCst) + 1 == plan.call {
            kill(Pid::this(), Signal::SIGKILL).unwrap();
        }
    });
    let files = serde_json::from_str(&plan.order).unwrap();
    let mut contents = work::applying::contents::Contents::default();
    for content in plan.contents {
        contents.add(content);
    }
    if plan.is_recovery {
        recover(&open(&files), &files, &contents, (Bound::Free, Reach::Writing)).unwrap();
    } else {
        let prepared = work::applying::preparing::Prepared { files, contents, kept: Vec::new() };
        super::trees::carry_out(&prepared).unwrap();
    }
}

/// Starts this binary again as a writer; whether it was killed.
#[expect(clippy::disallowed_methods, reason = "the test starts itself as another process")]
fn is_killed(scene: &Scene, call: u64, is_recovery: bool) -> bool {
    let files = &scene.prepared.files;
    let states = files.steps.iter().flat_map(|step| step.before.iter().chain(&step.after));
    let contents = states.map(|state| scene.prepared.contents.get(state.digest).unwrap().to_vec());
    let plan = Plan {
        root: scene.root.clone(),
        order: serde_json::to_string(files).unwrap(),
        contents: contents.collect(),
        call,
        is_recovery,
    };
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&serde_json::to_vec(&plan).unwrap()).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "applying::kills::playing", "--test-threads=1"]);
    command.env(PLAN, file.path()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().code().is_none()
}

#[test]
fn a_killed_writer_leaves_the_folder_as_before_or_as_after() {
    let (mut kills, mut whole, mut undone, mut number) = (0, 0, 0, 0);
    let mut seed = Seed(7);
    while kills < KILLS {
        number += 1;
        let folder = folder();
        let Some(scene) = Scene::new(folder.path(), number) else { continue };
        if !is_killed(&scene, 1 + seed.below(CALLS), false) {
            assert_eq!(Tree::of(&scene.root), scene.after, "seed {number}");
            continue;
        }
        kills += 1;
        // Every third recovery is killed too.
        if number.is_multiple_of(3) && is_killed(&scene, 1 + seed.below(CALLS / 2), true) {
            kills += 1;
        }

        let files = &scene.prepared.files;
        let way = (Bound::Free, Reach::Writing);
        let found = recover(&open(files), files, &scene.prepared.contents, way).unwrap().unwrap();

        let Recovered { ending, left } = found;
        assert_eq!(left, []);
        match ending {
            Ending::Whole => {
                assert_eq!(Tree::of(&scene.root), scene.after, "seed {number}");
                whole += 1;
            }
            Ending::Undone => {
                assert_eq!(Tree::of(&scene.root), scene.before, "seed {number}");
                undone += 1;
            }
        }
        let again =
            recover(&open(files), files, &scene.prepared.contents, (Bound::Free, Reach::Writing))
                .unwrap();
        assert_eq!(again.unwrap().ending, ending, "seed {number}, once more");
    }
    assert!(whole > KILLS / 10 && undone > KILLS / 10, "{whole} whole, {undone} undone");
}

#[test]
fn a_half_written_order_is_ended_from_the_store_when_its_stage_is_gone() {
    let mut ended = 0;
    for number in 0..60 {
        let folder = folder();
        let Some(scene) = Scene::new(folder.path(), number) else { continue };
        // Deletions, the mark and what follows it lie behind this call in most orders.
        if !is_killed(&scene, 18, false) {
            continue;
        }
        let stage = scene.root.join(&scene.prepared.files.stage);
        let is_begun = Tree::of(&scene.root).nodes.iter().any(|(path, node)| {
            !path.starts_with(STAGE_PREFIX) && scene.before.nodes.get(path) != Some(node)
        });
        std::fs::remove_dir_all(stage).unwrap();

        let files = &scene.prepared.files;
        let way = (Bound::Free, Reach::Writing);
        let found = recover(&open(files), files, &scene.prepared.contents, way).unwrap().unwrap();

        let expected = if found.ending == Ending::Whole { &scene.after } else { &scene.before };
        assert_eq!(&Tree::of(&scene.root), expected, "seed {number}");
        ended += usize::from(is_begun && found.ending == Ending::Whole);
    }
    assert!(ended > 0, "no order was half written");
}

#[test]
fn recovery_goes_back_and_leaves_what_others_changed() {
    let mut left = 0;
    for number in 0..60 {
        let folder = folder();
        let Some(scene) = Scene::new(folder.path(), number) else { continue };
        let created = scene.prepared.files.steps.iter().find(|step| step.before.is_none());
        let Some(created) = created.map(|step| step.path.clone()) else { continue };
        scene.carry_out().unwrap();
        let path = scene.root.join(created.as_str());
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "theirs").unwrap();

        let files = &scene.prepared.files;
        let way = (Bound::Free, Reach::Writing);
        let found = recover(&open(files), files, &scene.prepared.contents, way).unwrap().unwrap();

        // A file cannot come back where a folder holds something of others.
        let in_way = |path: &str| created.as_str().starts_with(&format!("{path}/"));
        let blocked = scene.before.nodes.keys().find(|path| in_way(path.as_str()));
        let named: Vec<&str> = found.left.iter().map(SourcePath::as_str).collect();
        let expected: Vec<&str> =
            [created.as_str()].into_iter().chain(blocked.map(String::as_str)).collect();
        assert_eq!((found.ending, named), (Ending::Undone, expected), "seed {number}");
        let mut tree = Tree::of(&scene.root);
        assert!(tree.nodes.remove(created.as_str()).is_some());
        let mut before = scene.before.nodes.clone();
        before.retain(|path, _| Some(path) != blocked);
        assert_eq!(tree.nodes, before, "seed {number}");
        left += 1;
    }
    assert!(left > 10, "{left}");
}
