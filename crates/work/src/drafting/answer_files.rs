//! Files of the home that hold answers and marks until they are recorded.
//!
//! They are written under another name, flushed and then renamed: a file that can be seen is whole, also after a power cut.
//! Their names follow from the key of the invocation and from what was asked, so that a repetition finds them.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::context::Context;
use foundation::config::short_file::{self, Links};
use foundation::providers::provider::{CompletionRequest, Task};
use record::domain::digest::Digest;

/// The folder in the home.
const FOLDER: &str = "answers";

/// Largest file that is read: an answer and its request are far shorter.
const MAX_ANSWER_BYTES: u64 = 64 << 20;

/// The ending of the files of answers.
pub const ENDING: &str = "json";

/// Digests what is asked for, and not what else the prompt is made of: a repetition must find the same name.
fn asked(request: &CompletionRequest) -> Digest {
    let about = match &request.task {
        Task::Refine { feedback, .. } => feedback.clone(),
        Task::Change(changing) => changing.feedback.clone(),
        // Each repair has a key of its own, and what it says of a failure may differ from run to run.
        Task::Draft | Task::Script | Task::Repair(_) | Task::Review { .. } => String::new(),
        Task::Teach { concept } => concept.clone(),
    };
    Digest::of(format!("{}\0{}\0{about}", request.task.word(), request.request).as_bytes())
}

/// Builds the key of what one invocation asks.
pub fn key(idempotency: &str, request: &CompletionRequest) -> String {
    format!("{idempotency} answer {}", asked(request))
}

/// Builds the beginning of the names of an invocation's files.
pub fn prefix(idempotency: &str) -> String {
    format!("{}-", Digest::of(idempotency.as_bytes()).hex())
}

fn folder(context: &Context) -> PathBuf {
    context.settings.home().join(FOLDER)
}

/// Builds the path of the answer to what one invocation asks.
pub fn path(context: &Context, idempotency: &str, request: &CompletionRequest) -> PathBuf {
    folder(context).join(format!("{}{}.{ENDING}", prefix(idempotency), asked(request).hex()))
}

/// Lists the finished files of a kind; one that is being written has no such name.
pub fn files(context: &Context, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(context)).into_iter().flatten().filter_map(Result::ok);
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == ending)).collect()
}

/// Reads a file, where it can be read.
pub fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = short_file::read(path, Links::Refused, MAX_ANSWER_BYTES).ok()?;
    serde_json::from_slice(&bytes)
        .inspect_err(|error| tracing::warn!(failure = %error, "a file of answers cannot be read"))
        .ok()
}

/// Writes a file of the folder, flushed.
pub fn write(context: &Context, path: &Path, value: &impl Serialize) -> io::Result<()> {
    let folder = folder(context);
    DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let mut file = tempfile::NamedTempFile::new_in(&folder)?;
    file.write_all(&serde_json::to_vec(value)?)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The new name itself is durable only when its folder is flushed.
    File::open(folder)?.sync_all()
}
