//! The composition root: settings to context.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::commands::command::{Access, Entry};
use crate::commands::context::{Clock, Context, Invocation, RunningJobs};
use crate::commands::error::{CommandError, ErrorKind};
use crate::commands::registry;
use crate::config::settings::Settings;
use crate::domain::act::ActKind;
use crate::domain::change::Change;
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::knowledge::curated;
use crate::knowledge::search::Index;
use crate::providers::provider::Provider;
use crate::sandbox::backend::SandboxBackend;
use crate::store::error::StoreError;
use crate::store::store::Store;

/// How a store is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Read-only: no lock, nothing written.
    ReadOnly,
    /// As the one writer of the home.
    Writer,
}

/// Opens the store of the home.
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
    /// The commands that are served to other processes.
    pub entries: &'static [Entry],
}

/// The implementations that the settings ask for.
pub fn compose(settings: Arc<Settings>) -> App {
    App {
        settings,
        clock: Arc::new(now),
        backends: Vec::new(),
        providers: Vec::new(),
        curated: curated::curated,
        open_store: Arc::new(|_| Err(StoreError::Closed)),
        entries: registry::ENTRIES,
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock enters here")]
fn now() -> Timestamp {
    Timestamp::from_millis(chrono::Utc::now().timestamp_millis())
}

impl App {
    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.settings.home().to_owned()
    }

    /// A context that only reads: it takes no lock and serves nobody.
    pub fn reader(&self) -> Result<Context, StoreError> {
        let store = (self.open_store)(Opening::ReadOnly)?;
        Ok(self.context(Ok(store)))
    }

    /// A context for a command that looks after the store itself, or needs none.
    pub fn attempt(&self, access: Access) -> Context {
        let store = match access {
            Access::None => {
                Err(CommandError::new(ErrorKind::Internal, "this command opens no store"))
            }
            Access::Attempt | Access::Read | Access::Write => {
                (self.open_store)(Opening::ReadOnly).map_err(CommandError::from)
            }
        };
        self.context(store)
    }

    /// The engine that writes; the caller holds the writer lock of the home.
    pub fn engine(&self) -> Result<Engine, CommandError> {
        let store = (self.open_store)(Opening::Writer)?;
        let context = self.context(Ok(store));
        Ok(Engine { context: Arc::new(context) })
    }

    fn context(&self, store: Result<Arc<dyn Store>, CommandError>) -> Context {
        Context {
            store,
            backends: self.backends.clone(),
            providers: self.providers.clone(),
            curated: self.curated,
            settings: Arc::clone(&self.settings),
            policy: Policy::default(),
            clock: Arc::clone(&self.clock),
            running: Arc::new(RunningJobs::default()),
            slots: Arc::new(Semaphore::new(executions_at_once())),
            worker: format!("pid {}", std::process::id()),
            entropy: || uuid::Uuid::new_v4().into_bytes(),
        }
    }
}

/// As many executions at once as there are processors.
fn executions_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Carries out commands on one context.
#[derive(Clone)]
pub struct Engine {
    context: Arc<Context>,
}

impl Engine {
    /// An engine on a context, such as a read-only one.
    pub fn on(context: Context) -> Self {
        Self { context: Arc::new(context) }
    }

    /// What it works on.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Checks authority, then carries the command out; a panic in it becomes an internal error.
    pub async fn invoke(
        &self,
        entry: &'static Entry,
        args: serde_json::Value,
        invocation: Invocation,
    ) -> Result<serde_json::Value, CommandError> {
        if invocation.who.authority() < entry.spec.authority {
            return Err(self.deny(entry, &invocation).await);
        }
        let context = Arc::clone(&self.context);
        let task = tokio::spawn(async move { (entry.call)(&context, &invocation, args).await });
        match task.await {
            Ok(answer) => answer,
            Err(failure) => {
                tracing::error!(command.name = entry.spec.name, failure = %failure, "a command panicked");
                Err(CommandError::new(ErrorKind::Internal, "the command broke off")
                    .hint("This is a bug; the log in the home tells more."))
            }
        }
    }

    async fn deny(&self, entry: &Entry, invocation: &Invocation) -> CommandError {
        let has = invocation.who.authority();
        let message =
            format!("{} needs the authority {}, not {has}", entry.spec.name, entry.spec.authority);
        let error = CommandError::new(ErrorKind::Forbidden, message)
            .hint("Ask the owner to type the command in a session of their own.");
        if entry.spec.access == Access::Write {
            let act = invocation
                .act(ActKind::AuthDenied)
                .with("command", entry.spec.name)
                .with("needs", entry.spec.authority.to_string())
                .with("has", has.to_string());
            let change = Change {
                act,
                consequences: Vec::new(),
                writes: Vec::new(),
                expected: None,
                idempotency: format!("{} denied", invocation.idempotency),
                at: self.context.now(),
            };
            self.record_refusal(change).await;
        }
        error
    }

    async fn record_refusal(&self, change: Change) {
        let Ok(store) = self.context.store() else { return };
        if let Err(failure) = store.commit(change).await {
            tracing::error!(failure = %failure, "a refusal could not be recorded");
        }
    }
}
