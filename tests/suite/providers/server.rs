//! A model server on loopback, and requests to it.

use std::sync::Mutex;
use std::time::Duration;

use foundation::providers::backoff::Backoff;
use foundation::providers::completion::Completion;
use foundation::providers::error::ProviderError;
use foundation::providers::openai::{NAME, OpenAi, Settings};
use foundation::providers::provider::{CompletionRequest, Provider as _, Task};
use record::domain::language::Language;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wiremock::{MockServer, ResponseTemplate};

/// A request for a draft, with nothing around it.
pub(super) fn request() -> CompletionRequest {
    CompletionRequest {
        request: "Add TWO numbers".to_owned(),
        language: Language::Python,
        module: "adder".to_owned(),
        concepts: Vec::new(),
        context: Vec::new(),
        constraints: Vec::new(),
        task: Task::Draft,
        model: None,
        temperature_milli: 300,
        max_tokens: 2_000,
    }
}

/// Settings for a server that is asked three times, almost without waiting.
pub(super) fn settings(base_url: &str) -> Settings {
    Settings {
        name: NAME.to_owned(),
        base_url: base_url.to_owned(),
        api_key: None,
        model: Some("tiny".to_owned()),
        timeout: Duration::from_secs(20),
        silence_timeout: Duration::from_secs(10),
        backoff: Backoff {
            tries: 3,
            first_wait: Duration::from_millis(4),
            longest_wait: Duration::from_secs(2),
        },
    }
}

/// The base URL of a mock server.
pub(super) fn base_url(server: &MockServer) -> String {
    format!("{}/v1", server.uri())
}

/// One completion, with the pieces of text that streamed in.
pub(super) async fn complete(
    settings: Settings,
) -> (Result<Completion, ProviderError>, Vec<String>) {
    let provider = OpenAi::new(settings, |_| 0).unwrap();
    let pieces = Mutex::new(Vec::new());
    let on_text = |text: &str| pieces.lock().unwrap().push(text.to_owned());
    let result = provider.complete(&request(), &on_text, CancellationToken::new()).await;
    (result, pieces.into_inner().unwrap())
}

/// The error of one completion.
pub(super) async fn failure(settings: Settings) -> String {
    complete(settings).await.0.map(|completion| completion.text).unwrap_err().to_string()
}

/// An event of a stream.
pub(super) fn event(delta: &Value, finish: Option<&str>) -> String {
    let chunk = json!({
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "tiny-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    });
    format!("data: {chunk}\n\n")
}

/// A whole stream: two pieces, a finish reason, usage where given.
pub(super) fn stream(finish: Option<&str>, usage: Option<&Value>) -> String {
    let mut body = event(&json!({"role": "assistant", "content": ""}), None);
    body.push_str(&event(&json!({"content": "Hel"}), None));
    body.push_str(&event(&json!({"content": "lo"}), None));
    if finish.is_some() {
        body.push_str(&event(&json!({}), finish));
    }
    if let Some(usage) = usage {
        let chunk = json!({
            "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "tiny-1", "choices": [], "usage": usage,
        });
        body.extend(["data: ", &chunk.to_string(), "\n\n"]);
    }
    body.push_str("data: [DONE]\n\n");
    body
}

/// An answer that streams a body.
pub(super) fn streaming(body: impl Into<Vec<u8>>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

/// A server that sends raw bytes to its one client, then hangs up or keeps silent; returns its base URL.
pub(super) async fn raw_server(bytes: Vec<u8>, then: Then) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 64 << 10];
        let _read = socket.read(&mut asked).await.unwrap();
        // The client may hang up first, which is what some tests are about.
        socket.write_all(&bytes).await.ok();
        if then == Then::KeepSilent {
            std::future::pending::<()>().await;
        }
    });
    format!("http://{address}/v1")
}

/// What a raw server does after its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    HangUp,
    KeepSilent,
}

/// The head of a streamed answer of a known length, of which less may follow.
pub(super) fn head(length: usize) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {length}\r\n\r\n"
    )
    .into_bytes()
}
