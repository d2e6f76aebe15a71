//! HTTP to a model server, within bounds.
//!
//! Bodies and lines of a stream are cut at a length whatever a server sends, and the message of an error is bounded: a
//! server is no more trusted than its replies.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use futures::StreamExt as _;
use http_body_util::{BodyExt as _, BodyStream, Collected, Limited, StreamBody};
use hyper::body::{Bytes, Frame};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Body, Client, Response, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use thiserror::Error;
use tower_service::Service;

use crate::providers::backoff::retry_after;

/// Most bytes of one answer, with everything that surrounds the text in a stream.
const MAX_WIRE_BYTES: usize = 16 << 20;
/// Most bytes of one line of a stream.
const MAX_LINE_BYTES: usize = 512 << 10;
/// Most bytes of an error, or of a list of models, that are read.
const MAX_ERROR_BYTES: usize = 256 << 10;
/// So much of the beginning of a key gives it away, in bytes.
const KEY_TOLD: usize = 12;
/// Longest message of a server that is kept, in characters.
const MAX_MESSAGE: usize = 300;

/// The address of a server and the key that opens it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    base: String,
    key: SecretString,
    headers: HeaderMap,
}

impl Endpoint {
    /// The endpoint below a base URL such as `https://api.openai.com/v1`; `None` where the key cannot be sent.
    pub fn new(base: &str, key: Option<SecretString>) -> Option<Self> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &key {
            let mut value =
                HeaderValue::from_str(&format!("Bearer {}", key.expose_secret())).ok()?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let base = base.trim_end_matches('/').to_owned();
        Some(Self { base, key: key.unwrap_or_default(), headers })
    }
}

impl Endpoint {
    /// A text of the server without the key: some servers repeat what they were sent, and errors are shown and stored.
    pub fn without_key(&self, text: &str) -> String {
        let key = self.key.expose_secret();
        // A message that was cut may hold the beginning alone.
        let begins = key.get(..KEY_TOLD).unwrap_or(key);
        if begins.is_empty() {
            return text.to_owned();
        }
        let told = |word| if str::contains(word, begins) { "[key]" } else { word };
        text.split(' ').map(told).collect::<Vec<_>>().join(" ")
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// An answer that is not a stream of a reply.
#[derive(Clone, Debug, Error)]
#[error("{status}: {message}")]
pub struct Refusal {
    /// HTTP status; 2xx where the server answered with something else than a stream.
    pub status: u16,
    /// Its message, bounded and in one line.
    pub message: String,
    /// The wait that it asks for.
    pub retry_after: Option<Duration>,
    /// True where asking again later cannot help, such as with a used-up quota.
    pub is_final: bool,
}

/// Sends requests; what comes back is a stream, or a [`Refusal`] in words.
#[derive(Clone, Debug)]
pub struct Transport(pub Client);

impl Service<HttpRequestFactory> for Transport {
    type Response = Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let client = self.0.clone();
        Box::pin(async move {
            let response = client.execute(request.build().await?).await?;
            if response.status().is_success() && is_stream(&response) {
                return Ok(bounded(response));
            }
            if response.status().is_success() && is_json(&response) {
                return whole(response).await;
            }
            Err(OpenAIError::Boxed(Box::new(refusal(response).await)))
        })
    }
}

/// A client for one server: system proxies are used, except towards this machine.
pub fn client(base: &Url, connect_timeout: Duration) -> reqwest::Result<Client> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have installed one in between, which serves as well.
        rustls::crypto::ring::default_provider().install_default().ok();
    }
    let builder = Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("saraphina/", env!("CARGO_PKG_VERSION")));
    if is_loopback(base) { builder.no_proxy().build() } else { builder.build() }
}

/// Tells whether a URL names this machine.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_local = |address: std::net::IpAddr| address.is_loopback() || address.is_unspecified();
    host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(is_local)
}

fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    // Small servers leave the header out; what is no stream then ends without a finish reason.
    kind.is_none_or(|kind| kind.starts_with("text/event-stream"))
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

/// Turns a reply that came in one piece, from a server that does not stream, into a stream of one event.
async fn whole(response: Response) -> Result<Response, OpenAIError> {
    let (status, headers) = (response.status().as_u16(), retry_after(response.headers()));
    let body = Limited::new(Body::from(response), MAX_WIRE_BYTES).collect().await;
    let text = body.map(Collected::to_bytes).unwrap_or_default();
    let reply = serde_json::from_slice::<Value>(&text).ok().and_then(as_event);
    let Some(event) = reply else {
        let message = message_of(&String::from_utf8_lossy(&text));
        let refusal = Refusal { status, message, retry_after: headers, is_final: false };
        return Err(OpenAIError::Boxed(Box::new(refusal)));
    };
    let stream = format!("data: {event}\n\ndata: [DONE]\n\n");
    let response = hyper::Response::builder().header(CONTENT_TYPE, "text/event-stream");
    let response =
        response.body(Body::from(stream)).map_err(|error| OpenAIError::Boxed(Box::new(error)))?;
    Ok(bounded(response.into()))
}

/// The reply as the event of a stream that would say the same; nothing where it is no reply.
fn as_event(mut reply: Value) -> Option<Value> {
    let choices = reply.get_mut("choices")?.as_array_mut()?;
    for choice in choices {
        let choice = choice.as_object_mut()?;
        let message = choice.remove("message")?;
        choice.insert("delta".to_owned(), message);
    }
    let reply = reply.as_object_mut()?;
    reply.insert("object".to_owned(), "chat.completion.chunk".into());
    Some(Value::Object(std::mem::take(reply)))
}

fn bounded(response: Response) -> Response {
    let response: hyper::Response<Body> = response.into();
    let bounded = |body| {
        let mut line_bytes = 0;
        let frames = BodyStream::new(Limited::new(body, MAX_WIRE_BYTES));
        let checked = frames.map(move |frame| check_line(frame?, &mut line_bytes));
        Body::wrap(StreamBody::new(checked))
    };
    response.map(bounded).into()
}

/// Ends a stream with a line that no event has; the reader would search a growing one over and over.
fn check_line(frame: Frame<Bytes>, line_bytes: &mut usize) -> Result<Frame<Bytes>, BoxError> {
    if let Some(data) = frame.data_ref() {
        let after_newline = data.iter().rev().position(|byte| *byte == b'\n');
        *line_bytes = after_newline.unwrap_or_else(|| line_bytes.saturating_add(data.len()));
    }
    if *line_bytes > MAX_LINE_BYTES { Err(Box::new(LineTooLong)) } else { Ok(frame) }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A line of a stream is longer than any event.
#[derive(Debug, Error)]
#[error("a line of the stream is too long")]
struct LineTooLong;

/// Reads an error in whatever shape it comes.
pub async fn refusal(response: Response) -> Refusal {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let text = short_body(response).await;
    let is_final = text.contains("insufficient_quota");
    Refusal { status, message: message_of(&text), retry_after, is_final }
}

/// The text of a body that is no reply; empty where it is longer than such a body may be, or breaks off.
pub async fn short_body(response: Response) -> String {
    let body = Limited::new(Body::from(response), MAX_ERROR_BYTES).collect().await;
    body.map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned()).unwrap_or_default()
}

/// The sentence in an error's body: JSON of several dialects, HTML, or plain text.
pub fn message_of(body: &str) -> String {
    let json: Option<Value> = serde_json::from_str(body).ok();
    let message = json.as_ref().and_then(json_message).unwrap_or_else(|| plain_text(body));
    let mut words = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(MAX_MESSAGE) {
        words.truncate(end);
        words.push('…');
    }
    if words.is_empty() { "no message".to_owned() } else { words }
}

fn json_message(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.first().and_then(json_message),
        Value::Object(fields) => {
            ["error", "message", "detail", "msg", "error_description", "title"]
                .iter()
                .find_map(|name| fields.get(*name).and_then(json_message))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn plain_text(body: &str) -> String {
    if !body.trim_start().starts_with('<') {
        return body.to_owned();
    }
    let title = body.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    if let Some((title, _)) = title {
        return title.to_owned();
    }
    let parts = body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_any_shape_are_readable() {
        let messages = [
            r#"{"error":{"message":"Rate limit reached","type":"requests","code":null}}"#,
            r#"{"error":"model 'x' not found"}"#,
            r#"{"detail":"Not Found"}"#,
            r#"{"detail":[{"loc":["body"],"msg":"field required","type":"missing"}]}"#,
            r#"[{"error":{"code":400,"message":"API key not valid"}}]"#,
            "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
            "<h1>Busy</h1><p>later</p>",
            "upstream\nconnect error",
            "",
            "7",
        ]
        .map(message_of);

        assert_eq!(
            messages,
            [
                "Rate limit reached",
                "model 'x' not found",
                "Not Found",
                "field required",
                "API key not valid",
                "502 Bad Gateway",
                "Busy later",
                "upstream connect error",
                "no message",
                "7",
            ]
        );
        assert_eq!(message_of(&"é".repeat(1_000)).chars().count(), MAX_MESSAGE + 1);
    }

    #[test]
    fn the_key_is_no_part_of_what_a_server_says() {
        let endpoint = |key: &str| Endpoint::new("http://x", Some(key.to_owned().into())).unwrap();
        let told = "bad key 'sk-own-QWERTYUIOP123': no";

        assert_eq!(endpoint("sk-own-QWERTYUIOP123456").without_key(told), "bad key [key] no");
        assert_eq!(endpoint("").without_key(told), told);
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let urls = [
            "http://localhost:1/v1",
            "http://127.0.0.1",
            "http://[::1]:8",
            "http://10.0.0.1",
            "https://localhost.example.org",
        ];

        assert_eq!(
            urls.map(|url| is_loopback(&url.parse().unwrap())),
            [true, true, true, false, false]
        );
    }
}
