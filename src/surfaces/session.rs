//! One user's run of commands, each sent where its access leads.
//!
//! The ways to the engines are those of every surface (`ways.rs`). The session adds who its user is, and remembers which
//! proposal it showed last, which is what `@` means.

use serde_json::Value;

use crate::app::App;
use crate::surfaces::fresh_key::fresh_key;
use crate::surfaces::ways::{Watch, Ways};
use record::audit::signers::is_principal;
use record::domain::id::ProposalId;
use record::domain::principal::{Principal, Surface, Via};
use work::contract::arguments::Arguments;
use work::contract::caller::Caller;
use work::contract::command::Entry;
use work::contract::error::CommandError;
use work::contract::order::Order;
use work::contract::outcome::Answer;

/// A session: its name, what it has shown, and its ways to the engines.
pub struct Session {
    via: Via,
    shown: Option<ProposalId>,
    ways: Ways,
}

impl Session {
    /// Makes a session of the owner on a surface.
    pub fn new(app: App, surface: Surface) -> Self {
        let via = Via { surface, uid: None, session: fresh_key() };
        Self { via, shown: None, ways: Ways::new(app) }
    }

    /// Returns the implementations and settings it was made with.
    pub const fn app(&self) -> &App {
        self.ways.app()
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
        let order = Order { entry, args, caller: self.caller() };
        let answer = self.ways.run(order, watch).await?;
        let shown = answer.data.get("proposal_id").and_then(Value::as_str);
        self.shown = shown.and_then(|id| id.parse().ok()).or_else(|| self.shown.take());
        Ok(answer)
    }

    /// Ends the session: everything accepted is written, and the home is free for the next writer.
    pub async fn close(&mut self) -> Result<(), CommandError> {
        self.ways.close().await
    }

    /// Names the caller of one command, under a key of its own.
    fn caller(&self) -> Caller {
        Caller {
            who: self.owner(),
            via: self.via.clone(),
            idempotency: fresh_key(),
            shown: self.shown.clone(),
        }
    }

    /// Names the owner of this session; a name that cannot stand in the record is not taken.
    fn owner(&self) -> Principal {
        let name = self.app().settings.get("SARAPHINA_OWNER").filter(|name| is_principal(name));
        name.map_or_else(Principal::owner, Principal::owner_named)
    }
}
