//! Model servers and models that fail, through the loop.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use foundation::providers::backoff::Backoff;
use foundation::providers::completion::Completion;
use foundation::providers::error::ProviderError;
use foundation::providers::openai::{NAME, OpenAi, Settings};
use foundation::providers::provider::{CompletionRequest, Provider};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::healing::server::{Act, Server, event};
use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

const WRONG: &str = "def add(a, b):\n    return a - b\n";
const WORSE: &str = "def add(a, b):\n    return a * b\n";
const OTHER: &str = "def add(a, b):\n    return b\n";
/// Most calls of every healing here.
const CALLS: u64 = 3;

pub(super) fn code_alone(code: &str) -> String {
    format!("It subtracted.\n\nCode:\n```python\n{code}```\n")
}

pub(super) fn openai(url: &str, silence: Duration) -> OpenAi {
    let settings = Settings {
        name: NAME.to_owned(),
        base_url: url.to_owned(),
        api_key: None,
        model: Some("tiny".to_owned()),
        timeout: Duration::from_mins(1),
        silence_timeout: silence,
        backoff: Backoff {
            tries: 3,
            first_wait: Duration::from_millis(4),
            longest_wait: Duration::from_secs(2),
        },
    };
    OpenAi::new(settings, |_| 0).unwrap()
}

/// The same house asking this provider.
pub(super) async fn asking(mut house: House, provider: Arc<dyn Provider>) -> House {
    house.close().await;
    house.app.providers = vec![provider];
    house.reopen();
    house
}

/// A house that asks a server with a script, and the id of a proposal that fails and is approved all the same.
struct Stage {
    house: House,
    server: Server,
    id: String,
}

impl Stage {
    async fn new(script: &[Act]) -> Self {
        Self::with(script, |openai| Arc::new(openai)).await
    }

    async fn with(script: &[Act], wrap: fn(OpenAi) -> Arc<dyn Provider>) -> Self {
        let server = Server::new(script).await;
        let provider = wrap(openai(&server.url, Duration::from_secs(20)));
        let house = asking(House::new(), provider).await;
        let (code, tests) = (house.file("adder.py", WRONG), house.file("test_adder.py", TESTS));
        let line = format!("/propose-code --code {code} --tests {tests} an adder");
        let id = house.line(&line).await.data()["proposal_id"].as_str().unwrap().to_owned();
        fails(&house, "E   assert -1 == 3");
        house.line(&format!("/sandbox-code {id}")).await.data();
        let hash = house.hash(&id).await;
        let line =
            format!("/approve-code {id} --despite \"good enough for now\" --yes --expect {hash}");
        house.line(&line).await.data();
        Self { house, server, id }
    }

    /// Heals, and checks what must hold whatever happened.
    async fn heal(&self, flags: &str) -> Value {
        let line = format!("/auto-refine {} --strategy model {flags}", self.id);
        let data = self.house.line(&line).await.data();
        self.check(&data).await;
        data
    }

    async fn check(&self, data: &Value) {
        let shown = self.house.show(&self.id).await;
        let attempts = data["attempts"].as_array().unwrap();
        if data["revision"] != 1 {
            assert_ne!(shown["status"], "approved", "an approval was carried over: {data:#}");
        }
        if data["stop"] == "passed" {
            assert_eq!(shown["code"], CODE, "{data:#}");
        } else {
            assert_eq!(shown["code"], WRONG, "the best so far went back: {data:#}");
            let is_said = !data["notes"].as_array().unwrap().is_empty() || !attempts.is_empty();
            assert!(is_said, "the stop is not explained: {data:#}");
        }
        assert_eq!(shown["tests"], TESTS, "the tests are sealed");
        let calls = u64::try_from(attempts.len()).unwrap() + unusable(data);
        assert_eq!(data["spent"]["calls"], calls, "{data:#}");
        self.check_history(attempts).await;
        assert_eq!(self.house.line("/audit verify").await.exit(), 0);
    }

    /// Each attempt stands in the history.
    async fn check_history(&self, attempts: &[Value]) {
        let history = self.house.line(&format!("/refinement-history {}", self.id)).await.data();
        let listed = history["revisions"].as_array().unwrap();
        for attempt in attempts {
            let is_it = |entry: &&Value| entry["revision"] == attempt["revision"];
            let entry = listed.iter().find(is_it).unwrap();
            assert_eq!(entry["explanation"], attempt["explanation"]);
            assert_eq!((&entry["part"], &entry["strategy"]), (&json!("attempt"), &json!("model")));
        }
    }
}

fn unusable(data: &Value) -> u64 {
    u64::try_from(data["unusable"].as_array().unwrap().len()).unwrap()
}

fn fails(house: &House, message: &str) {
    house.doing(Doing::Give(Box::new(failing(message))));
}

/// Why it ended, after how many calls, and how many requests reached the server.
fn ended(stage: &Stage, data: &Value) -> (String, u64, usize) {
    let calls = data["spent"]["calls"].as_u64().unwrap();
    (data["stop"].as_str().unwrap().to_owned(), calls, stage.server.asked().len())
}

fn end(stop: &str, calls: u64, asked: usize) -> (String, u64, usize) {
    (stop.to_owned(), calls, asked)
}

#[tokio::test]
async fn servers_that_are_busy_are_waited_for_and_cost_nothing() {
    let busy = Act::Status(429, "retry-after: 0\r\n", "{\"error\": {\"message\": \"slow down\"}}");
    let broken = Act::Status(503, "", "");
    let stage = Stage::new(&[busy, broken, Act::Say(code_alone(CODE))]).await;

    let data = stage.heal("").await;

    assert_eq!(ended(&stage, &data), end("passed", 1, 3));
    assert_eq!(data["spent"]["tokens"], 350);
}

#[tokio::test]
async fn servers_that_are_not_there_end_it_without_an_attempt() {
    let patient = Act::Status(429, "retry-after: 3600\r\n", "tomorrow");
    let busy = Act::Status(429, "", "busy");
    let broken = Act::Status(500, "", "{\"detail\": \"no\"}");
    let scripts: [(Vec<Act>, usize); 6] = [
        (vec![patient], 1),
        (vec![busy; 3], 3),
        (vec![broken; 3], 3),
        (vec![Act::Status(401, "", "{}")], 1),
        (vec![Act::Status(404, "", "no such model")], 1),
        (vec![Act::Reset; 3], 3),
    ];

    for (script, asked) in scripts {
        let stage = Stage::new(&script).await;
        let data = stage.heal("").await;

        assert_eq!(ended(&stage, &data), end("inconclusive", 0, asked), "{script:?}");
        assert_eq!(data["revision"], 1);
        let shown = stage.house.show(&stage.id).await;
        assert_eq!(shown["status"], "approved", "nothing became of it, so nothing is dismissed");
        assert!(data["notes"][0].as_str().unwrap().contains("gave no answer"), "{data:#}");
    }
}

#[tokio::test]
async fn answers_lost_on_the_way_are_paid_for_and_are_no_attempts() {
    let reply = code_alone(CODE);
    let losses = [
        Act::Cut(reply.clone()),
        Act::Break(reply.clone()),
        Act::Stream(b"data: {\"half\": \n\n".to_vec()),
        Act::Stream(b"data: \xff\xfe\n\n".to_vec()),
        Act::Stream(b"no event at all\n\n".to_vec()),
        Act::Stream(Vec::new()),
        Act::Stream(format!("data: {}", "x".repeat(1 << 20)).into_bytes()),
    ];

    for loss in losses {
        let stage = Stage::new(&[loss.clone(), Act::Say(reply.clone())]).await;
        let data = stage.heal("--max-iterations 1").await;

        assert_eq!(ended(&stage, &data), end("passed", 2, 2), "{loss:?}");
        assert!(data["spent"]["tokens"].as_u64().unwrap() > 350 + 2_000, "{data:#}");
        assert_eq!(unusable(&data), 1);
    }
}

#[tokio::test]
async fn a_server_that_loses_every_answer_is_not_asked_for_ever() {
    let stage = Stage::new(&vec![Act::Cut(code_alone(CODE)); 9]).await;

    let data = stage.heal("--budget-tokens 1000000").await;

    assert_eq!(ended(&stage, &data), end("inconclusive", 3, 3));
    assert!(data["notes"].to_string().contains("cut off"), "{data:#}");
}

#[tokio::test]
async fn what_a_model_does_not_answer_is_an_attempt() {
    let refused = event(&json!({"refusal": "I will not."}), None);
    let filtered = event(&json!({"content": "So"}), Some("content_filter"));
    let long = event(&json!({"content": "So"}), Some("length"));
    let enormous = event(&json!({"content": "x".repeat(60_000)}), None).repeat(40);
    let stream = |text: String| Act::Stream(text.into_bytes());
    let silences = [
        stream(refused),
        stream(filtered),
        stream(long),
        stream(enormous),
        Act::Say(String::new()),
        Act::Say("I am sorry, I cannot help with that.".to_owned()),
        Act::Say(format!("```python\n{TESTS}```\n")),
        Act::Say(code_alone("")),
    ];

    for silence in silences {
        let stage = Stage::new(&vec![silence.clone(); 4]).await;
        let data = stage.heal("--budget-tokens 1000000").await;

        assert_eq!(ended(&stage, &data), end("attempts", CALLS, 3), "{data:#}");
        assert_eq!((unusable(&data), &data["revision"]), (CALLS, &json!(1)));
    }
}

#[tokio::test]
async fn slow_tokens_and_missing_usage_change_nothing_but_the_count() {
    let told = Stage::new(&[Act::SaySlowly(code_alone(CODE))]).await;
    let untold = Stage::new(&[Act::SayWithoutUsage(code_alone(CODE))]).await;

    let (slow, without) = (told.heal("").await, untold.heal("").await);

    assert_eq!(ended(&told, &slow), end("passed", 1, 1));
    assert_eq!(slow["spent"]["tokens"], 350);
    assert_eq!(ended(&untold, &without), end("passed", 1, 1));
    assert_eq!(without["attempts"][0]["usage"]["input_tokens"], Value::Null);
    assert!(without["spent"]["tokens"].as_u64().unwrap() > 2_000, "{without:#}");
}

#[tokio::test]
async fn a_silent_server_takes_no_more_time_than_there_is() {
    let stage = Stage::new(&[Act::KeepSilent, Act::Say(code_alone(CODE))]).await;

    let data = stage.heal("--budget-seconds 1").await;

    assert_eq!(ended(&stage, &data), end("time", 1, 1));
    assert_eq!(stage.server.left(), 1);
}

#[tokio::test]
async fn wrong_then_right_and_the_same_again() {
    let script = [WORSE, OTHER, CODE].map(|code| Act::Say(code_alone(code)));
    let stage = Stage::new(&script).await;
    fails(&stage.house, "E   assert 2 == 3");
    fails(&stage.house, "E   assert 'b' == 3");
    let again = Stage::new(&[Act::Say(code_alone(WRONG)), Act::Say(code_alone(CODE))]).await;

    let (healed, same) = (stage.heal("").await, again.heal("").await);

    assert_eq!(ended(&stage, &healed), end("passed", 3, 3));
    let tried = stage.server.asked()[2]["messages"][1]["content"].as_str().unwrap().to_owned();
    assert!(tried.contains("Already tried"), "{tried}");
    assert_eq!(ended(&again, &same), end("no_progress", 1, 1));
}

#[tokio::test]
async fn the_best_so_far_stays_whatever_comes_after() {
    let script =
        [WORSE, OTHER, "def add():\n    return 7\n"].map(|code| Act::Say(code_alone(code)));
    let stage = Stage::new(&script).await;
    for (passed, message) in
        [(0, "E   assert 2 == 3"), (0, "E   assert 5"), (0, "TypeError: add()")]
    {
        let mut evidence = failing(message);
        evidence.tests.passed = passed;
        stage.house.doing(Doing::Give(Box::new(evidence)));
    }
    fails(&stage.house, "E   assert -1 == 3");

    let data = stage.heal("").await;

    assert_eq!(ended(&stage, &data), end("attempts", 3, 3));
    assert_eq!((&data["revision"], &data["restored"]), (&json!(5), &json!(1)));
}

#[tokio::test]
async fn an_infrastructure_that_fails_after_an_answer_asks_nothing_more() {
    let stage = Stage::new(&[Act::Say(code_alone(WORSE)), Act::Say(code_alone(CODE))]).await;
    stage.house.doing(Doing::Fail);
    fails(&stage.house, "E   assert -1 == 3");

    let data = stage.heal("").await;

    assert_eq!(ended(&stage, &data), end("inconclusive", 1, 1));
    assert_eq!(data["restored"], 1);
}

#[tokio::test]
async fn hostile_characters_reach_neither_screen_nor_prompt_unescaped() {
    let hostile = "It is fixed.\u{202e} \u{1b}[2J\u{7}\u{200b}";
    let said = format!("{hostile}\n\nCode:\n```python\n{WORSE}# \u{202e}\u{1b}[31m\n```\n");
    let stage = Stage::new(&[Act::Say(said), Act::Say(code_alone(CODE))]).await;
    fails(&stage.house, "E   assert 2 == 3 \u{1b}[2J\u{202e}");

    let healed = stage.heal("").await;
    let pages = [
        stage.house.line(&format!("/refinement-history {} --diff", stage.id)).await.page(),
        stage.house.line(&format!("/show-code {} --revision 2", stage.id)).await.page(),
    ];

    assert_eq!(ended(&stage, &healed), end("passed", 2, 2));
    let prompt = stage.server.asked()[1]["messages"][1]["content"].as_str().unwrap().to_owned();
    for text in pages.iter().chain([&prompt]) {
        let is_hostile = |symbol: &char| ['\u{202e}', '\u{1b}', '\u{7}'].contains(symbol);
        assert_eq!(text.chars().find(is_hostile), None, "{text}");
    }
}

#[tokio::test]
async fn a_draft_that_ends_at_its_limit_is_on_record_although_nothing_came_of_it() {
    let long = event(&json!({"content": "So"}), Some("length"));
    let stage = Stage::new(&[Act::Stream(long.into_bytes()), Act::Status(404, "", "gone")]).await;

    let ended = stage.house.line("/propose-code an adder for two numbers").await;
    let gone = stage.house.line("/propose-code an adder for three numbers").await;

    assert_eq!([ended.exit(), gone.exit()], [6, 6]);
    let records = stage.house.records().await;
    let calls: Vec<_> = records.iter().filter(|it| it.kind.word() == "llm.call").collect();
    assert_eq!(calls.len(), 1, "what no model worked on is no call");
    assert!(calls[0].data["error"].as_str().unwrap().contains("limit of 2000 tokens"));
    assert_eq!(calls[0].data.get("input_tokens"), None);
}

/// A server whose tokens have a price.
struct Priced(OpenAi);

#[async_trait]
impl Provider for Priced {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn price(&self, _model: Option<&str>, input: u64, output: u64) -> Option<u64> {
        Some(input + output)
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        self.0.complete(request, on_text, cancel).await
    }
}

#[tokio::test]
async fn no_budget_is_exceeded_even_where_nobody_tells_what_was_used() {
    let script = vec![Act::SayWithoutUsage("I cannot.".to_owned()); 3];
    let money = Stage::with(&script, |openai| Arc::new(Priced(openai))).await;
    let tokens = Stage::new(&script).await;

    let by_money = money.heal("--budget-usd 0.004").await;
    let by_tokens = tokens.heal("--budget-tokens 4000").await;

    assert_eq!(ended(&money, &by_money), end("budget", 1, 1));
    assert!(by_money["spent"]["cost_usd"].as_f64().unwrap() <= 0.004, "{by_money:#}");
    assert!(by_money["spent"]["cost_usd"].as_f64().unwrap() > 0.002, "{by_money:#}");
    assert_eq!(ended(&tokens, &by_tokens), end("budget", 1, 1));
    assert!(by_tokens["spent"]["tokens"].as_u64().unwrap() <= 4_000, "{by_tokens:#}");
}

#[tokio::test]
async fn a_healing_without_answers_goes_on_from_what_is_stored() {
    let stage = Stage::new(&[Act::Say("No.".to_owned()), Act::Say(code_alone(CODE))]).await;
    let line = format!("/auto-refine {} --strategy model", stage.id);

    let first = stage.house.keyed("k", &line).await.data();
    let again = stage.house.keyed("k", &line).await.data();

    stage.check(&first).await;
    assert_eq!(first, again);
    assert_eq!(stage.server.asked().len(), 2, "nothing is paid for twice");
}
