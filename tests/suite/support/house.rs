//! A home with an engine, to type commands into.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use foundation::anchors::anchors::Anchors;
use foundation::config::settings::{Layers, Settings};
use foundation::knowledge::curated;
use foundation::store::sqlite::sqlite_store::SqliteStore;
use record::audit::local_key::LocalKey;
use record::audit::owner_key::OwnerKey;
use record::audit::record::Record;
use record::domain::principal::Principal;
use record::domain::time::Timestamp;
use saraphina::app::App;
use saraphina::commands::registry;
use saraphina::engine::engine::Engine;
use saraphina::surfaces::files::{Files, StandardInput};
use saraphina::surfaces::words::grammar::Grammar;
use saraphina::surfaces::words::slash::{self, Line};
use serde_json::Value;
use work::contract::command::Access;

use super::fakes::{Doing, Fake, Scripted, reply};
use super::meddle::meddle;
use super::reply::Reply;

const START: i64 = 1_795_164_420_000;

/// Code and tests that most tests propose.
pub(crate) const CODE: &str = "def add(a, b):\n    return a + b\n";
pub(crate) const TESTS: &str =
    "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n";

/// A home, its engine and who is at it.
pub(crate) struct House {
    folder: tempfile::TempDir,
    pub(crate) app: App,
    pub(crate) engine: Engine,
    pub(crate) provider: Arc<Scripted>,
    pub(crate) backend: Arc<Fake>,
    pub(super) who: Principal,
    pub(super) shown: Mutex<Option<String>>,
    /// Lines for a person that calls told beside their answers.
    pub(crate) notices: Arc<Mutex<Vec<String>>>,
    keys: AtomicI64,
    pub(super) checked: AtomicI64,
    pub(super) key: Mutex<LocalKey>,
    now: Arc<AtomicI64>,
    /// The free bytes that the system tells.
    pub(crate) free: Arc<AtomicU64>,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// A house in memory, for many commands: its disk keeps nobody waiting.
    pub(crate) fn in_memory() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        Self::in_folder(folder, &[], Anchors::default())
    }

    /// A house whose home is a copy of these files.
    pub(crate) fn on_copy_of(files: &Path, names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir_all(home.join("keys")).unwrap();
        for name in names {
            std::fs::copy(files.join(name), home.join(name)).unwrap();
        }
        let house = Self::in_folder(folder, &[], Anchors::default());
        // The keys of whoever made the files are taken.
        house.keys.store(1_000_000, Ordering::Relaxed);
        house
    }

    /// A house with settings in its environment.
    pub(crate) fn with(environment: &[(&str, &str)]) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), environment, Anchors::default())
    }

    /// A house whose heads are kept elsewhere too.
    pub(crate) fn anchored(environment: &[(&str, &str)], anchors: Anchors) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), environment, anchors)
    }

    fn in_folder(
        folder: tempfile::TempDir,
        environment: &[(&str, &str)],
        anchors: Anchors,
    ) -> Self {
        let home = folder.path().join("home");
        let (provider, backend) = (Arc::new(Scripted::default()), Arc::new(Fake::default()));
        let now = Arc::new(AtomicI64::new(START));
        let moment = Arc::clone(&now);
        let clock: work::contract::context::Clock =
            Arc::new(move || Timestamp::from_millis(now.fetch_add(1, Ordering::Relaxed)));
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let layers =
            Layers { environment: environment.iter().map(pair).collect(), ..Layers::default() };
        let opened = (home.clone(), Arc::clone(&clock));
        let free = Arc::new(AtomicU64::new(u64::MAX));
        let told = Arc::clone(&free);
        let settings = Settings::resolve(home, &layers);
        let app = App {
            channels: saraphina::app::channels(&settings),
            settings: Arc::new(settings),
            clock,
            backends: vec![Arc::clone(&backend) as Arc<_>],
            providers: vec![Arc::clone(&provider) as Arc<_>],
            anchors,
            curated: curated::curated,
            space: Arc::new(move |_| Some(told.load(Ordering::Relaxed))),
            open_store: Arc::new(move |opening| {
                Ok(Arc::new(SqliteStore::open(&opened.0, opening, &opened.1)?) as Arc<_>)
            }),
            entries: registry::ENTRIES,
        };
        let engine = app.engine().unwrap();
        Self {
            folder,
            app,
            engine,
            provider,
            backend,
            who: Principal::owner(),
            shown: Mutex::default(),
            notices: Arc::default(),
            keys: AtomicI64::new(0),
            checked: AtomicI64::new(0),
            key: Mutex::new(LocalKey::from_seed(&[0x51; 32])),
            now: moment,
            free,
        }
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.home().join("knowledge.db")
    }

    /// The same house with an agent at it.
    pub(crate) fn agent(mut self) -> Self {
        self.who = Principal::agent("a model");
        self
    }

    pub(crate) fn owner(mut self) -> Self {
        self.who = Principal::owner();
        self
    }

    /// A path beside the home.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file beside the home.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn reply(&self, code: &str, tests: &str) {
        self.provider.replies.lock().unwrap().push_back(reply(code, tests));
    }

    pub(crate) fn doing(&self, doing: Doing) {
        self.backend.doings.lock().unwrap().push_back(doing);
    }

    /// Types a line; each line has a key of its own.
    pub(crate) async fn line(&self, line: &str) -> Reply {
        let key = format!("key {}", self.keys.fetch_add(1, Ordering::Relaxed));
        self.keyed(&key, line).await
    }

    /// Types a line, and once more with the owner's word on what the question names.
    pub(crate) async fn worded(&self, line: &str) -> Reply {
        let asked = self.line(line).await;
        let question = asked.result.as_ref().err().and_then(|error| error.confirmation.as_ref());
        let Some(digest) = question.map(|question| question.content_hash.hex()) else {
            return asked;
        };
        self.line(&format!("{line} --yes --expect {digest}")).await
    }

    /// Types a line, reads the page of its question, and says yes: the page, and what came of it.
    pub(crate) async fn answered(&self, line: &str) -> (String, Reply) {
        let Ok(Line::Call { entry, words }) = slash::read(line, registry::ENTRIES) else {
            panic!("{line} is no command");
        };
        let mut args = Grammar::of(entry).understand(entry, &words).unwrap();
        let asked = self.call(entry, args.clone(), "asked").await.unwrap_err();
        let question = asked.confirmation.unwrap();
        (entry.confirm)(&mut args, &question).unwrap();
        let key = format!("key {}", self.keys.fetch_add(1, Ordering::Relaxed));
        (question.page.plain(), Reply { entry, result: self.call(entry, args, &key).await })
    }

    /// Types a line under a key.
    pub(crate) async fn keyed(&self, key: &str, line: &str) -> Reply {
        let Ok(Line::Call { entry, words }) = slash::read(line, registry::ENTRIES) else {
            panic!("{line} is no command");
        };
        let result = match Grammar::of(entry).understand(entry, &words) {
            Ok(args) => self.call(entry, args, key).await,
            Err(error) => Err(error),
        };
        Reply { entry, result }
    }

    /// Types a line where the home can only be read.
    pub(crate) async fn reading(&self, line: &str) -> Reply {
        let Ok(Line::Call { entry, words }) = slash::read(line, registry::ENTRIES) else {
            panic!("{line} is no command");
        };
        let args = Grammar::of(entry).understand(entry, &words).unwrap();
        let mut args = args;
        (entry.prepare)(&mut args, &Files { input: StandardInput::Taken }).unwrap();
        let engine = Engine::on(self.app.attempt(Access::Attempt));
        Reply { entry, result: self.invoke(&engine, entry, args, "reading").await }
    }

    /// Appends a made-up approval that the key of the house signs; its sequence number.
    pub(crate) async fn sign_approval(&self) -> u64 {
        let key = LocalKey::parse(&self.key.lock().unwrap().encode()).unwrap();
        self.append_approval(Some(&key)).await
    }

    /// Appends a made-up approval without a signature, as there could be before a key is enrolled.
    pub(crate) async fn append_unsigned(&self) -> u64 {
        self.append_approval(None).await
    }

    async fn append_approval(&self, key: Option<&LocalKey>) -> u64 {
        let number = u64::try_from(self.keys.fetch_add(1, Ordering::Relaxed)).unwrap();
        let (store, now) = (self.engine.context().store().unwrap(), self.engine.context().now());
        super::signing::append_approval(store, key, number, now).await
    }

    /// From now on another key signs.
    pub(crate) fn sign_with(&self, seed: u8) {
        *self.key.lock().unwrap() = LocalKey::from_seed(&[seed; 32]);
    }

    /// The public half of the key that signs.
    pub(crate) fn public(&self) -> OwnerKey {
        self.key.lock().unwrap().public()
    }

    /// Moves the clock on.
    pub(crate) fn wait_hours(&self, hours: i64) {
        self.now.fetch_add(hours * 3_600_000, Ordering::Relaxed);
    }

    /// A proposal of an adder, tested with what the backend gives.
    pub(crate) async fn tested(&self) -> String {
        let id = self.proposed().await;
        self.line(&format!("/sandbox-code {id}")).await.data();
        id
    }

    /// A proposal of an adder.
    pub(crate) async fn proposed(&self) -> String {
        self.reply(CODE, TESTS);
        let data = self.line("/propose-code an adder for two numbers").await.data();
        data["proposal_id"].as_str().unwrap().to_owned()
    }

    /// The approval of what was tested, as a script would give it.
    pub(crate) async fn approved(&self) -> String {
        let id = self.tested().await;
        let hash = self.hash(&id).await;
        self.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
        id
    }

    pub(crate) async fn hash(&self, id: &str) -> String {
        self.show(id).await["content_hash"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn show(&self, id: &str) -> Value {
        self.line(&format!("/show-code {id}")).await.data()
    }

    /// All records, oldest first.
    pub(crate) async fn records(&self) -> Vec<Record> {
        let rows = self.engine.context().store().unwrap().log_from(0, 1_000).await.unwrap();
        rows.iter().map(|row| Record::parse(&row.bytes).unwrap()).collect()
    }

    /// The kinds of all records after the genesis, oldest first.
    pub(crate) async fn kinds(&self) -> Vec<&'static str> {
        self.records().await.iter().skip(1).map(|record| record.kind.word()).collect()
    }

    /// The same home after its engine ended.
    pub(crate) fn reopened(mut self) -> Self {
        self.engine = self.app.engine().unwrap();
        self
    }

    /// Ends the engine, so that the database lies still.
    pub(crate) async fn close(&self) {
        self.engine.context().store().unwrap().close().await.unwrap();
    }

    /// Opens the home as another writer would.
    pub(crate) fn open(&self) -> Result<Engine, foundation::store::error::StoreError> {
        self.app.engine()
    }

    /// Another engine on the same home, after the one before was closed.
    pub(crate) fn reopen(&mut self) {
        self.engine = self.open().unwrap();
        self.checked.store(0, Ordering::Relaxed);
    }

    /// Changes the database behind the program's back.
    pub(crate) async fn tamper(&self, sql: &str) {
        self.close().await;
        meddle(&self.database(), sql);
    }
}
