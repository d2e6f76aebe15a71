//! What a command can reach.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::anchors::anchors::Anchors;
use crate::config::settings::Settings;
use crate::contract::error::{CommandError, ErrorKind};
use crate::knowledge::search::Index;
use crate::providers::error::ProviderError;
use crate::providers::provider::Provider;
use crate::store::store::Store;
use record::domain::act::{Act, ActKind};
use record::domain::id::{JobId, ProposalId};
use record::domain::policy::Policy;
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;
use sandbox::backend::SandboxBackend;

/// Tells the time; the only clock below `app.rs`.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Tells the free bytes where a folder lies, where the system does.
pub type Space = Arc<dyn Fn(&std::path::Path) -> Option<u64> + Send + Sync>;

/// Everything a command can reach, chosen in `app.rs`.
pub struct Context {
    /// Proposals, evidence and the record, or why they cannot be had.
    pub store: Result<Arc<dyn Store>, CommandError>,
    /// The sandbox backends, the default one first.
    pub backends: Vec<Arc<dyn SandboxBackend>>,
    /// The providers, the default one first.
    pub providers: Vec<Arc<dyn Provider>>,
    /// The curated concepts.
    pub curated: fn() -> &'static Index,
    /// The settings and where each comes from.
    pub settings: Arc<Settings>,
    /// The policy until an owner sets one.
    pub default_policy: Policy,
    /// The clock.
    pub clock: Clock,
    /// Work in progress in this process.
    pub running: Arc<RunningJobs>,
    /// Tells the free bytes where a folder lies.
    pub space: Space,
    /// Names this engine in leases.
    pub worker: String,
    /// Places that keep signed heads.
    pub anchors: Anchors,
    /// Sixteen bytes nobody can guess.
    pub entropy: fn() -> [u8; 16],
}

impl Context {
    /// The store.
    pub fn store(&self) -> Result<&dyn Store, CommandError> {
        self.store.as_deref().map_err(Clone::clone)
    }

    /// Lists an invocation among what is at work on a proposal, until the guard is dropped.
    pub fn enter(&self, invocation: &Invocation, proposal: &ProposalId) -> RunningGuard {
        let job = RunningJob {
            proposal: proposal.clone(),
            who: invocation.who.clone(),
            session: invocation.via.session.clone(),
            started_at: self.now(),
            cancel: invocation.cancel.clone(),
        };
        self.running.enter(JobId::derived(&invocation.idempotency), job)
    }

    /// The moment.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The policy that counts.
    pub async fn policy(&self) -> Result<Policy, CommandError> {
        let set = self.store()?.policy().await?;
        Ok(set.map_or_else(|| self.default_policy.clone(), |set| set.policy))
    }

    /// The provider of a name, or the default one.
    pub fn provider(&self, name: Option<&str>) -> Result<&Arc<dyn Provider>, CommandError> {
        let found = match name {
            Some(name) => self.providers.iter().find(|provider| provider.name() == name),
            None => self.providers.first(),
        };
        found.ok_or_else(|| {
            let names: Vec<&str> = self.providers.iter().map(|provider| provider.name()).collect();
            let name = name.unwrap_or("(none)").to_owned();
            ProviderError::NotConfigured {
                name,
                detail: format!("configured: {}", names.join(", ")),
            }
            .into()
        })
    }

    /// The backend of a name, or the default one.
    pub fn backend(&self, name: Option<&str>) -> Result<&Arc<dyn SandboxBackend>, CommandError> {
        let found = match name {
            Some(name) => self.backends.iter().find(|backend| backend.name() == name),
            None => self.backends.first(),
        };
        found.ok_or_else(|| {
            let names: Vec<&str> = self.backends.iter().map(|backend| backend.name()).collect();
            let message =
                format!("there is no sandbox backend {}", name.unwrap_or("for this system"));
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            CommandError::new(ErrorKind::Unavailable, message)
                .hint(format!("Available here: {known}. The linux backend needs Linux."))
        })
    }
}

/// Something that a running command tells its surface; display only.
///
/// A sandbox tells its commands in a kind of its own (`sandbox::backend::RunProgress`): it counts tests and knows nothing
/// of replies, while this is in words for a person and travels to other processes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Event {
    /// A stage began, in words for a person.
    Stage(String),
    /// A provisional line, which is never stored.
    Provisional(String),
    /// A piece of a reply as it streams in.
    Reply(String),
}

/// Takes events; must not block.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// One call of a command: who, how, under which key.
#[derive(Clone)]
pub struct Invocation {
    /// Who acts.
    pub who: Principal,
    /// By which surface and session.
    pub via: Via,
    /// Repeating an invocation with the same key repeats nothing.
    pub idempotency: String,
    /// The newest proposal this session has shown: what `@` names in own commands.
    pub shown: Option<ProposalId>,
    /// Where progress goes.
    pub events: Events,
    /// Fires when the user or a shutdown stops the command.
    pub cancel: CancellationToken,
}

impl Invocation {
    /// An act of this invocation's principal.
    pub fn act(&self, kind: ActKind) -> Act {
        Act::new(kind, self.who.clone(), self.via.clone())
    }

    /// The same invocation under a key of its own, the same each time.
    #[must_use]
    pub fn under(&self, what: &str) -> Self {
        Self { idempotency: format!("{} {what}", self.idempotency), ..self.clone() }
    }

    /// Tells the surface that a stage began.
    pub fn stage(&self, words: impl Into<String>) {
        (self.events)(Event::Stage(words.into()));
    }
}

/// One piece of work in this process.
#[derive(Clone, Debug)]
pub struct RunningJob {
    /// The proposal it works on.
    pub proposal: ProposalId,
    /// Who asked for it.
    pub who: Principal,
    /// The session it came from.
    pub session: String,
    /// When it started.
    pub started_at: Timestamp,
    /// Stops it.
    pub cancel: CancellationToken,
}

/// Work in progress in this process, so that another session can stop it.
#[derive(Debug, Default)]
pub struct RunningJobs(Mutex<BTreeMap<JobId, RunningJob>>);

impl RunningJobs {
    /// Enters a job until the guard is dropped.
    pub fn enter(self: &Arc<Self>, id: JobId, job: RunningJob) -> RunningGuard {
        self.jobs().insert(id.clone(), job);
        RunningGuard { jobs: Arc::clone(self), id }
    }

    /// The job of this id.
    pub fn find(&self, id: &JobId) -> Option<RunningJob> {
        self.jobs().get(id).cloned()
    }

    /// All of them.
    pub fn all(&self) -> Vec<(JobId, RunningJob)> {
        self.jobs().iter().map(|(id, job)| (id.clone(), job.clone())).collect()
    }

    fn jobs(&self) -> std::sync::MutexGuard<'_, BTreeMap<JobId, RunningJob>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a job off the list when it is dropped.
#[derive(Debug)]
pub struct RunningGuard {
    jobs: Arc<RunningJobs>,
    id: JobId,
}

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.jobs.jobs().remove(&self.id);
    }
}
