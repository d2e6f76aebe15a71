//! Everything a command can reach: store, sandbox, providers, settings, clock.
//!
//! `app.rs` chooses the parts once, and commands see only their contracts. Clock, entropy and free space are functions here,
//! so that nothing below `app.rs` asks the system itself and tests can set them. The store may be missing with a reason:
//! `/help` and `/doctor` still work.

use std::sync::Arc;

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::running::RunningJobs;
use foundation::anchors::anchors::Anchors;
use foundation::config::settings::Settings;
use foundation::knowledge::search::Index;
use foundation::notices::channel::Channel;
use foundation::providers::error::ProviderError;
use foundation::providers::library;
use foundation::providers::provider::Provider;
use foundation::store::store::Store;
use record::domain::policy::Policy;
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
    /// Ways to tell the owner of events.
    pub channels: Vec<Arc<dyn Channel>>,
    /// Sixteen bytes nobody can guess.
    pub entropy: fn() -> [u8; 16],
}

impl Context {
    /// Returns the store, or the reason why there is none.
    pub fn store(&self) -> Result<&dyn Store, CommandError> {
        self.store.as_deref().map_err(Clone::clone)
    }

    /// Returns the present moment.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Reads the policy that counts: the one an owner set, else the default.
    pub async fn policy(&self) -> Result<Policy, CommandError> {
        let set = self.store()?.policy().await?;
        Ok(set.map_or_else(|| self.default_policy.clone(), |set| set.policy))
    }

    /// Finds the provider of a name, or the default one.
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

    /// Tells whether a model is asked where nobody names a provider.
    pub fn has_model(&self) -> bool {
        self.provider(None).is_ok_and(|provider| provider.name() != library::NAME)
    }

    /// Finds the backend of a name, or the default one.
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
