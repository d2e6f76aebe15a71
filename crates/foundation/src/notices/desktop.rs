//! A channel to the desktop of whoever runs the engine.
//!
//! It starts the notifier of the system with a title and a line of facts. They are handed over as arguments, which no shell and no script
//! reads as anything else.

use async_trait::async_trait;

use crate::launch::HostProgram;
use crate::notices::channel::Channel;
use crate::notices::notice::Notice;
use crate::notices::program::{missing, started};
use record::domain::time::Timestamp;

/// The script of macOS that shows its two arguments.
const SCRIPT: [&str; 6] = [
    "-e",
    "on run words",
    "-e",
    "display notification (item 2 of words) with title (item 1 of words)",
    "-e",
    "end run",
];

/// The desktop.
pub struct Desktop;

#[async_trait]
impl Channel for Desktop {
    fn name(&self) -> &'static str {
        "desktop"
    }

    fn target(&self) -> String {
        HostProgram::Notifier.name()
    }

    fn lacks(&self) -> Option<String> {
        missing(&HostProgram::Notifier)
    }

    async fn tell(&self, notice: &Notice, _now: Timestamp) -> Result<(), String> {
        let before: &[&str] =
            if cfg!(target_os = "macos") { &SCRIPT } else { &["--app-name=saraphina", "--"] };
        let title = format!("saraphina: {}", notice.occasion.title());
        let words = before.iter().map(|word| (*word).to_owned());
        let words: Vec<String> = words.chain([title, notice.sentence()]).collect();
        started(&HostProgram::Notifier, &words, &[]).await
    }
}
