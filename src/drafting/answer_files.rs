//! The folder of answers that wait for their record.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::context::Context;
use crate::providers::provider::{CompletionRequest, Task};
use record::domain::digest::Digest;

/// The folder in the home.
const FOLDER: &str = "answers";

/// How the files of answers end.
pub const ENDING: &str = "json";

/// What one invocation asks is told apart by what is asked for, not by what else the prompt is made of.
fn asked(request: &CompletionRequest) -> Digest {
    let about = match &request.task {
        Task::Refine { feedback, .. } => feedback.clone(),
        // Each repair has a key of its own, and what it says of a failure may differ from run to run.
        Task::Draft | Task::Script | Task::Repair(_) | Task::Review { .. } => String::new(),
        Task::Teach { concept } => concept.clone(),
    };
    Digest::of(format!("{}\0{}\0{about}", request.task.word(), request.request).as_bytes())
}

/// The key of what one invocation asks.
pub fn key(idempotency: &str, request: &CompletionRequest) -> String {
    format!("{idempotency} answer {}", asked(request))
}

/// How the names of an invocation's files begin.
pub fn prefix(idempotency: &str) -> String {
    format!("{}-", Digest::of(idempotency.as_bytes()).hex())
}

fn folder(context: &Context) -> PathBuf {
    context.settings.home().join(FOLDER)
}

/// Where the answer to what one invocation asks lies.
pub fn path(context: &Context, idempotency: &str, request: &CompletionRequest) -> PathBuf {
    folder(context).join(format!("{}{}.{ENDING}", prefix(idempotency), asked(request).hex()))
}

/// The finished files of a kind; one that is being written has no such name.
pub fn files(context: &Context, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(context)).into_iter().flatten().filter_map(Result::ok);
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == ending)).collect()
}

/// What lies in a file, where it can be read.
pub fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = fs::read(path).ok()?;
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
    File::open(folder)?.sync_all()
}
