//! Sets up logs and crash reports for this process.
//!
//! It is called once, with plain values, by the composition root; panics are logged here, too.

use std::path::PathBuf;
use std::sync::Arc;

use tracing_subscriber::layer::SubscriberExt as _;

use crate::observability::logs;
use crate::observability::redact::Redactor;

/// The settings of observation, in plain values.
#[derive(Default)]
pub struct Plan {
    /// The home, under which the log files lie.
    pub home: PathBuf,
    /// Level of the log files: error, warn, info, debug.
    pub level: Option<String>,
    /// Values that must never be told.
    pub secrets: Vec<String>,
    /// The server that gets our own failures; nothing is sent without it.
    pub dsn: Option<String>,
}

/// Keeps crash reports going; dropping it sends what is waiting, for at most two seconds.
#[must_use = "what is waiting is sent when the guard is dropped"]
#[derive(Default)]
pub struct Guard {
    #[cfg(feature = "sentry")]
    reporter: Option<crate::observability::crash::Reporter>,
}

/// Starts observing for the whole process; a second call changes nothing.
pub fn start(plan: &Plan) -> Guard {
    let redactor = Arc::new(Redactor::new(plan.secrets.iter().map(String::as_str)));
    let level = plan.level.as_deref();
    let subscriber =
        tracing_subscriber::registry().with(logs::layer(&plan.home, level, Arc::clone(&redactor)));
    #[cfg(feature = "sentry")]
    let (guard, subscriber) = {
        use crate::observability::crash::Reporter;
        let reporter =
            plan.dsn.as_deref().and_then(|dsn| Reporter::new(dsn, Arc::clone(&redactor)));
        let layer = reporter.as_ref().map(Reporter::layer);
        (Guard { reporter }, subscriber.with(layer))
    };
    #[cfg(not(feature = "sentry"))]
    let guard = Guard::default();
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        log_panics(redactor);
        guard.warn_of(plan.dsn.as_deref());
    }
    guard
}

impl Guard {
    fn warn_of(&self, dsn: Option<&str>) {
        #[cfg(feature = "sentry")]
        let is_reporting = self.reporter.is_some();
        #[cfg(not(feature = "sentry"))]
        let is_reporting = false;
        if dsn.is_some() && !is_reporting {
            tracing::warn!("SENTRY_DSN cannot be used, so no failure is sent anywhere");
        }
    }
}

/// Each panic becomes one event, before whatever was done about panics so far.
fn log_panics(redactor: Arc<Redactor>) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or("(no message)");
        tracing::error!(
            panic.file = panic.location().map(std::panic::Location::file),
            panic.line = panic.location().map(std::panic::Location::line),
            failure = crate::observability::scrub::scrub(message, &redactor),
            "a panic"
        );
        before(panic);
    }));
}
