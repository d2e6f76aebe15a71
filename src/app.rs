//! The composition root: chooses the implementations that the settings ask for.
//!
//! Here alone clock, randomness, backends, providers, store and anchors are made; everything below takes them as arguments,
//! and tests put their own in. What was asked for and is not there is left out and never replaced: another backend or model
//! must not stand in silently.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::commands::registry;
use crate::engine::engine::Engine;
use foundation::anchors::anchor::Anchor;
use foundation::anchors::anchors::Anchors;
use foundation::anchors::file::FileAnchor;
use foundation::anchors::git::GitAnchor;
use foundation::anchors::witness::Witness;
use foundation::config::checks;
use foundation::config::settings::Settings;
use foundation::knowledge::curated;
use foundation::knowledge::search::Index;
#[cfg(target_os = "linux")]
use foundation::launch;
use foundation::notices::channel::Channel;
use foundation::notices::desktop::Desktop;
use foundation::notices::program::Program;
use foundation::notices::webhook::Webhook;
use foundation::observability::start::{Guard, Plan, start};
use foundation::providers::cassette::{Player, Recorder};
use foundation::providers::fallback::{Fallback, Member};
use foundation::providers::library::Library;
use foundation::providers::openai::{self, OpenAi};
use foundation::providers::provider::Provider;
use foundation::providers::transport;
use foundation::store::error::StoreError;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store;
use record::domain::policy::Policy;
use record::domain::time::Timestamp;
use sandbox::backend::SandboxBackend;
#[cfg(target_os = "linux")]
use sandbox::linux::{self, backend::LinuxBackend};
use sandbox::toolchain::linter::Linter;
use work::contract::command::{Access, Entry};
use work::contract::context::Space;
use work::contract::context::{Clock, Context};
use work::contract::disk;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::running::RunningJobs;

/// Time a connection to a server that is told of events may take.
const WEBHOOK_CONNECTS: Duration = Duration::from_secs(5);
/// The file of the secret that such a server knows, where none is named.
const WEBHOOK_SECRET: &str = "webhook-secret";
/// Time a connection to a witness may take.
const WITNESS_CONNECTS: Duration = Duration::from_secs(1);

/// The function that opens the store of the home.
pub type OpenStore = Arc<dyn Fn(Opening) -> Result<Arc<dyn Store>, StoreError> + Send + Sync>;

/// The implementations of one process; tests put their own in.
#[derive(Clone)]
pub struct App {
    /// The settings and where each comes from.
    pub settings: Arc<Settings>,
    /// The clock.
    pub clock: Clock,
    /// The sandbox backends, the default one first.
    pub backends: Vec<Arc<dyn SandboxBackend>>,
    /// The providers, the default one first.
    pub providers: Vec<Arc<dyn Provider>>,
    /// The curated concepts.
    pub curated: fn() -> &'static Index,
    /// Opens the store.
    pub open_store: OpenStore,
    /// Places that keep signed heads.
    pub anchors: Anchors,
    /// Ways to tell the owner of events.
    pub channels: Vec<Arc<dyn Channel>>,
    /// Tells the free bytes where a folder lies.
    pub space: Space,
    /// The commands that are served to other processes.
    pub entries: &'static [Entry],
}

/// Makes the implementations that the settings ask for.
pub fn compose(settings: Arc<Settings>) -> App {
    let clock: Clock = Arc::new(now);
    App {
        backends: backends(&settings),
        providers: providers(&settings),
        anchors: anchors(&settings),
        channels: channels(&settings),
        curated: curated::curated,
        open_store: opening(settings.home().to_owned(), Arc::clone(&clock)),
        space: Arc::new(disk::free),
        entries: registry::ENTRIES,
        settings,
        clock,
    }
}

/// Starts logs and crash reports for this process, until the guard is dropped.
pub fn observe(settings: &Settings) -> Guard {
    start(&Plan {
        home: settings.home().to_owned(),
        level: settings.get("SARAPHINA_LOG").map(str::to_owned),
        secrets: settings.secrets().map(str::to_owned).collect(),
        dsn: settings.get("SENTRY_DSN").map(str::to_owned),
    })
}

fn opening(home: PathBuf, clock: Clock) -> OpenStore {
    Arc::new(move |opening| {
        let store = SqliteStore::open(&home, opening, &clock)?;
        Ok(Arc::new(store) as Arc<dyn Store>)
    })
}

/// Makes the backends of this system; only the wanted one, where the settings name one.
#[cfg(target_os = "linux")]
fn backends(settings: &Settings) -> Vec<Arc<dyn SandboxBackend>> {
    let Ok(executable) = launch::own_binary() else { return Vec::new() };
    let linux = LinuxBackend::new(linux::backend::Config {
        executable,
        home: settings.home().to_owned(),
        python: settings.get("SARAPHINA_PYTHON").map(PathBuf::from),
        linter: settings.get("SARAPHINA_LINTER").and_then(Linter::named).unwrap_or(Linter::Pylint),
    });
    let mut backends: Vec<Arc<dyn SandboxBackend>> = vec![Arc::new(linux)];
    if let Some(wanted) = settings.get("SARAPHINA_BACKEND") {
        // A wanted backend that is not there leaves none: another one must not stand in for it.
        backends.retain(|backend| backend.name() == wanted);
    }
    backends
}

/// Makes no backend: only Linux has one of ours.
#[cfg(not(target_os = "linux"))]
fn backends(_settings: &Settings) -> Vec<Arc<dyn SandboxBackend>> {
    Vec::new()
}

/// Makes the providers, the one that is asked when nothing else is said first: the wanted ones, or the model servers, or
/// the library. Several stand in for each other.
fn providers(settings: &Settings) -> Vec<Arc<dyn Provider>> {
    let tape = settings.get("SARAPHINA_CASSETTE");
    let recording = tape.and_then(|tape| tape.strip_prefix("record:")).map(Path::new);
    if let (Some(tape), None) = (tape, recording) {
        let path = tape.strip_prefix("replay:").unwrap_or(tape);
        return vec![Arc::new(Player::new(Path::new(path)))];
    }
    let mut known = model_servers(settings);
    if let Some(path) = recording {
        for member in &mut known {
            member.provider = Arc::new(Recorder::new(Arc::clone(&member.provider), path));
        }
    }
    let retrieve = |request: &str| curated::curated().fit(request);
    let library: Arc<dyn Provider> = Arc::new(Library::new(Box::new(retrieve)));
    let mut chosen = known.clone();
    known.push(Member { provider: library, tasks: Vec::new() });
    let wanted = settings.get("SARAPHINA_PROVIDER").unwrap_or_default().split_whitespace();
    let wanted: Vec<&str> = wanted.collect();
    if !wanted.is_empty() {
        let find = |name: &&str| known.iter().find(|member| member.provider.name() == *name);
        chosen = wanted.iter().filter_map(find).cloned().collect();
    }
    // A wanted provider that is not there leaves none: another one must not answer in its name.
    if chosen.len() < wanted.len() {
        return Vec::new();
    }
    let order = |member: &Member| {
        let place = chosen.iter().position(|one| one.provider.name() == member.provider.name());
        place.unwrap_or(usize::MAX)
    };
    known.sort_by_key(order);
    let mut providers: Vec<Arc<dyn Provider>> =
        known.into_iter().map(|member| member.provider).collect();
    if chosen.len() > 1 {
        providers.insert(0, Arc::new(Fallback::new(chosen)));
    }
    providers
}

/// Makes the anchors that the settings name.
fn anchors(settings: &Settings) -> Anchors {
    let words = settings.get("SARAPHINA_ANCHORS").unwrap_or_default().split_whitespace();
    let mut list = Vec::new();
    let mut unreadable = Vec::new();
    for word in words {
        match anchor(word) {
            Some(anchor) => list.push(anchor),
            None => unreadable.push(word.to_owned()),
        }
    }
    let required = settings.get("SARAPHINA_ANCHORS_REQUIRED").unwrap_or("0");
    // A number that cannot be read must not mean none.
    let required = required.parse().unwrap_or(usize::MAX);
    Anchors { list, required, unreadable }
}

fn anchor(word: &str) -> Option<Arc<dyn Anchor>> {
    Some(match word.split_once(':')? {
        ("file", path) => Arc::new(FileAnchor::new(Path::new(path))),
        ("git", folder) => Arc::new(GitAnchor::new(Path::new(folder))),
        ("witness", url) => {
            let client = transport::client(&url.parse().ok()?, WITNESS_CONNECTS).ok()?;
            Arc::new(Witness::new(url, client))
        }
        _ => return None,
    })
}

/// Makes the ways to tell the owner of events that the settings name.
pub fn channels(settings: &Settings) -> Vec<Arc<dyn Channel>> {
    let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
    if let Some(words) = settings.get("SARAPHINA_NOTIFY_COMMAND").map(checks::program) {
        channels.push(Arc::new(Program::new(words)));
    }
    if settings.is_on("SARAPHINA_NOTIFY_DESKTOP") {
        channels.push(Arc::new(Desktop));
    }
    channels.extend(webhook(settings).map(|webhook| Arc::new(webhook) as Arc<dyn Channel>));
    channels
}

fn webhook(settings: &Settings) -> Option<Webhook> {
    let url = settings.get("SARAPHINA_NOTIFY_WEBHOOK")?.parse().ok()?;
    let secret = settings.get("SARAPHINA_NOTIFY_SECRET").map(PathBuf::from);
    let secret = secret.unwrap_or_else(|| settings.home().join(WEBHOOK_SECRET));
    let client = transport::client(&url, WEBHOOK_CONNECTS).ok()?;
    Some(Webhook::new(url, secret, client))
}

/// Lists the server of `OPENAI_BASE_URL` where it is configured, then those of `config.toml`.
fn model_servers(settings: &Settings) -> Vec<Member> {
    if settings.is_on("SARAPHINA_OFFLINE") {
        return Vec::new();
    }
    let key = settings.secret("OPENAI_API_KEY");
    let base_url = settings.get("OPENAI_BASE_URL");
    let defaults = openai::Settings::default();
    let first = (key.is_some() || base_url.is_some()).then(|| openai::Settings {
        base_url: base_url.map_or(defaults.base_url, str::to_owned),
        api_key: key.map(|key| key.reveal().to_owned().into()),
        model: settings.get("SARAPHINA_MODEL").map(str::to_owned),
        ..openai::Settings::default()
    });
    let others = settings.endpoints().iter().map(|endpoint| {
        let wanted = openai::Settings {
            name: endpoint.name.clone(),
            base_url: endpoint.base_url.clone(),
            api_key: endpoint.api_key.as_ref().map(|key| key.reveal().to_owned().into()),
            model: endpoint.model.clone(),
            ..openai::Settings::default()
        };
        (wanted, endpoint.tasks.clone())
    });
    let all = first.map(|wanted| (wanted, Vec::new())).into_iter().chain(others);
    all.filter_map(|(wanted, tasks)| Some(Member { provider: model_server(wanted)?, tasks }))
        .collect()
}

fn model_server(wanted: openai::Settings) -> Option<Arc<dyn Provider>> {
    let name = wanted.name.clone();
    match OpenAi::new(wanted, jitter) {
        Ok(server) => Some(Arc::new(server)),
        Err(error) => {
            tracing::warn!(provider.name = name, failure = %error, "a model server cannot be used");
            None
        }
    }
}

/// Draws a number below `bound`, or 0 where the bound is 0.
fn jitter(bound: u64) -> u64 {
    let (high, _) = uuid::Uuid::new_v4().as_u64_pair();
    high.checked_rem(bound).unwrap_or(0)
}

#[expect(clippy::disallowed_methods, reason = "the clock enters here")]
fn now() -> Timestamp {
    Timestamp::from_millis(chrono::Utc::now().timestamp_millis())
}

impl App {
    /// Returns the home folder.
    pub fn home(&self) -> PathBuf {
        self.settings.home().to_owned()
    }

    /// Opens a context that only reads: it takes no lock and serves nobody.
    pub fn reader(&self) -> Result<Context, StoreError> {
        let store = (self.open_store)(Opening::ReadOnly)?;
        Ok(self.context(Ok(store)))
    }

    /// Makes a context for a command that looks after the store itself, or needs none.
    pub fn attempt(&self, access: Access) -> Context {
        let store = match access {
            Access::None => {
                Err(CommandError::new(ErrorKind::Internal, "this command opens no store"))
            }
            Access::Attempt | Access::Read | Access::Record | Access::Write => {
                (self.open_store)(Opening::ReadOnly).map_err(CommandError::from)
            }
        };
        self.context(store)
    }

    /// Opens the engine that writes; the caller holds the writer lock of the home.
    pub fn engine(&self) -> Result<Engine, StoreError> {
        let store = (self.open_store)(Opening::Writer)?;
        let context = self.context(Ok(store));
        Ok(Engine::on(context))
    }

    fn context(&self, store: Result<Arc<dyn Store>, CommandError>) -> Context {
        Context {
            store,
            backends: self.backends.clone(),
            providers: self.providers.clone(),
            curated: self.curated,
            settings: Arc::clone(&self.settings),
            default_policy: Policy::default(),
            clock: Arc::clone(&self.clock),
            running: Arc::new(RunningJobs::default()),
            space: Arc::clone(&self.space),
            worker: format!("pid {}", std::process::id()),
            anchors: self.anchors.clone(),
            channels: self.channels.clone(),
            entropy: || uuid::Uuid::new_v4().into_bytes(),
        }
    }
}
