//! A healing on tape, replayed.

use std::path::Path;
use std::sync::Arc;

use foundation::config::settings::{Layers, Settings};
use foundation::providers::provider::Provider;
use saraphina::app::compose;
use serde_json::{Value, json};

use crate::healing::faults::{asking, code_alone};
use crate::healing::server::{Act, Server};
use crate::support::fakes::{Doing, failing, reply};
use crate::support::house::{CODE, House, TESTS};

const WRONG: &str = "def add(a, b):\n    return a - b\n";
const WORSE: &str = "def add(a, b):\n    return a * b\n";

/// The provider of a home with these variables.
fn provider(variables: &[(&str, &str)]) -> Arc<dyn Provider> {
    let variable = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let environment = variables.iter().map(variable).collect();
    let layers = Layers { environment, ..Layers::default() };
    let app = compose(Arc::new(Settings::resolve("/nowhere".into(), &layers)));
    Arc::clone(&app.providers[0])
}

/// Proposes and heals in a new house; the answer, and the history after it.
async fn play(provider: Arc<dyn Provider>) -> (Value, Value) {
    let house = asking(House::new(), provider).await;
    for message in ["E   assert -1 == 3", "E   assert 2 == 3"] {
        house.doing(Doing::Give(Box::new(failing(message))));
    }
    let healed = house.line("/propose-code --heal an adder for two numbers").await.data();
    let history = house.line("/refinement-history @ --diff").await.data();
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    (healed, history)
}

/// A copy without what only a server can tell.
fn without_server(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| {
                !["latency_ms", "cost_usd", "provider"].contains(&name.as_str())
            });
            let kept = kept.map(|(name, value)| (name.clone(), without_server(value)));
            Value::Object(kept.collect())
        }
        Value::Array(items) => items.iter().map(without_server).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[tokio::test]
async fn a_replayed_healing_is_the_same_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let tape = folder.path().join("tape.jsonl");
    let of = |word: &str, path: &Path| format!("{word}:{}", path.to_str().unwrap());
    let script = [reply(WRONG, TESTS), "I cannot.".to_owned(), code_alone(WORSE), code_alone(CODE)];
    let server = Server::new(&script.map(Act::Say)).await;
    let recording = provider(&[
        ("OPENAI_BASE_URL", &server.url),
        ("SARAPHINA_MODEL", "tiny"),
        ("SARAPHINA_CASSETTE", &of("record", &tape)),
    ]);

    let recorded = play(recording).await;
    let taped = std::fs::read(&tape).unwrap();
    let replaying = || provider(&[("SARAPHINA_CASSETTE", &of("replay", &tape))]);
    let (first, second) = (play(replaying()).await, play(replaying()).await);

    assert_eq!(recorded.0["healing"]["stop"], "passed", "{:#}", recorded.0);
    assert_eq!(recorded.0["healing"]["spent"]["calls"], 3);
    let text = |(healed, history): &(Value, Value)| format!("{healed}\n{history}");
    assert_eq!(text(&first), text(&second));
    assert_eq!(
        without_server(&json!([first.0, first.1])),
        without_server(&json!([recorded.0, recorded.1]))
    );
    assert_eq!(std::fs::read(&tape).unwrap(), taped);
    assert_eq!(server.asked().len(), 4, "a replay asks no server");
}

#[tokio::test]
async fn a_tape_that_ends_early_costs_no_attempt() {
    let folder = tempfile::tempdir().unwrap();
    let tape = folder.path().join("tape.jsonl");
    std::fs::write(&tape, "").unwrap();
    let replaying = provider(&[("SARAPHINA_CASSETTE", &format!("replay:{}", tape.display()))]);
    let house = asking(House::new(), replaying).await;
    let (code, tests) = (house.file("adder.py", WRONG), house.file("test_adder.py", TESTS));
    house.line(&format!("/propose-code --code {code} --tests {tests} an adder")).await.data();
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));

    let data = house.line("/auto-refine @ --strategy model").await.data();

    assert_eq!((&data["stop"], &data["spent"]["calls"]), (&json!("inconclusive"), &json!(0)));
    assert!(data["notes"].to_string().contains("the tape has no answer left"), "{data:#}");
}
