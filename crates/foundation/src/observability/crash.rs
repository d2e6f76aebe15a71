//! Sends our own failures to an error server, scrubbed.
//!
//! Nothing is sent unless the owner gives an address. Only listed fields leave the machine, none of them code, prompts,
//! names of people or of the machine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sentry::protocol::{Event, Level, Value};
use sentry::types::Dsn;
use sentry::{Client, ClientOptions};
use tracing::field::{Field, Visit};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::observability::ours::OURS;
use crate::observability::redact::Redactor;
use crate::observability::scrub::scrub;

/// Longest wait, at the end of the process, for reports on their way.
pub(super) const FLUSH: Duration = Duration::from_secs(2);
/// The fields of an event that are sent; all others stay here.
const SENT: &[&str] = &[
    "command.name",
    "error.kind",
    "execution.id",
    "failure",
    "job.id",
    "panic.file",
    "panic.line",
    "proposal.id",
];

/// Sends failures to the server of a DSN.
pub struct Reporter {
    client: Arc<Client>,
    redactor: Arc<Redactor>,
}

impl Reporter {
    /// A reporter; none where the text is no DSN.
    ///
    /// No integration is on: no name of the machine, no breadcrumbs, no variables, only what [`Reporter::layer`] sends.
    pub fn new(dsn: &str, redactor: Arc<Redactor>) -> Option<Self> {
        let dsn: Dsn = dsn.parse().ok()?;
        // The transport needs a provider of cryptography; another part may have installed it already.
        rustls::crypto::ring::default_provider().install_default().ok();
        let mut options = ClientOptions::new();
        options.dsn = Some(dsn);
        options.release = Some(env!("CARGO_PKG_VERSION").into());
        options.default_integrations = false;
        options.send_default_pii = false;
        options.max_breadcrumbs = 0;
        options.auto_session_tracking = false;
        options.shutdown_timeout = FLUSH;
        let client = Client::with_options(sentry::apply_defaults(options));
        Some(Self { client: Arc::new(client), redactor })
    }

    /// The layer that sends our events of level error.
    pub fn layer(&self) -> Reports {
        Reports { client: Arc::clone(&self.client), redactor: Arc::clone(&self.redactor) }
    }
}

impl Drop for Reporter {
    /// Closing the client would wait for its thread, however long a server takes to answer: the thread is left behind.
    fn drop(&mut self) {
        self.client.flush(Some(FLUSH));
        std::mem::forget(Arc::clone(&self.client));
    }
}

/// Sends each event of ours of level error.
pub struct Reports {
    client: Arc<Client>,
    redactor: Arc<Redactor>,
}

impl<S: Subscriber> Layer<S> for Reports {
    fn on_event(&self, event: &tracing::Event<'_>, _context: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() != tracing::Level::ERROR || !is_ours(metadata) {
            return;
        }
        let mut told =
            Told { redactor: &self.redactor, message: String::new(), fields: BTreeMap::new() };
        event.record(&mut told);
        self.client.capture_event(
            Event {
                level: Level::Error,
                logger: Some(metadata.target().to_owned()),
                message: Some(told.message),
                extra: told.fields,
                ..Event::default()
            },
            None,
        );
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().split("::").next().is_some_and(|name| OURS.contains(&name))
}

/// The part of one event that is sent.
struct Told<'a> {
    redactor: &'a Redactor,
    message: String,
    fields: BTreeMap<String, Value>,
}

impl Told<'_> {
    fn take(&mut self, name: &str, text: &str) {
        let text = scrub(text, self.redactor);
        if name == "message" {
            self.message = text;
        } else if SENT.contains(&name) {
            self.fields.insert(name.to_owned(), text.into());
        }
    }
}

impl Visit for Told<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.take(field.name(), &format!("{value:?}"));
    }
}
