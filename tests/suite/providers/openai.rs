//! What a model server is sent, and what is made of its answer.

use std::time::Duration;

use foundation::providers::completion::Making;
use foundation::providers::error::ProviderError;
use foundation::providers::openai::{OpenAi, Settings};
use record::domain::usage::Usage;
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::providers::server::{base_url, complete, event, settings, stream, streaming};

#[tokio::test]
async fn a_streamed_reply_becomes_a_completion() {
    let server = MockServer::start().await;
    let usage = json!({"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9});
    let wanted = json!({
        "model": "tiny", "stream": true, "max_tokens": 2_000, "stream_options": {"include_usage": true},
    });
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", "Bearer s3cret"))
        .and(body_partial_json(wanted))
        .respond_with(streaming(stream(Some("stop"), Some(&usage))))
        .expect(1)
        .mount(&server)
        .await;

    let with_key = Settings { api_key: Some("s3cret".into()), ..settings(&base_url(&server)) };
    let (result, pieces) = complete(with_key).await;

    let completion = result.unwrap();
    let expected = Usage {
        input_tokens: Some(7),
        output_tokens: Some(2),
        cost_microusd: None,
        latency_ms: completion.usage.latency_ms,
    };
    assert_eq!((completion.text.as_str(), completion.usage), ("Hello", expected));
    assert_eq!(
        (completion.provider.as_str(), completion.model.as_deref(), completion.making),
        ("openai", Some("tiny-1"), Making::Generated)
    );
    assert_eq!(pieces, ["Hel", "lo"]);
    let sent: Value = server.received_requests().await.unwrap()[0].body_json().unwrap();
    let user = sent["messages"][1]["content"].as_str().unwrap();
    assert!(user.contains("Add TWO numbers") && completion.prompt.contains(user), "{user}");
    assert!((sent["temperature"].as_f64().unwrap() - 0.3).abs() < 1e-6);
}

#[tokio::test]
async fn a_server_on_loopback_needs_no_key_and_names_its_model() {
    let server = MockServer::start().await;
    let list =
        json!({"object": "list", "data": [{"id": "qwen", "object": "model"}, {"id": "other"}]});
    Mock::given(path("/v1/models"))
        .respond_with(ResponseTemplate::new(200).set_body_json(list))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(path("/v1/chat/completions"))
        .and(body_partial_json(json!({"model": "qwen"})))
        .respond_with(streaming(stream(Some("stop"), None)))
        .mount(&server)
        .await;

    let (result, _) = complete(Settings { model: None, ..settings(&base_url(&server)) }).await;

    let usage = result.unwrap().usage;
    assert_eq!((usage.input_tokens, usage.output_tokens, usage.cost_microusd), (None, None, None));
    let requests = server.received_requests().await.unwrap();
    assert!(requests.iter().all(|request| !request.headers.contains_key("authorization")));
}

#[tokio::test]
async fn streams_of_other_makes_are_read() {
    let server = MockServer::start().await;
    let loose = |choices: Value| {
        format!(
            "data: {}\n\n",
            json!({"choices": choices, "service_tier": "on_demand", "created": 1.5})
        )
    };
    let body = format!(
        ": comment\n\n{}{}{}",
        loose(json!([{"delta": {"content": "Hi"}}])),
        event(&json!({"content": "!"}), None),
        loose(json!([{"delta": {}, "finish_reason": "eos"}])),
    );
    Mock::given(method("POST")).respond_with(streaming(body)).mount(&server).await;

    let (result, pieces) = complete(settings(&base_url(&server))).await;

    assert_eq!(
        (result.unwrap().text.as_str(), pieces),
        ("Hi!", vec!["Hi".to_owned(), "!".to_owned()])
    );
}

#[tokio::test]
async fn parameters_that_a_model_refuses_are_sent_differently() {
    let server = MockServer::start().await;
    let refuse = |message: &str| {
        ResponseTemplate::new(400)
            .set_body_json(json!({"error": {"message": message, "code": "unsupported_parameter"}}))
    };
    Mock::given(body_partial_json(json!({"max_tokens": 2_000})))
        .respond_with(refuse(
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        ))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(body_partial_json(json!({"max_completion_tokens": 2_000})))
        .respond_with(refuse("'temperature' does not support 0.3 with this model."))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(streaming(stream(Some("stop"), None)))
        .mount(&server)
        .await;

    let (result, _) = complete(settings(&base_url(&server))).await;

    assert_eq!(result.unwrap().text, "Hello");
    let last: Value =
        server.received_requests().await.unwrap().last().unwrap().body_json().unwrap();
    assert_eq!(
        (last.get("temperature"), last.get("max_tokens"), &last["max_completion_tokens"]),
        (None, None, &json!(2_000))
    );
}

#[tokio::test]
async fn what_passes_is_waited_out() {
    let server = MockServer::start().await;
    let busy =
        ResponseTemplate::new(429).insert_header("retry-after", "0.2").set_body_string("slow down");
    Mock::given(method("POST")).respond_with(busy).up_to_n_times(1).expect(1).mount(&server).await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(streaming(stream(Some("stop"), None)))
        .expect(1)
        .mount(&server)
        .await;
    let started = std::time::Instant::now();

    let (result, _) = complete(settings(&base_url(&server))).await;

    assert_eq!(result.unwrap().text, "Hello");
    assert!(started.elapsed() >= Duration::from_millis(200), "{:?}", started.elapsed());
}

#[test]
fn unusable_settings_are_refused_before_anything_is_sent() {
    let why = |base_url: &str, api_key: Option<&str>| {
        let settings = Settings { api_key: api_key.map(Into::into), ..settings(base_url) };
        match OpenAi::new(settings, |_| 0) {
            Err(ProviderError::NotConfigured { detail, .. }) => detail,
            Err(error) => error.to_string(),
            Ok(_) => "usable".to_owned(),
        }
    };

    assert_eq!(why("https://example.org/v1", None), "it has no key");
    assert_eq!(
        why("https://example.org/v1", Some("a\nb")),
        "its key has characters that no header takes"
    );
    assert_eq!(why("example.org", Some("k")), "its base URL is not a URL");
    assert_eq!(why("file:///etc/passwd", Some("k")), "its base URL is neither http nor https");
    assert_eq!(why("http://localhost:11434/v1", None), "usable");
    assert_eq!(why("https://example.org/v1", Some("k")), "usable");
}

#[tokio::test]
async fn a_reply_in_one_piece_is_read_too() {
    let server = MockServer::start().await;
    let reply = json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "tiny-1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
    });
    Mock::given(path("/v1/chat/completions"))
        .respond_with(ResponseTemplate::new(200).set_body_json(reply))
        .mount(&server)
        .await;

    let (result, pieces) = complete(settings(&base_url(&server))).await;

    let completion = result.unwrap();
    assert_eq!((completion.text.as_str(), pieces), ("Hello", vec!["Hello".to_owned()]));
    assert_eq!((completion.usage.input_tokens, completion.usage.output_tokens), (Some(7), Some(2)));
}

#[tokio::test]
async fn a_model_that_reasons_is_asked_in_the_newer_words_with_room_to_think() {
    let server = MockServer::start().await;
    Mock::given(path("/v1/chat/completions"))
        .and(body_partial_json(json!({"model": "o3-mini", "max_completion_tokens": 10_000})))
        .respond_with(streaming(stream(Some("stop"), None)))
        .expect(1)
        .mount(&server)
        .await;

    let model = Some("o3-mini".to_owned());
    let (result, _) = complete(Settings { model, ..settings(&base_url(&server)) }).await;

    result.unwrap();
    let sent: Value = server.received_requests().await.unwrap()[0].body_json().unwrap();
    assert!(sent.get("temperature").is_none() && sent.get("max_tokens").is_none(), "{sent}");
}
