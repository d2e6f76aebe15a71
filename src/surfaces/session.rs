//! One user's run of commands.

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Engine};
use crate::commands::command::{Access, Entry};
use crate::commands::context::{Events, Invocation};
use crate::commands::error::CommandError;
use crate::domain::id::ProposalId;
use crate::domain::principal::{Principal, Surface, Via};

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
    engine: Option<Engine>,
}

impl Session {
    /// A session of the owner on a surface.
    pub fn new(app: App, surface: Surface) -> Self {
        let session = uuid::Uuid::now_v7().to_string();
        Self { app, via: Via { surface, uid: None, session }, shown: None, engine: None }
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
        let invocation = Invocation {
            who: Principal::owner(),
            via: self.via.clone(),
            idempotency: uuid::Uuid::now_v7().to_string(),
            shown: self.shown.clone(),
            events: call.events,
            cancel: call.cancel,
        };
        let engine = match call.entry.spec.access {
            Access::None | Access::Attempt => Engine::on(self.app.attempt(call.entry.spec.access)),
            Access::Read => Engine::on(self.app.reader()?),
            Access::Write => match &self.engine {
                Some(engine) => engine.clone(),
                None => self.engine.insert(self.app.engine()?).clone(),
            },
        };
        let data = engine.invoke(call.entry, call.args, invocation).await?;
        let shown = data.get("proposal_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        self.shown = shown.or_else(|| self.shown.take());
        Ok(data)
    }

    /// Ends the session: everything accepted is written, and the home is free for the next writer.
    pub async fn close(&mut self) -> Result<(), CommandError> {
        match self.engine.take() {
            Some(engine) => Ok(engine.context().store()?.close().await?),
            None => Ok(()),
        }
    }
}
