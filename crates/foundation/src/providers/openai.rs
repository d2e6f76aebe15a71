//! The provider that asks a server with the interface of `OpenAI`.
//!
//! The reply always streams: a silent server is noticed early, and a call can be stopped. Retries, dialects and time
//! limits are here; HTTP with its bounds is in `transport`, reading the stream in `stream`.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::Duration;

use async_openai::Client;
use async_openai::config::Config as _;
use async_openai::error::OpenAIError;
use async_openai::types::chat::ChatCompletionResponseStream;
use async_trait::async_trait;
use futures::StreamExt as _;
use reqwest::Url;
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::providers::backoff::{Backoff, Jitter, is_passing};
use crate::providers::completion::{Completion, Making};
use crate::providers::dialect::{Dialect, Wanted, limit_of};
use crate::providers::error::ProviderError;
use crate::providers::pricing::cost_microusd;
use crate::providers::prompt::prompt;
use crate::providers::provider::{CompletionRequest, Provider};
use crate::providers::stream::Gathered;
use crate::providers::transport::{
    Endpoint, Refusal, Transport, client, is_loopback, refusal, short_body,
};
use record::domain::usage::Usage;

/// The server that is asked when nothing else is said.
const DEFAULT_BASE_URL: &str = "https://api.openai.com/v1";
/// The model asked for when nothing else is said; a server on loopback is asked what it has instead.
const DEFAULT_MODEL: &str = "gpt-4o";
/// The word in records and settings.
pub const NAME: &str = "openai";

/// Settings of a server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the provider: `openai`, or that of an endpoint.
    pub name: String,
    /// The URL that `/chat/completions` follows.
    pub base_url: String,
    /// The key; servers on loopback need none.
    pub api_key: Option<SecretString>,
    /// The model, when the request names none.
    pub model: Option<String>,
    /// Longest time of one completion, retries included.
    pub timeout: Duration,
    /// Longest silence of the server, before the first byte and after.
    pub silence_timeout: Duration,
    /// The rules for retrying failures that pass.
    pub backoff: Backoff,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: NAME.to_owned(),
            base_url: DEFAULT_BASE_URL.to_owned(),
            api_key: None,
            model: None,
            timeout: Duration::from_mins(5),
            silence_timeout: Duration::from_mins(2),
            backoff: Backoff::default(),
        }
    }
}

/// A client of one server.
pub struct OpenAi {
    chat: Client<Endpoint>,
    http: reqwest::Client,
    base: Url,
    settings: Settings,
    jitter: Jitter,
    first_model: OnceCell<String>,
}

impl OpenAi {
    /// Checks the settings; nothing is sent yet.
    pub fn new(settings: Settings, jitter: Jitter) -> Result<Self, ProviderError> {
        let base: Url =
            settings.base_url.parse().map_err(|_| not_configured("its base URL is not a URL"))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(not_configured("its base URL is neither http nor https"));
        }
        if settings.api_key.is_none() && !is_loopback(&base) {
            return Err(not_configured("it has no key"));
        }
        let endpoint = Endpoint::new(&settings.base_url, settings.api_key.clone())
            .ok_or_else(|| not_configured("its key has characters that no header takes"))?;
        let http = client(&base, settings.silence_timeout)
            .map_err(|error| not_configured(&error.to_string()))?;
        let chat = Client::with_config(endpoint).with_http_service(Transport(http.clone()));
        Ok(Self { chat, http, base, settings, jitter, first_model: OnceCell::new() })
    }

    async fn answer(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
    ) -> Result<Completion, ProviderError> {
        let started = Instant::now();
        let prompt = prompt(request);
        let model = self.model(request).await?;
        let wanted = Wanted {
            model: &model,
            prompt: &prompt,
            temperature_milli: request.temperature_milli,
            max_tokens: limit_of(&model, request.max_tokens),
        };
        let stream = self.open(&wanted).await?;
        let (gathered, ended) = self.gather(stream, on_text).await;
        let ended = ended.and_then(|()| gathered.check_end(request.max_tokens));
        let usage = self.usage(&model, &gathered, started.elapsed());
        tracing::info!(
            model.name = gathered.model.as_deref().unwrap_or(&model),
            model.input_tokens = usage.input_tokens,
            model.output_tokens = usage.output_tokens,
            model.latency_ms = usage.latency_ms,
            "model answered"
        );
        let completion = Completion {
            text: if gathered.text.is_empty() { gathered.refusal } else { gathered.text },
            making: Making::Generated,
            provider: self.settings.name.clone(),
            model: Some(gathered.model.unwrap_or(model)),
            usage,
            sources: Vec::new(),
            prompt: prompt.text(),
            persona: request.task.persona(),
            failed: Vec::new(),
        };
        let has_begun = !completion.text.is_empty() || completion.usage.output_tokens.is_some();
        match ended {
            Ok(()) => Ok(completion),
            Err(failure) if !has_begun => Err(failure),
            Err(failure) => Err(ProviderError::Unfinished {
                failure: Box::new(failure),
                arrived: Box::new(completion),
            }),
        }
    }

    /// The model of the request, of the settings, or the first one a server on loopback offers.
    async fn model(&self, request: &CompletionRequest) -> Result<String, ProviderError> {
        if let Some(model) = self.model_of(request) {
            return Ok(model);
        }
        self.first_model.get_or_try_init(|| self.ask_for_model()).await.cloned()
    }

    async fn ask_for_model(&self) -> Result<String, ProviderError> {
        let endpoint = self.chat.config();
        let request = self.http.get(endpoint.url("/models")).headers(endpoint.headers());
        let response = self.in_time(request.send()).await?.map_err(unreachable)?;
        if !response.status().is_success() {
            return Err(server_error(refusal(response).await));
        }
        let body = self.in_time(short_body(response)).await?;
        let list: Option<Value> = serde_json::from_str(&body).ok();
        let first = list.as_ref().and_then(|list| list.pointer("/data/0/id")?.as_str());
        first
            .map(str::to_owned)
            .ok_or_else(|| not_configured("no model is set, and the server names none of its own"))
    }

    /// Opens the stream; failures that pass are waited out, refused parameters are left out.
    async fn open(
        &self,
        wanted: &Wanted<'_>,
    ) -> Result<ChatCompletionResponseStream, ProviderError> {
        let mut dialect = Dialect::of(wanted.model);
        let mut tries = 1;
        loop {
            let request = dialect.request(wanted);
            let error = match self.in_time(self.chat.chat().create_stream(request)).await? {
                Ok(stream) => return Ok(stream),
                Err(error) => error,
            };
            if let Some(other) = other_dialect(dialect, &error) {
                dialect = other;
                continue;
            }
            let wait = match retrying(&error) {
                Retrying::Useless => None,
                Retrying::After(asked) => self.settings.backoff.wait(tries, asked, self.jitter),
            };
            let Some(wait) = wait else { return Err(provider_error(error)) };
            tracing::debug!(model.tries = tries, "model server asked again after a wait");
            sleep(wait).await;
            tries += 1;
        }
    }

    /// Reads a stream to its end, or as far as it goes.
    async fn gather(
        &self,
        mut stream: ChatCompletionResponseStream,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
    ) -> (Gathered, Result<(), ProviderError>) {
        let mut gathered = Gathered::default();
        loop {
            let event = match self.in_time(stream.next()).await {
                Ok(Some(event)) => event,
                Ok(None) => return (gathered, Ok(())),
                Err(failure) => return (gathered, Err(failure)),
            };
            match gathered.take(event) {
                Ok(text) => text.iter().for_each(|text| on_text(text)),
                Err(failure) => return (gathered, Err(failure)),
            }
        }
    }

    async fn in_time<F: Future>(&self, work: F) -> Result<F::Output, ProviderError> {
        timeout(self.settings.silence_timeout, work)
            .await
            .map_err(|_| timed_out(self.settings.silence_timeout))
    }

    fn usage(&self, model: &str, gathered: &Gathered, latency: Duration) -> Usage {
        let host = self.base.host_str().unwrap_or_default();
        let cost =
            gathered.tokens.and_then(|(input, output)| cost_microusd(host, model, input, output));
        Usage {
            input_tokens: gathered.tokens.map(|(input, _)| input),
            output_tokens: gathered.tokens.map(|(_, output)| output),
            cost_microusd: cost,
            latency_ms: u64::try_from(latency.as_millis()).ok(),
        }
    }
}

#[async_trait]
impl Provider for OpenAi {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn model_of(&self, request: &CompletionRequest) -> Option<String> {
        let named = request.model.as_ref().or(self.settings.model.as_ref());
        let known = named.or_else(|| self.first_model.get()).cloned();
        known.or_else(|| (!is_loopback(&self.base)).then(|| DEFAULT_MODEL.to_owned()))
    }

    fn price(&self, model: Option<&str>, input: u64, output: u64) -> Option<u64> {
        let model = model.or(self.settings.model.as_deref()).unwrap_or(DEFAULT_MODEL);
        cost_microusd(self.base.host_str().unwrap_or_default(), model, input, output)
    }

    fn most_tokens(&self, model: Option<&str>, reply: u32) -> u32 {
        let first = self.first_model.get();
        let model = model.or(self.settings.model.as_deref()).or(first.map(String::as_str));
        limit_of(model.unwrap_or(DEFAULT_MODEL), reply)
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        let work = timeout(self.settings.timeout, Box::pin(self.answer(request, on_text)));
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(ProviderError::Cancelled),
            result = work => {
                let answered = result.map_err(|_| timed_out(self.settings.timeout))?;
                answered.map_err(|error| {
                    error.reworded(|text| self.chat.config().without_key(text))
                })
            }
        }
    }
}

fn not_configured(detail: &str) -> ProviderError {
    ProviderError::NotConfigured { name: NAME.to_owned(), detail: detail.to_owned() }
}

fn timed_out(limit: Duration) -> ProviderError {
    ProviderError::Timeout {
        seconds: limit.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX),
    }
}

fn refusal_in(error: &OpenAIError) -> Option<&Refusal> {
    match error {
        OpenAIError::Boxed(inner) => inner.downcast_ref(),
        _ => None,
    }
}

fn other_dialect(dialect: Dialect, error: &OpenAIError) -> Option<Dialect> {
    let refusal = refusal_in(error).filter(|refusal| matches!(refusal.status, 400 | 422))?;
    dialect.after(&refusal.message)
}

/// A judgement on asking again.
enum Retrying {
    Useless,
    /// After the wait that the server asks for, if any.
    After(Option<Duration>),
}

fn retrying(error: &OpenAIError) -> Retrying {
    if let OpenAIError::Reqwest(error) = error {
        let was_sent = !error.is_connect() && !error.is_request();
        return if was_sent { Retrying::Useless } else { Retrying::After(None) };
    }
    match refusal_in(error) {
        Some(refusal) if is_passing(refusal.status) && !refusal.is_final => {
            Retrying::After(refusal.retry_after)
        }
        _ => Retrying::Useless,
    }
}

fn provider_error(error: OpenAIError) -> ProviderError {
    match error {
        OpenAIError::Reqwest(error) => unreachable(error),
        OpenAIError::Boxed(inner) => match inner.downcast::<Refusal>() {
            Ok(refusal) => server_error(*refusal),
            Err(inner) => ProviderError::Unreadable { detail: inner.to_string() },
        },
        error => ProviderError::Unreadable { detail: error.to_string() },
    }
}

fn server_error(Refusal { status, mut message, retry_after, .. }: Refusal) -> ProviderError {
    if let Some(wait) = retry_after.filter(|wait| !wait.is_zero()) {
        // Writing to a `String` cannot fail.
        write!(message, "; it asks for a wait of {} s", wait.as_secs().max(1)).ok();
    }
    match status {
        401 => ProviderError::Unauthorised { status },
        200..=299 => ProviderError::Unreadable { detail: message },
        300..=399 => ProviderError::Server { status, message: "it points elsewhere".to_owned() },
        _ => ProviderError::Server { status, message },
    }
}

/// The innermost cause says most; the URL may hold a password and is left out.
fn unreachable(error: reqwest::Error) -> ProviderError {
    let error = error.without_url();
    let mut detail = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        detail = inner.to_string();
        cause = inner.source();
    }
    ProviderError::Unreachable { detail }
}
