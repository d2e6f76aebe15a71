//! Headers, limits and envelope of the socket's protocol.
//!
//! Client and engine may be of different versions, because a daemon outlives an update. `PROTOCOL` is raised when they
//! would misunderstand each other; a mere difference of versions is told and works.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::surfaces::envelope::SCHEMA_VERSION;
use work::contract::error::{CommandError, ErrorKind};

/// Raised whenever client and engine of different versions would misunderstand each other.
pub const PROTOCOL: u32 = 2;
/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Identifies the session across its commands.
pub const SESSION: &str = "saraphina-session";
/// Repeating a command with the same key repeats nothing.
pub const IDEMPOTENCY: &str = "saraphina-idempotency";
/// The same, by the name that other programs know.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The newest proposal the session has shown.
pub const SHOWN: &str = "saraphina-shown";
/// The name of the owner, where several share a home.
pub const OWNER: &str = "saraphina-owner";
/// The name of a client, which makes the peer an agent: it may then propose, and never decide.
pub const AGENT: &str = "saraphina-agent";
/// The surface the command was typed at.
pub const SURFACE: &str = "saraphina-surface";
/// What the caller's environment says about the work, as JSON in base64; an engine that has it otherwise refuses.
pub const ENVIRONMENT: &str = "saraphina-environment";
/// [`PROTOCOL`] of whoever sends the message.
pub const PROTOCOL_HEADER: &str = "saraphina-protocol";
/// [`VERSION`] of whoever sends the message.
pub const VERSION_HEADER: &str = "saraphina-version";
/// `continue` keeps a command running although nobody waits for it any more.
pub const ON_DISCONNECT: &str = "saraphina-on-disconnect";
/// Set on a refusal of an engine that ends: the next one may take the command.
pub const HANDOVER: &str = "saraphina-handover";

/// Largest body of a request: the largest revision, whose bytes may be spelt with two digits each, and room beside it.
pub const MAX_REQUEST_BYTES: usize = 104 << 20;
/// Largest answer a client takes.
pub const MAX_ANSWER_BYTES: usize = 128 << 20;
/// Time between two signs of life of an engine while a command runs.
pub const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// The one object that stands for an answer over HTTP; unlike the line of `--json` it says what to confirm.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The command.
    pub command: String,
    /// True when it was carried out.
    pub ok: bool,
    /// The data of its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// The reason why it was not carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CommandError>,
}

impl Envelope {
    /// Wraps an answer.
    pub fn of(command: &str, answer: Result<Value, CommandError>) -> Self {
        let (ok, data, error) = match answer {
            Ok(data) => (true, Some(data), None),
            Err(error) => (false, None, Some(error)),
        };
        let command = command.to_owned();
        Self { schema_version: SCHEMA_VERSION, command, ok, data, error }
    }

    /// Unwraps the answer; `None` when it holds neither data nor error.
    pub fn answer(self) -> Option<Result<Value, CommandError>> {
        self.error.map(Err).or_else(|| self.data.map(Ok))
    }
}

/// Builds the error for an engine of version `engine` and a client that do not understand each other.
pub fn other_protocol(engine: &str, client: &str) -> CommandError {
    let message =
        format!("the engine at work is saraphina {engine}, which {client} does not understand");
    CommandError::new(ErrorKind::Unavailable, message).hint(
        "Restart the daemon with `saraphina daemon stop`, then `saraphina daemon start`; a session of the older version has to end first.",
    )
}
