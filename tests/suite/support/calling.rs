//! Calls of commands in a house, as a surface makes them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use record::domain::principal::{Surface, Via};
use saraphina::commands::registry;
use saraphina::engine::engine::Engine;
use saraphina::surfaces::files::{Files, StandardInput};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use work::contract::arguments::Arguments;
use work::contract::caller::Caller;
use work::contract::catalogue;
use work::contract::command::{Access, Entry};
use work::contract::error::CommandError;
use work::contract::event::Event;
use work::contract::order::Order;
use work::contract::outcome::Answer;
use work::contract::signature::{Signed, ToSign};

use super::house::House;
use super::schemas;

impl House {
    pub(super) async fn call(
        &self,
        entry: &'static Entry,
        args: Arguments,
        key: &str,
    ) -> Result<Answer, CommandError> {
        let mut args = args;
        (entry.prepare)(&mut args, &Files { input: StandardInput::Taken })?;
        if let Some(signing) = (entry.signing)(&mut args)? {
            signing.key = Some(self.public().fingerprint());
        }
        let mut answer = self.invoke_where_it_belongs(entry, args.clone(), key).await;
        let asked = answer.as_ref().err().filter(|error| error.confirmation.is_none());
        if let Some(wanted) = asked.and_then(|error| error.signing.clone()) {
            if wanted.enrolled.is_empty() && entry.spec.name != "keys" {
                self.enrol().await;
            }
            (entry.signing)(&mut args)?.unwrap().signed = Some(self.sign(&wanted));
            answer = self.invoke_where_it_belongs(entry, args, key).await;
        }
        if let Some(id) =
            answer.as_ref().ok().and_then(|answer| answer.data["proposal_id"].as_str())
        {
            *self.shown.lock().unwrap() = Some(id.to_owned());
        }
        self.check_new_records().await;
        answer
    }

    /// One call as it reaches the engine from another process.
    pub(crate) async fn ask(
        &self,
        entry: &'static Entry,
        args: Value,
        key: &str,
    ) -> Result<Value, CommandError> {
        let answer = self.invoke_where_it_belongs(entry, (entry.read)(args)?, key).await;
        answer.map(|answer| answer.data)
    }

    async fn invoke_where_it_belongs(
        &self,
        entry: &'static Entry,
        args: Arguments,
        key: &str,
    ) -> Result<Answer, CommandError> {
        let engine = match (entry.access)(&args) {
            Access::Write | Access::Record => self.engine.clone(),
            Access::Read => Engine::on(self.app.reader()?),
            access => Engine::on(self.app.attempt(access)),
        };
        let answer = self.invoke(&engine, entry, args, key).await;
        if let Some(id) =
            answer.as_ref().ok().and_then(|answer| answer.data["proposal_id"].as_str())
        {
            *self.shown.lock().unwrap() = Some(id.to_owned());
        }
        self.check_new_records().await;
        answer
    }

    pub(super) async fn invoke(
        &self,
        engine: &Engine,
        entry: &'static Entry,
        args: Arguments,
        key: &str,
    ) -> Result<Answer, CommandError> {
        let shown = self.shown.lock().unwrap().clone();
        let caller = Caller {
            who: self.who.clone(),
            via: Via { surface: Surface::Repl, uid: None, session: "a session".to_owned() },
            idempotency: key.to_owned(),
            shown: shown.and_then(|id| id.parse().ok()),
        };
        let order = Order { entry, args, caller };
        let notices = Arc::clone(&self.notices);
        let heard = move |event| {
            if let Event::Notice(words) = event {
                notices.lock().unwrap().push(words);
            }
        };
        engine.invoke(order, Arc::new(heard), CancellationToken::new()).await
    }

    pub(super) async fn check_new_records(&self) {
        let from = u64::try_from(self.checked.load(Ordering::Relaxed)).unwrap();
        let rows = self.engine.context().store().unwrap().log_from(from, 1_000).await;
        for row in rows.unwrap_or_default() {
            schemas::check(&serde_json::from_slice(&row.bytes).unwrap());
            self.checked.store(i64::try_from(row.seq).unwrap() + 1, Ordering::Relaxed);
        }
    }

    /// Enrols the key of the house, as a surface does before the first decision.
    pub(crate) async fn enrol(&self) {
        let keys = catalogue::find_in(registry::ENTRIES, "keys").unwrap();
        let line = self.public().to_string();
        let mut args = json!({"what": "add", "line": line});
        let asked = self.ask(keys, args.clone(), "enrol").await.unwrap_err();
        args["signing"] = json!({"signed": self.sign(&asked.signing.unwrap())});
        self.ask(keys, args, "enrol").await.unwrap();
    }

    /// What a surface does with a statement.
    pub(crate) fn sign(&self, wanted: &ToSign) -> Signed {
        let signature = self.key.lock().unwrap().sign(wanted.statement.as_bytes()).armour();
        Signed { statement: wanted.statement.clone(), signature }
    }
}
