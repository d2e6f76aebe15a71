//! Answers of models, recorded and replayed.
//!
//! A tape is a file of JSON lines, one answer each, under the digest of its request. A request that was answered several
//! times is answered in the same order again. Replaying asks no server and costs nothing; its completions carry the
//! name `cassette`, so that no record calls a replay an answer of a model.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::providers::completion::{Completion, Making};
use crate::providers::error::ProviderError;
use crate::providers::prompt::prompt;
use crate::providers::provider::{CompletionRequest, Provider};
use record::domain::digest::Digest;
use record::domain::usage::Usage;

/// The name of a replaying provider.
const NAME: &str = "cassette";
/// Largest tape that is read, in bytes.
const MAX_TAPE: u64 = 256 << 20;

/// One answer on tape.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line {
    request: String,
    provider: String,
    model: Option<String>,
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    text: String,
}

/// Hands requests on and keeps what was answered.
pub struct Recorder {
    inner: Arc<dyn Provider>,
    path: PathBuf,
    tape: OnceLock<Mutex<File>>,
}

impl Recorder {
    /// Adds to a tape, which is made with the first request where there is none.
    pub fn new(inner: Arc<dyn Provider>, path: &Path) -> Self {
        Self { inner, path: path.to_owned(), tape: OnceLock::new() }
    }

    /// The tape; what cannot be recorded is not asked.
    fn tape(&self) -> Result<&Mutex<File>, ProviderError> {
        if let Some(tape) = self.tape.get() {
            return Ok(tape);
        }
        let opened = OpenOptions::new().create(true).append(true).open(&self.path);
        let opened = opened.map_err(|error| unusable(&self.path, &error))?;
        Ok(self.tape.get_or_init(|| Mutex::new(opened)))
    }

    fn keep(
        tape: &Mutex<File>,
        request: &CompletionRequest,
        completion: &Completion,
    ) -> io::Result<()> {
        let line = Line {
            request: key(request),
            provider: completion.provider.clone(),
            model: completion.model.clone(),
            input_tokens: completion.usage.input_tokens,
            output_tokens: completion.usage.output_tokens,
            text: completion.text.clone(),
        };
        let text = serde_json::to_string(&line)? + "\n";
        let mut tape = tape.lock().unwrap_or_else(PoisonError::into_inner);
        tape.write_all(text.as_bytes())?;
        tape.sync_data()
    }
}

#[async_trait]
impl Provider for Recorder {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn answers_as(&self, provider: &str) -> bool {
        self.inner.answers_as(provider)
    }

    fn is_free(&self) -> bool {
        self.inner.is_free()
    }

    fn price(&self, model: Option<&str>, input: u64, output: u64) -> Option<u64> {
        self.inner.price(model, input, output)
    }

    fn most_tokens(&self, model: Option<&str>, reply: u32) -> u32 {
        self.inner.most_tokens(model, reply)
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        let tape = self.tape()?;
        let completion = self.inner.complete(request, on_text, cancel).await?;
        // What was retrieved is there anyway. An answer that is paid for is not lost over a tape that is full.
        if completion.making == Making::Generated
            && let Err(error) = Self::keep(tape, request, &completion)
        {
            tracing::error!(tape.path = %self.path.display(), failure = %error, "an answer is not on tape");
        }
        Ok(completion)
    }
}

/// Answers that are left on a tape, by request.
type Answers = BTreeMap<String, VecDeque<Line>>;

/// Answers from a tape.
pub struct Player {
    path: PathBuf,
    answers: Mutex<Option<Answers>>,
}

impl Player {
    /// Reads the tape with the first request.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), answers: Mutex::new(None) }
    }

    fn next(&self, request: &str) -> Result<Option<Line>, ProviderError> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.is_none() {
            *answers = Some(read(&self.path)?);
        }
        Ok(answers.as_mut().and_then(|answers| answers.get_mut(request)?.pop_front()))
    }
}

fn read(path: &Path) -> Result<Answers, ProviderError> {
    let tape = File::open(path).map_err(|error| unusable(path, &error))?;
    let mut answers = Answers::new();
    for (number, line) in (1..).zip(BufReader::new(tape.take(MAX_TAPE)).lines()) {
        let line = line.map_err(|error| unusable(path, &error))?;
        let read: Result<Line, _> = serde_json::from_str(&line);
        let line = read.map_err(|error| ProviderError::Tape {
            path: path.to_owned(),
            detail: format!("line {number}: {error}"),
        })?;
        answers.entry(line.request.clone()).or_default().push_back(line);
    }
    Ok(answers)
}

#[async_trait]
impl Provider for Player {
    fn name(&self) -> &str {
        NAME
    }

    fn is_free(&self) -> bool {
        true
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        _cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        let key = key(request);
        let task = request.task.word();
        let line = self.next(&key)?.ok_or(ProviderError::NotOnTape { task, request: key })?;
        on_text(&line.text);
        Ok(Completion {
            text: line.text,
            making: Making::Generated,
            provider: NAME.to_owned(),
            model: line.model,
            usage: Usage {
                input_tokens: line.input_tokens,
                output_tokens: line.output_tokens,
                cost_microusd: Some(0),
                latency_ms: None,
            },
            sources: vec![line.provider],
            prompt: prompt(request).text(),
            persona: request.task.persona(),
            failed: Vec::new(),
        })
    }
}

/// The digest of all that a provider is told.
fn key(request: &CompletionRequest) -> String {
    let told = json!({
        "max_tokens": request.max_tokens,
        "model": request.model,
        "module": request.module,
        "prompt": prompt(request).text(),
        "task": request.task.word(),
        "temperature_milli": request.temperature_milli,
    });
    Digest::of(told.to_string().as_bytes()).hex()
}

fn unusable(path: &Path, error: &io::Error) -> ProviderError {
    ProviderError::Tape { path: path.to_owned(), detail: error.to_string() }
}
