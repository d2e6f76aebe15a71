//! The ways of a command to an engine, one for each kind of access.
//!
//! Reading commands run in this process beside the writer, so that they work while another process writes. Writing commands
//! go through the `Link` to the one writer of the home. Several commands may be on their way at once: an agent waits for one
//! and asks for the next.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::engine::engine::Engine;
use crate::surfaces::fresh_key::fresh_key;
use crate::surfaces::mcp::carrier::Carrier;
use crate::surfaces::writer::desk::Answered;
use crate::surfaces::writer::lifecycle;
use crate::surfaces::writer::link::Link;
use foundation::store::error::StoreError;
use work::contract::caller::Caller;
use work::contract::command::{Access, Entry};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::Events;
use work::contract::order::Order;

/// One command on its way: where progress goes, and what stops it.
#[derive(Clone)]
pub struct Watch {
    /// Takes progress.
    pub events: Events,
    /// Fires when the user stops it.
    pub cancel: CancellationToken,
}

/// The engines that one process reaches: its own reader, and the writer of the home.
pub struct Ways {
    app: App,
    reader: Mutex<Option<Engine>>,
    link: Link,
}

impl Ways {
    /// Makes ways that open nothing before the first command.
    pub fn new(app: App) -> Self {
        Self { app, reader: Mutex::default(), link: Link::default() }
    }

    /// Returns the implementations and settings it was made with.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Has a command carried out where its access leads.
    pub async fn run(&self, order: Order, watch: Watch) -> Answered {
        let access = (order.entry.access)(&order.args);
        if access == Access::Write
            && let Some(fault) = self.app.settings.faults().first()
        {
            return Err(CommandError::usage(fault.sentence()).hint(
                "Correct it or unset it; `/config show` tells where each setting comes from.",
            ));
        }
        match access {
            Access::None | Access::Attempt => {
                here(&Engine::on(self.app.attempt(access)), order, watch).await
            }
            Access::Record => self.record(order, watch).await,
            Access::Read => self.read(order, watch).await,
            Access::Write => self.write(order, watch).await,
        }
    }

    /// Ends them: everything accepted is written, and the home is free for the next writer.
    pub async fn close(&self) -> Result<(), CommandError> {
        let closed = self.link.close().await;
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        match reader {
            Some(reader) => closed.and(Ok(reader.context().store()?.close().await?)),
            None => closed,
        }
    }

    /// Reads beside the writer; a database that must be migrated first goes to the writer.
    async fn read(&self, order: Order, watch: Watch) -> Answered {
        match self.reading() {
            Ok(reader) => here(&reader, order, watch).await,
            Err(StoreError::OlderSchema { .. }) => self.write(order, watch).await,
            Err(error) => Err(error.into()),
        }
    }

    fn reading(&self) -> Result<Engine, StoreError> {
        let mut kept = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = kept.as_ref() {
            return Ok(reader.clone());
        }
        Ok(kept.insert(Engine::on(self.app.reader()?)).clone())
    }

    /// Goes to the writer for the sake of the record; a home that is empty stays so, and one that cannot be written is read.
    async fn record(&self, order: Order, watch: Watch) -> Answered {
        let reader = Engine::on(self.app.attempt(Access::Record));
        let is_empty = match reader.context().store() {
            Ok(store) => store.log_state().await?.checkpoint.is_empty(),
            Err(_) => false,
        };
        if is_empty {
            return here(&reader, order, watch).await;
        }
        // Nothing was recorded under the first key, so that the second try is not taken for a repetition.
        let caller = Caller { idempotency: fresh_key(), ..order.caller.clone() };
        let again = Order { caller, ..order.clone() };
        match self.write(order, watch.clone()).await {
            Err(error) if error.kind == ErrorKind::Unavailable => here(&reader, again, watch).await,
            answer => answer,
        }
    }

    async fn write(&self, order: Order, watch: Watch) -> Answered {
        Box::pin(self.link.carry(&self.app, order, &watch.events, &watch.cancel)).await
    }
}

#[async_trait]
impl Carrier for Ways {
    fn entries(&self) -> &'static [Entry] {
        self.app.entries
    }

    async fn run(&self, order: Order, events: Events, cancel: &CancellationToken) -> Answered {
        Self::run(self, order, Watch { events, cancel: cancel.clone() }).await
    }

    fn reader(&self) -> Option<Result<Engine, CommandError>> {
        Some(self.reading().map_err(CommandError::from))
    }

    async fn pages(&self) -> Option<String> {
        // A server may come and go while the client stays.
        let state = lifecycle::status(&self.app).await.ok()?;
        state.engine?.address
    }

    async fn close(&self) -> Result<(), CommandError> {
        Self::close(self).await
    }
}

async fn here(engine: &Engine, order: Order, watch: Watch) -> Answered {
    engine.invoke(order, watch.events, watch.cancel).await
}
