//! Model servers that fail, each in its own way.

use std::time::Duration;

use foundation::providers::error::ProviderError;
use foundation::providers::openai::{OpenAi, Settings};
use foundation::providers::provider::Provider as _;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::providers::server::{
    Then, base_url, complete, event, failure, head, raw_server, request, settings, stream,
    streaming,
};

async fn failure_of(answer: ResponseTemplate, times: u64) -> String {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(answer).expect(times).mount(&server).await;
    failure(settings(&base_url(&server))).await
}

#[tokio::test]
async fn errors_of_any_shape_reach_the_reader() {
    let json = |status, body| ResponseTemplate::new(status).set_body_json(body);
    let html = "<html><head><title>502 Bad Gateway</title></head></html>";

    assert_eq!(
        failure_of(json(404, json!({"detail": "Not Found"})), 1).await,
        "the model server answered 404: Not Found"
    );
    assert_eq!(
        failure_of(json(400, json!({"error": "model not found"})), 1).await,
        "the model server answered 400: model not found"
    );
    assert_eq!(
        failure_of(json(401, json!({"error": {"message": "bad key sk-123"}})), 1).await,
        "the model server refused the key (status 401)"
    );
    assert_eq!(
        failure_of(ResponseTemplate::new(403).set_body_string("region\nblocked"), 1).await,
        "the model server answered 403: region blocked"
    );
    assert_eq!(
        failure_of(ResponseTemplate::new(502).set_body_raw(html, "text/html"), 3).await,
        "the model server answered 502: 502 Bad Gateway"
    );
    assert_eq!(
        failure_of(ResponseTemplate::new(301).insert_header("location", "http://127.0.0.1:1/"), 1)
            .await,
        "the model server answered 301: it points elsewhere"
    );
    assert_eq!(
        failure_of(json(200, json!({"error": {"message": "no streaming here"}})), 1).await,
        "the model server sent something unreadable: no streaming here"
    );
}

#[tokio::test]
async fn retries_end_and_some_failures_are_not_retried() {
    let quota =
        json!({"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}});
    let patient =
        ResponseTemplate::new(429).insert_header("retry-after", "3600").set_body_string("tomorrow");

    assert_eq!(
        failure_of(ResponseTemplate::new(500), 3).await,
        "the model server answered 500: no message"
    );
    assert_eq!(
        failure_of(ResponseTemplate::new(429).set_body_json(quota), 1).await,
        "the model server answered 429: You exceeded your quota"
    );
    assert_eq!(
        failure_of(patient, 1).await,
        "the model server answered 429: tomorrow; it asks for a wait of 3600 s"
    );
}

#[tokio::test]
async fn incomplete_replies_are_errors() {
    let refused = event(&json!({"refusal": "I will not."}), None);
    let in_stream = "data: {\"error\":{\"message\":\"overloaded\",\"code\":529}}\n\n";

    assert_eq!(
        failure_of(streaming(stream(None, None)), 1).await,
        "the reply was cut off before its end"
    );
    assert_eq!(failure_of(streaming(""), 1).await, "the reply was cut off before its end");
    assert_eq!(
        failure_of(streaming(stream(Some("length"), None)), 1).await,
        "the reply ended at the limit of 2000 tokens"
    );
    assert_eq!(
        failure_of(streaming(stream(Some("content_filter"), None)), 1).await,
        "the model gave no reply: its server filtered it"
    );
    assert_eq!(
        failure_of(streaming(stream(Some("tool_calls"), None)), 1).await,
        "the model gave no reply: it asked for a tool instead of answering"
    );
    assert_eq!(
        failure_of(streaming(refused), 1).await,
        "the model gave no reply: it refused: I will not."
    );
    assert_eq!(
        failure_of(streaming("data: nonsense\n\n"), 1).await,
        "the model server sent something unreadable: nonsense"
    );
    assert_eq!(
        failure_of(streaming(in_stream), 1).await,
        "the model server answered 529: overloaded"
    );
    assert_eq!(
        failure_of(streaming(b"data: \xff\xfe\n\n".to_vec()), 1).await.split(':').next(),
        Some("the model server sent something unreadable")
    );
}

#[tokio::test]
async fn what_had_arrived_of_a_reply_is_told_with_its_failure() {
    let server = MockServer::start().await;
    let usage = json!({"prompt_tokens": 17, "completion_tokens": 2000, "total_tokens": 2017});
    let cut = streaming(stream(Some("length"), Some(&usage)));
    Mock::given(method("POST")).respond_with(cut).mount(&server).await;

    let failure = complete(settings(&base_url(&server))).await.0.unwrap_err();

    assert!(matches!(failure.cause(), ProviderError::TokenLimit { .. }), "{failure}");
    let arrived = failure.arrived().unwrap();
    assert_eq!((arrived.usage.input_tokens, arrived.usage.output_tokens), (Some(17), Some(2000)));
    assert!(
        !arrived.text.is_empty() && arrived.model.is_some() && arrived.usage.latency_ms.is_some()
    );
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_middle_cuts_the_reply_off() {
    let body = stream(Some("stop"), None);
    let half = body.len() / 2;
    let bytes = [head(body.len()), body.as_bytes()[..half].to_vec()].concat();

    let url = raw_server(bytes, Then::HangUp).await;

    assert_eq!(failure(settings(&url)).await, "the reply was cut off before its end");
}

#[tokio::test]
async fn silence_before_and_after_the_first_byte_is_bounded() {
    let bytes = [head(10_000), event(&json!({"content": "Hel"}), None).into_bytes()].concat();
    let impatient =
        |url: String| Settings { silence_timeout: Duration::from_millis(150), ..settings(&url) };
    let hurried = |url: String| Settings { timeout: Duration::from_millis(150), ..settings(&url) };

    let mute = failure(impatient(raw_server(Vec::new(), Then::KeepSilent).await)).await;
    let stuck = failure(impatient(raw_server(bytes, Then::KeepSilent).await)).await;
    let late = failure(hurried(raw_server(Vec::new(), Then::KeepSilent).await)).await;

    assert_eq!([mute, stuck, late], ["the model did not answer within 1 s"; 3]);
}

#[tokio::test]
async fn a_reply_without_end_is_refused() {
    let piece = event(&json!({"content": "x".repeat(60_000)}), None);
    let junk = format!("data: {}", "x".repeat(4 << 20));

    let long = failure_of(streaming(piece.repeat(40)), 1).await;
    let endless = failure_of(streaming(junk), 1).await;

    assert_eq!(
        long,
        "the reply is incomplete: it has 2100000 bytes or more, and a reply may have 2097152"
    );
    assert_eq!(endless, "the reply was cut off before its end");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://user:hidden@{}/v1", listener.local_addr().unwrap());
    drop(listener);

    let failure = failure(settings(&url)).await;

    assert!(failure.starts_with("the model server cannot be reached: "), "{failure}");
    assert!(!failure.contains("hidden"), "{failure}");
}

#[tokio::test]
async fn cancelling_ends_the_wait_at_once() {
    let url = raw_server(Vec::new(), Then::KeepSilent).await;
    let provider = OpenAi::new(settings(&url), |_| 0).unwrap();
    let cancel = CancellationToken::new();
    let stopper = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stopper.cancel();
    });
    let started = std::time::Instant::now();

    let result = provider.complete(&request(), &|_: &str| {}, cancel).await;

    assert!(matches!(result, Err(ProviderError::Cancelled)));
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}
