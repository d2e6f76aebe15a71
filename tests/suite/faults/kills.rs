//! Engines that are killed, and what the next one finds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use foundation::observability::fault::Point;
use foundation::store::applications::ApplicationStore as _;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::domain::application::{Application, Ending};
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::status::Status;
use saraphina::engine::reconcile::reconcile;

use super::engine::{Plan, app, asked, start, targets};
use super::ledger::{assert_all_ended, assert_sound, open};
use super::seeds::Seed;

/// Kills at random moments in the suite; the bench kills 500 times.
const RANDOM: u64 = 12;
/// Kills at each point in the suite; the bench kills 20 times.
const EACH: u64 = 1;
/// Longest time before a kill, in milliseconds.
const LATEST_MS: u64 = 250;
/// The same where suites run in the real sandbox, which takes longer than a whole turn without.
const LATEST_SANDBOXED_MS: u64 = 2_500;

/// A home whose engines are killed, with what they acknowledged.
pub(crate) struct Scene {
    pub(crate) home: PathBuf,
    pub(crate) sandboxed: bool,
    next: u64,
    acknowledged: BTreeSet<(String, String)>,
    /// Times from start to ready, in milliseconds.
    pub(crate) ready_ms: Vec<u128>,
    pub(crate) kills: u64,
    /// Kills that may come between an answer and its storing.
    unpaid: u64,
    /// Records that the home was filled with; their executions were never leased.
    pub(crate) filled: usize,
}

impl Scene {
    pub(crate) fn new(home: &Path, sandboxed: bool) -> Self {
        Self {
            home: home.to_owned(),
            sandboxed,
            next: 0,
            acknowledged: BTreeSet::new(),
            ready_ms: Vec::new(),
            kills: 0,
            unpaid: 0,
            filled: 0,
        }
    }

    fn plan(&self, point: Option<(usize, u64)>) -> Plan {
        Plan {
            home: self.home.clone(),
            point,
            start: self.next,
            sandboxed: self.sandboxed,
            crowd: None,
        }
    }

    /// Starts an engine that is killed some milliseconds after it is ready.
    pub(crate) fn kill_at_random(&mut self, seed: &mut Seed) {
        let mut engine = start(&self.plan(None));
        assert_eq!(engine.hear().as_deref(), Some("ready"));
        self.ready_ms.push(engine.begun.elapsed().as_millis());
        let latest = if self.sandboxed { LATEST_SANDBOXED_MS } else { LATEST_MS };
        // Every second engine lives until it has acknowledged something, however slow the machine is.
        let first = if self.kills.is_multiple_of(2) { engine.hear() } else { None };
        let mut said: Vec<String> = first.into_iter().collect();
        said.extend(engine.kill_after(Duration::from_millis(seed.below(latest))));
        self.unpaid += 1;
        self.note(&said);
    }

    /// Starts an engine that kills itself at a point.
    pub(crate) fn kill_at(&mut self, index: usize, seed: &mut Seed) {
        let point = Point::ALL[index];
        if point == Point::Reconciling {
            // There must be something to reconcile.
            let before = Point::ALL.iter().position(|point| *point == Point::VerdictComputed);
            self.kill_at(before.unwrap(), seed);
        }
        let passing = match point {
            Point::Reconciling => 1,
            // One application touches this often: staging, writing and clearing away.
            Point::FileTouched => 1 + seed.below(30),
            _ => 1 + seed.below(4),
        };
        let mut engine = start(&self.plan(Some((index, passing))));
        let said: Vec<String> = std::iter::from_fn(|| engine.hear()).collect();
        let ended = engine.child.wait().unwrap();
        assert_eq!(ended.code(), None, "{point:?} was not reached: {said:?}");
        self.unpaid += u64::from(matches!(
            point,
            Point::ModelAsked | Point::AnswerReceived | Point::CommitBegins
        ));
        self.note(&said);
    }

    fn note(&mut self, said: &[String]) {
        self.kills += 1;
        for line in said {
            let Some(rest) = line.strip_prefix("acknowledged ") else { continue };
            let [turn, what, id] = rest.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            self.next = turn.parse::<u64>().unwrap() + u64::from(what == "application");
            self.acknowledged.insert((what.to_owned(), id.to_owned()));
        }
    }

    /// Opens the home as the next engine does, and holds it against what was acknowledged.
    pub(crate) async fn assert_whole(&self) {
        let engine = app(&self.home, self.sandboxed).engine().unwrap();
        reconcile(engine.context()).await.unwrap();
        engine.context().store().unwrap().close().await.unwrap();
        drop(engine);
        let store = open(&self.home, Opening::ReadOnly);
        let records = assert_sound(&store).await;
        assert_all_ended(&records[self.filled..]);
        assert_eq!(store.open_jobs().await.unwrap(), []);
        self.assert_kept(&store).await;
        assert_eq!(store.open_applications().await.unwrap(), []);
        self.assert_targets();
        let asked = std::fs::read_to_string(asked(&self.home)).unwrap();
        let questions: BTreeSet<&str> = asked.lines().collect();
        let again = asked.lines().count() - questions.len();
        assert!(again as u64 <= self.unpaid, "{again} answers were paid for again");
    }

    /// Looks for everything that was acknowledged.
    async fn assert_kept(&self, store: &SqliteStore) {
        for (what, id) in &self.acknowledged {
            if what == "execution" {
                let id: ExecutionId = id.parse().unwrap();
                assert!(store.execution(&id).await.unwrap().is_some(), "{id} is lost");
                continue;
            }
            let id: ProposalId = id.parse().unwrap();
            let found = store.proposal(&id).await.unwrap();
            let found = found.unwrap_or_else(|| panic!("{id} is lost"));
            assert!(what != "approval" || found.status == Status::Approved, "{id}");
            let is_in = |one: &Application| one.end.is_some_and(|(_, end)| end == Ending::Whole);
            let applied = store.applications(&id).await.unwrap();
            assert!(what != "application" || applied.iter().any(is_in), "{id}");
        }
    }

    /// Every target holds the whole module or nothing of it, and nothing that was staged.
    fn assert_targets(&self) {
        for target in std::fs::read_dir(targets(&self.home)).into_iter().flatten() {
            let target = target.unwrap().path();
            let files = std::fs::read_dir(&target).unwrap().count();
            assert!(files == 0 || files == 2, "{}: {files}", target.display());
        }
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = Scene::new(&folder.path().join("home"), false);
    let mut seed = Seed(1);

    for _ in 0..RANDOM {
        scene.kill_at_random(&mut seed);
    }

    scene.assert_whole().await;
    assert!(scene.acknowledged() as u64 >= RANDOM / 2, "{}", scene.acknowledged());
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_between_any_two_steps_lose_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = Scene::new(&folder.path().join("home"), false);
    let mut seed = Seed(2);

    for index in
        (0..Point::ALL.len()).cycle().take(Point::ALL.len() * usize::try_from(EACH).unwrap())
    {
        scene.kill_at(index, &mut seed);
    }

    scene.assert_whole().await;
    assert!(scene.acknowledged() >= Point::ALL.len(), "{}", scene.acknowledged());
}
