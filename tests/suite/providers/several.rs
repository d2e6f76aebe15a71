//! Providers of which the next is asked where one fails, and answers on tape.

use std::path::Path;
use std::sync::Arc;

use foundation::config::endpoints::Endpoint;
use foundation::config::settings::{Layers, Settings};
use foundation::providers::completion::Completion;
use foundation::providers::error::ProviderError;
use foundation::providers::provider::{CompletionRequest, Provider, Task};
use saraphina::app::compose;
use tokio_util::sync::CancellationToken;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::providers::server::{base_url, event, request, stream, streaming};

/// The providers of a home with these variables and endpoints.
fn composed(variables: &[(&str, &str)], endpoints: &[Endpoint]) -> Vec<Arc<dyn Provider>> {
    let variable = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let layers = Layers {
        environment: variables.iter().map(variable).collect(),
        endpoints: endpoints.to_vec(),
        ..Layers::default()
    };
    compose(Arc::new(Settings::resolve("/nowhere".into(), &layers))).providers
}

fn endpoint(name: &str, base_url: &str, tasks: &[&str]) -> Endpoint {
    Endpoint {
        name: name.to_owned(),
        base_url: base_url.to_owned(),
        model: Some("tiny".to_owned()),
        api_key: None,
        tasks: tasks.iter().map(|task| (*task).to_owned()).collect(),
    }
}

fn names(providers: &[Arc<dyn Provider>]) -> Vec<&str> {
    providers.iter().map(|provider| provider.name()).collect()
}

async fn ask(
    provider: &Arc<dyn Provider>,
    request: &CompletionRequest,
) -> Result<Completion, ProviderError> {
    provider.complete(request, &|_: &str| {}, CancellationToken::new()).await
}

async fn answering(text: &str) -> MockServer {
    let server = MockServer::start().await;
    let body = event(&serde_json::json!({ "content": text }), None) + &stream(Some("stop"), None);
    Mock::given(path("/v1/chat/completions")).respond_with(streaming(body)).mount(&server).await;
    server
}

async fn refusing(status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path("/v1/chat/completions"))
        .respond_with(ResponseTemplate::new(status))
        .mount(&server)
        .await;
    server
}

async fn asked(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn the_next_server_answers_where_one_does_not() {
    let (broken, good) = (refusing(404).await, answering("two ").await);
    let (first, second) = (base_url(&broken), base_url(&good));
    let endpoints = [endpoint("a", &first, &[]), endpoint("b", &second, &[])];

    let providers = composed(&[], &endpoints);
    let completion = ask(&providers[0], &request()).await.unwrap();
    let turned = composed(&[("SARAPHINA_PROVIDER", "b a")], &endpoints);
    ask(&turned[0], &request()).await.unwrap();

    assert_eq!(names(&providers), ["auto", "a", "b", "library"]);
    assert_eq!((completion.provider.as_str(), completion.text.as_str()), ("b", "two Hello"));
    assert!(providers[0].answers_as("b") && !providers[0].answers_as("library"));
    assert_eq!((asked(&broken).await, asked(&good).await), (1, 2));
}

#[tokio::test]
async fn the_failures_of_all_are_told() {
    let broken = refusing(404).await;
    let url = base_url(&broken);
    let endpoints = [endpoint("a", &url, &[]), endpoint("b", "http://127.0.0.1:1/v1", &[])];

    let failure = ask(&composed(&[], &endpoints)[0], &request()).await.unwrap_err().to_string();

    assert!(failure.contains("a: ") && failure.contains("404"), "{failure}");
    assert!(failure.contains("b: ") && failure.contains("cannot be reached"), "{failure}");
}

#[tokio::test]
async fn a_task_goes_to_the_servers_that_are_meant_for_it() {
    let (drafts, rest) = (answering("draft ").await, answering("rest ").await);
    let (first, second) = (base_url(&rest), base_url(&drafts));
    let endpoints = [endpoint("a", &first, &[]), endpoint("b", &second, &["draft"])];
    let providers = composed(&[], &endpoints);

    let draft = ask(&providers[0], &request()).await.unwrap();
    let task = Task::Teach { concept: "recursion".to_owned() };
    let lesson = ask(&providers[0], &CompletionRequest { task, ..request() }).await.unwrap();

    assert_eq!((draft.provider.as_str(), lesson.provider.as_str()), ("b", "a"));
}

#[test]
fn nobody_stands_in_for_a_wanted_provider_that_is_not_there() {
    let endpoints = [endpoint("a", "http://127.0.0.1:1/v1", &[])];

    let lists = ["a", "library", "a library", "a b", "openai"]
        .map(|wanted| composed(&[("SARAPHINA_PROVIDER", wanted)], &endpoints));
    let offline = composed(&[("SARAPHINA_OFFLINE", "1")], &endpoints);

    assert_eq!(
        lists.each_ref().map(|list| names(list)),
        [vec!["a", "library"], vec!["library", "a"], vec!["auto", "a", "library"], vec![], vec![]]
    );
    assert_eq!(names(&offline), ["library"]);
}

fn taped(way: &str, tape: &Path, endpoints: &[Endpoint]) -> Vec<Arc<dyn Provider>> {
    composed(&[("SARAPHINA_CASSETTE", &format!("{way}{}", tape.display()))], endpoints)
}

#[tokio::test]
async fn a_tape_gives_the_same_answers_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let tape = folder.path().join("tape.jsonl");
    let server = answering("two ").await;
    let endpoints = [endpoint("a", &base_url(&server), &[])];
    let other = CompletionRequest { request: "Add three".to_owned(), ..request() };

    let recorder = taped("record:", &tape, &endpoints);
    let live = [ask(&recorder[0], &request()).await, ask(&recorder[0], &other).await];
    let on_tape = std::fs::read(&tape).unwrap();
    let asked_live = asked(&server).await;
    let mut replays = Vec::new();
    for way in ["replay:", ""] {
        let player = taped(way, &tape, &endpoints);
        assert_eq!(names(&player), ["cassette"]);
        for request in [&other, &request()] {
            replays.push(ask(&player[0], request).await.unwrap());
        }
        let spent = ask(&player[0], &other).await.unwrap_err().to_string();
        assert!(spent.contains("no answer left to this draft request"), "{spent}");
    }

    let [first, second] = live.map(Result::unwrap);
    assert_eq!((first.provider.as_str(), first.model.as_deref()), ("a", Some("tiny-1")));
    for (replay, live) in replays.iter().zip([&second, &first, &second, &first]) {
        assert_eq!((&replay.text, &replay.prompt), (&live.text, &live.prompt));
        assert_eq!(
            (replay.provider.as_str(), &replay.sources[..]),
            ("cassette", &["a".to_owned()][..])
        );
        assert_eq!(replay.usage.cost_microusd, Some(0));
    }
    assert_eq!((asked_live, asked(&server).await), (2, 2));
    assert_eq!(std::fs::read(&tape).unwrap(), on_tape);
}

#[tokio::test]
async fn a_tape_that_cannot_be_used_is_said_before_anything_is_paid() {
    let folder = tempfile::tempdir().unwrap();
    let server = answering("two ").await;
    let endpoints = [endpoint("a", &base_url(&server), &[])];
    let garbled = folder.path().join("garbled");
    std::fs::write(&garbled, "{\"request\": 1}\n").unwrap();
    let missing = folder.path().join("missing/tape");

    let cases = [
        ("record:", &missing, "No such file"),
        ("replay:", &missing, "No such file"),
        ("", &garbled, "line 1"),
    ];
    for (way, path, wanted) in cases {
        let providers = taped(way, path, &endpoints);
        let failure = ask(&providers[0], &request()).await.unwrap_err().to_string();
        assert!(failure.contains("cannot be used") && failure.contains(wanted), "{failure}");
    }

    assert_eq!(asked(&server).await, 0);
}
