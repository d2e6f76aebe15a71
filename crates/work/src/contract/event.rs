//! Progress of a command, for display only.
//!
//! Nothing here is stored or decided upon: a surface may drop events, and a script sees none of them.

use std::sync::Arc;

/// A sign of progress that a running command gives its surface.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Event {
    /// A stage began, in words for a person.
    Stage(String),
    /// A provisional line, which is never stored.
    Provisional(String),
    /// A line for a person that stays on the screen, beside the answer.
    Notice(String),
    /// A piece of a reply as it streams in.
    Reply(String),
}

/// A receiver of events; it must not block, for the command waits for it.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;
