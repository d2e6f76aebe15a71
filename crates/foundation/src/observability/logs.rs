//! Writes the log files of a home.
//!
//! One event is one line, without control characters and secrets, so a reply or a path can neither forge a line nor act
//! on a terminal. A home that cannot be written loses its log, never the command.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::registry::LookupSpan;

use crate::observability::ours::OURS;
use crate::observability::redact::Redactor;
use crate::observability::rotate::{MAX_FILE_BYTES, Rotating};
use record::domain::text::Untrusted;

/// The folder of log files in a home.
pub const FOLDER: &str = "logs";
/// The level when nothing, or nonsense, sets one.
const DEFAULT_LEVEL: LevelFilter = LevelFilter::INFO;
/// Longest line, in characters.
const MAX_LINE_CHARS: usize = 8_000;

/// A layer that writes events as lines: time, level, where, message, dotted fields.
///
/// Our own events are written from `level` on, those of libraries from warnings on.
pub fn layer<S>(home: &Path, level: Option<&str>, redactor: Arc<Redactor>) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(DEFAULT_LEVEL);
    let others = level.min(LevelFilter::WARN);
    let file = Mutex::new(Rotating::new(home.join(FOLDER), MAX_FILE_BYTES));
    tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Funnel { redactor, file: Arc::new(file) })
        .with_filter(
            Targets::new()
                .with_targets(OURS.map(|name| (name, level)))
                // It logs the content of replies that it cannot read.
                .with_target("async_openai", LevelFilter::OFF)
                // It logs the messages of agents.
                .with_target("rmcp", LevelFilter::OFF)
                .with_default(others),
        )
}

/// The way of every line: redacted, made harmless, appended.
#[derive(Clone, Debug)]
struct Funnel {
    redactor: Arc<Redactor>,
    file: Arc<Mutex<Rotating>>,
}

impl<'a> MakeWriter<'a> for Funnel {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl io::Write for Funnel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let clean = self.redactor.redact(&String::from_utf8_lossy(bytes));
        let line = Untrusted(&clean).line(MAX_LINE_CHARS);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // A home that cannot be written must not stop what the event tells about.
        file.append(&format!("{line}\n")).ok();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::observability::rotate::FILE;

    fn logged(home: &Path, level: Option<&str>, tell: impl FnOnce()) -> String {
        let redactor = Arc::new(Redactor::new(["sk-canary"]));
        let subscriber = tracing_subscriber::registry().with(layer(home, level, redactor));
        tracing::subscriber::with_default(subscriber, tell);
        std::fs::read_to_string(home.join(FOLDER).join(FILE)).unwrap_or_default()
    }

    #[test]
    fn an_event_is_one_line_with_dotted_fields_and_without_secrets() {
        let home = tempfile::tempdir().unwrap();

        let text = logged(home.path(), None, || {
            let hostile = "a\nFAKE \u{1b}[31m sk-canary";
            tracing::info!(execution.duration_ms = 12, note = %hostile, "an execution ended");
            tracing::debug!("too small");
        });

        let (time, rest) = text.split_once("  INFO ").unwrap();
        assert_eq!(time.len(), "2026-11-20T08:47:00.000000Z".len());
        assert_eq!(
            rest,
            "foundation::observability::logs::tests: an execution ended execution.duration_ms=12 \
             note=a FAKE \\x1b[31m [redacted]\n"
        );
    }

    #[test]
    fn the_level_is_a_setting_and_libraries_only_warn() {
        let home = tempfile::tempdir().unwrap();

        let text = logged(home.path(), Some("debug"), || {
            tracing::debug!("ours");
            tracing::debug!(target: "saraphina::engine", "of a command");
            tracing::debug!(target: "work::healing", "of its work");
            tracing::info!(target: "hyper", "theirs");
            tracing::warn!(target: "hyper", "their warning");
            tracing::error!(target: "rmcp::service", "the words of an agent");
        });

        let messages: Vec<&str> = text.lines().filter_map(|line| line.split(": ").nth(1)).collect();
        assert_eq!(messages, ["ours", "of a command", "of its work", "their warning"]);
    }

    #[test]
    fn a_home_that_cannot_be_written_is_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("file");
        std::fs::write(&blocked, "").unwrap();

        assert_eq!(logged(&blocked, None, || tracing::error!("lost")), "");
    }
}
