//! A channel of the tests: it keeps what it is told, or fails.

use std::sync::Arc;

use async_trait::async_trait;
use foundation::notices::channel::Channel;
use foundation::notices::notice::Notice;
use record::domain::time::Timestamp;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Keeps what it is told.
pub(super) struct Keeper {
    name: &'static str,
    problem: Option<&'static str>,
    gate: Option<Arc<Semaphore>>,
    told: UnboundedSender<Value>,
}

impl Keeper {
    pub(super) fn new(name: &'static str) -> (Self, UnboundedReceiver<Value>) {
        let (told, inbox) = unbounded_channel();
        (Self { name, problem: None, gate: None, told }, inbox)
    }

    /// One that hears everything and fails each time.
    pub(super) fn failing(self, problem: &'static str) -> Self {
        Self { problem: Some(problem), ..self }
    }

    /// One that hears nothing before there is a permit for each event.
    pub(super) fn behind(self, gate: Arc<Semaphore>) -> Self {
        Self { gate: Some(gate), ..self }
    }
}

#[async_trait]
impl Channel for Keeper {
    fn name(&self) -> &'static str {
        self.name
    }

    fn target(&self) -> String {
        "the test".to_owned()
    }

    fn lacks(&self) -> Option<String> {
        None
    }

    async fn tell(&self, notice: &Notice, _now: Timestamp) -> Result<(), String> {
        if let Some(gate) = &self.gate {
            gate.acquire().await.unwrap().forget();
        }
        self.told.send(serde_json::from_str(&notice.json()).unwrap()).unwrap();
        self.problem.map_or(Ok(()), |problem| Err(problem.to_owned()))
    }
}
