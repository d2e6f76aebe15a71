//! One user's run of commands, each sent where its access leads.
//!
//! Reading commands run in this process beside the writer, so that they work while another process writes. Writing commands
//! go through the `Link` to the one writer of the home. The session remembers which proposal it showed last, which is what
//! `@` means.

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::contract::arguments::Arguments;
use crate::contract::caller::Caller;
use crate::contract::command::{Access, Entry};
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::event::Events;
use crate::contract::order::Order;
use crate::contract::outcome::Answer;
use crate::engine::engine::Engine;
use crate::store::error::StoreError;
use crate::surfaces::writer::desk::Answered;
use crate::surfaces::writer::link::Link;
use record::audit::signers::is_principal;
use record::domain::id::ProposalId;
use record::domain::principal::{Principal, Surface, Via};

/// One command of a session on its way: where progress goes, and what stops it.
#[derive(Clone)]
pub struct Watch {
    /// Takes progress.
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
    /// Makes a session of the owner on a surface.
    pub fn new(app: App, surface: Surface) -> Self {
        let session = uuid::Uuid::now_v7().to_string();
        let via = Via { surface, uid: None, session };
        Self { app, via, shown: None, reader: None, link: Link::default() }
    }

    /// Returns the implementations and settings it was made with.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Returns the newest proposal it has shown.
    pub const fn shown(&self) -> Option<&ProposalId> {
        self.shown.as_ref()
    }

    /// Runs one command and notes which proposal it showed.
    pub async fn run(
        &mut self,
        entry: &'static Entry,
        args: Arguments,
        watch: Watch,
    ) -> Result<Answer, CommandError> {
        let access = (entry.access)(&args);
        if access == Access::Write
            && let Some(fault) = self.app.settings.faults().first()
        {
            return Err(CommandError::usage(fault.sentence()).hint(
                "Correct it or unset it; `/config show` tells where each setting comes from.",
            ));
        }
        let order = Order { entry, args, caller: self.caller() };
        let answer = match access {
            Access::None | Access::Attempt => {
                here(&Engine::on(self.app.attempt(access)), order, watch).await?
            }
            Access::Record => self.record(order, watch).await?,
            Access::Read => self.read(order, watch).await?,
            Access::Write => self.write(order, watch).await?,
        };
        let shown = answer.data.get("proposal_id").and_then(Value::as_str);
        self.shown = shown.and_then(|id| id.parse().ok()).or_else(|| self.shown.take());
        Ok(answer)
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
    async fn read(&mut self, order: Order, watch: Watch) -> Answered {
        if self.reader.is_none() {
            match self.app.reader() {
                Ok(context) => self.reader = Some(Engine::on(context)),
                Err(StoreError::OlderSchema { .. }) => return self.write(order, watch).await,
                Err(error) => return Err(error.into()),
            }
        }
        match self.reader.clone() {
            Some(reader) => here(&reader, order, watch).await,
            None => self.write(order, watch).await,
        }
    }

    /// Names the caller of one command, under a key of its own.
    fn caller(&self) -> Caller {
        Caller {
            who: self.owner(),
            via: self.via.clone(),
            idempotency: fresh(),
            shown: self.shown.clone(),
        }
    }

    /// Names the owner of this session; a name that cannot stand in the record is not taken.
    fn owner(&self) -> Principal {
        let name = self.app.settings.get("SARAPHINA_OWNER").filter(|name| is_principal(name));
        name.map_or_else(Principal::owner, Principal::owner_named)
    }

    /// Goes to the writer for the sake of the record; a home that is empty stays so, and one that cannot be written is read.
    async fn record(&mut self, order: Order, watch: Watch) -> Answered {
        let reader = Engine::on(self.app.attempt(Access::Record));
        let is_empty = match reader.context().store() {
            Ok(store) => store.log_state().await?.checkpoint.is_empty(),
            Err(_) => false,
        };
        if is_empty {
            return here(&reader, order, watch).await;
        }
        // Nothing was recorded under the first key, so that the second try is not taken for a repetition.
        let again = Order { caller: self.caller(), ..order.clone() };
        match self.write(order, watch.clone()).await {
            Err(error) if error.kind == ErrorKind::Unavailable => here(&reader, again, watch).await,
            answer => answer,
        }
    }

    async fn write(&mut self, order: Order, watch: Watch) -> Answered {
        Box::pin(self.link.carry(&self.app, order, &watch.events, &watch.cancel)).await
    }
}

async fn here(engine: &Engine, order: Order, watch: Watch) -> Answered {
    engine.invoke(order, watch.events, watch.cancel).await
}

fn fresh() -> String {
    uuid::Uuid::now_v7().to_string()
}
