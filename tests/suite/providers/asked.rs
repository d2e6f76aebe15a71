//! Providers that were asked before another one answered, and answers that are not taken.

use std::sync::Arc;

use async_trait::async_trait;
use foundation::providers::completion::{Completion, Making};
use foundation::providers::error::ProviderError;
use foundation::providers::fallback::{Fallback, Member};
use foundation::providers::prompt::prompt;
use foundation::providers::provider::{CompletionRequest, Provider};
use record::domain::usage::Usage;
use tokio_util::sync::CancellationToken;

use crate::support::house::{CODE, House, TESTS};

const KEY: &str = "sk-live-0123456789abcdef";

/// Breaks off after half a reply, as a server does that goes down.
struct Breaking;

#[async_trait]
impl Provider for Breaking {
    fn name(&self) -> &'static str {
        "local"
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        _on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        _cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        let arrived = Completion {
            text: "half a rep".to_owned(),
            making: Making::Generated,
            provider: "local".to_owned(),
            model: Some("local-1".to_owned()),
            usage: Usage { input_tokens: Some(70), output_tokens: Some(9), ..Usage::default() },
            sources: Vec::new(),
            prompt: prompt(request).text(),
            persona: None,
            failed: Vec::new(),
        };
        let failure = Box::new(ProviderError::CutOff);
        Err(ProviderError::Unfinished { failure, arrived: Box::new(arrived) })
    }
}

async fn asking(mut house: House, members: Vec<Arc<dyn Provider>>) -> House {
    house.close().await;
    let known = members.clone();
    let member = |provider| Member { provider, tasks: Vec::new() };
    let fallback = Fallback::new(members.into_iter().map(member).collect());
    house.app.providers = vec![Arc::new(fallback)];
    house.app.providers.extend(known);
    house.reopen();
    house
}

#[tokio::test]
async fn what_another_provider_was_paid_before_the_answer_is_recorded_and_told() {
    let house = House::new();
    house.reply(CODE, TESTS);
    let scripted = Arc::clone(&house.provider);
    let house = asking(house, vec![Arc::new(Breaking), scripted]).await;

    let data = house.line("/propose-code an adder").await.data();

    assert_eq!(data["provider"].as_str(), Some("scripted"), "{data:#}");
    let line = "local did not answer (the reply was cut off before its end); scripted did";
    assert_eq!(*house.notices.lock().unwrap(), [line]);
    let records = house.records().await;
    let calls = records.iter().filter(|one| one.kind.word() == "llm.call");
    let calls: Vec<String> = calls
        .map(|one| format!("{} {}", one.data["model"].as_str().unwrap(), one.data["output_tokens"]))
        .collect();
    assert_eq!(calls, ["local-1 9", "model-1 30"]);
}

#[tokio::test]
async fn where_all_fail_each_call_that_may_cost_something_is_recorded() {
    let house = asking(House::new(), vec![Arc::new(Breaking), Arc::new(Breaking)]).await;

    let reply = house.line("/propose-code an adder").await;

    assert_eq!(reply.exit(), 6);
    assert_eq!(house.kinds().await, ["llm.call"]);
}

#[tokio::test]
async fn an_answer_that_holds_a_key_of_the_settings_is_not_taken() {
    let house = House::with(&[("OPENAI_API_KEY", KEY)]);
    house.reply(&format!("KEY = \"{KEY}\"\n{CODE}"), TESTS);

    let reply = house.line("/propose-code an adder").await;

    assert_eq!(reply.exit(), 6);
    assert_eq!(house.kinds().await, ["llm.call"]);
    let database = std::fs::read(house.database()).unwrap();
    let log = std::fs::read(house.database().with_extension("db-wal")).unwrap_or_default();
    let holds = |bytes: &[u8]| bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes());
    assert!(!holds(&database) && !holds(&log));
}

#[tokio::test]
async fn a_doctor_names_those_that_are_asked_in_their_order() {
    let house = House::new();
    let scripted = Arc::clone(&house.provider);
    let house = asking(house, vec![Arc::new(Breaking), scripted]).await;

    let data = house.line("/doctor").await.data();

    assert!(data.to_string().contains("\"local, then scripted\""), "{data:#}");
}
