//! One user's run of commands.

use std::sync::Arc;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::contract::command::{Access, Entry};
use crate::contract::context::{Events, Invocation};
use crate::contract::error::{CommandError, ErrorKind};
use crate::engine::engine::Engine;
use crate::store::error::StoreError;
use crate::surfaces::desk::{Answer, Order};
use crate::surfaces::link::Link;
use record::audit::signers::is_principal;
use record::domain::id::ProposalId;
use record::domain::principal::{Principal, Surface, Via};

/// One command to run in a session.
pub struct Call {
    /// The command.
    pub entry: &'static Entry,
    /// Its arguments, files read in.
    pub args: Value,
    /// Where progress goes.
    pub events: Events,
    /// Fires when the user stops it.
    pub cancel: CancellationToken,
}

/// A session: its name, what it has shown, and its way to the engine.
pub struct Session {
    app: App,
    via: Via,
    shown: Option<ProposalId>,
    reader: Option<Engine>,
    link: Link,
}

impl Session {
    /// A session of the owner on a surface.
    pub fn new(app: App, surface: Surface) -> Self {
        let session = uuid::Uuid::now_v7().to_string();
        let via = Via { surface, uid: None, session };
        Self { app, via, shown: None, reader: None, link: Link::default() }
    }

    /// What it was made with.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// The newest proposal it has shown.
    pub const fn shown(&self) -> Option<&ProposalId> {
        self.shown.as_ref()
    }

    /// Runs one command and notes which proposal it showed.
    pub async fn run(&mut self, call: Call) -> Result<Value, CommandError> {
        let data = match (call.entry.access)(&call.args) {
            access @ (Access::None | Access::Attempt) => {
                let engine = Engine::on(self.app.attempt(access));
                self.here(&engine, call).await?
            }
            Access::Record => self.record(call).await?,
            Access::Read => self.read(call).await?,
            Access::Write => self.write(call).await?,
        };
        let shown = data.get("proposal_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        self.shown = shown.or_else(|| self.shown.take());
        Ok(data)
    }

    /// Ends the session: everything accepted is written, and the home is free for the next writer.
    pub async fn close(&mut self) -> Result<(), CommandError> {
        let closed = self.link.close().await;
        match self.reader.take() {
            Some(reader) => closed.and(Ok(reader.context().store()?.close().await?)),
            None => closed,
        }
    }

    /// Reads beside the writer; a database that must be migrated first goes to the writer.
    async fn read(&mut self, call: Call) -> Answer {
        if self.reader.is_none() {
            match self.app.reader() {
                Ok(context) => self.reader = Some(Engine::on(context)),
                Err(StoreError::OlderSchema { .. }) => return self.write(call).await,
                Err(error) => return Err(error.into()),
            }
        }
        match self.reader.clone() {
            Some(reader) => self.here(&reader, call).await,
            None => self.write(call).await,
        }
    }

    /// The owner of this session; a name that cannot stand in the record is not taken.
    fn owner(&self) -> Principal {
        let name = self.app.settings.get("SARAPHINA_OWNER").filter(|name| is_principal(name));
        name.map_or_else(Principal::owner, Principal::owner_named)
    }

    /// Goes to the writer for the sake of the record; a home that is empty stays so, and one that cannot be written is read.
    async fn record(&mut self, call: Call) -> Answer {
        let reader = Engine::on(self.app.attempt(Access::Record));
        let is_empty = match reader.context().store() {
            Ok(store) => store.log_state().await?.checkpoint.is_empty(),
            Err(_) => false,
        };
        if is_empty {
            return self.here(&reader, call).await;
        }
        let Call { entry, args, events, cancel } = &call;
        let again =
            Call { entry, args: args.clone(), events: Arc::clone(events), cancel: cancel.clone() };
        match self.write(call).await {
            Err(error) if error.kind == ErrorKind::Unavailable => self.here(&reader, again).await,
            answer => answer,
        }
    }

    async fn here(&self, engine: &Engine, call: Call) -> Answer {
        let invocation = Invocation {
            who: self.owner(),
            via: self.via.clone(),
            idempotency: fresh(),
            shown: self.shown.clone(),
            events: call.events,
            cancel: call.cancel,
        };
        engine.invoke(call.entry, call.args, invocation).await
    }

    async fn write(&mut self, call: Call) -> Answer {
        let order = Order {
            entry: call.entry,
            args: call.args,
            who: self.owner(),
            via: self.via.clone(),
            idempotency: fresh(),
            shown: self.shown.clone(),
        };
        Box::pin(self.link.carry(&self.app, order, &call.events, &call.cancel)).await
    }
}

fn fresh() -> String {
    uuid::Uuid::now_v7().to_string()
}
