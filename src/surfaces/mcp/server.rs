//! One server for one client: its tools, its folder, its quota and its ways to the engine.
//!
//! A client is a principal of its own, an agent under the name that it gives itself. Every request of it goes through
//! `Server::carry_out`, whether it is a tool, a resource or a prompt, so that none has more authority than another.

use std::path::Path;

use rmcp::RoleServer;
use rmcp::model::{JsonObject, Tool};
use rmcp::service::RequestContext;

use crate::app::App;
use crate::contract::blocking::beside;
use crate::contract::caller::Caller;
use crate::contract::command::Entry;
use crate::contract::error::CommandError;
use crate::contract::order::Order;
use crate::contract::outcome::Answer;
use crate::surfaces::mcp::folder::Folder;
use crate::surfaces::mcp::quota::Quota;
use crate::surfaces::mcp::{arguments, progress, tools};
use crate::surfaces::ways::{Watch, Ways, fresh_key};
use record::domain::principal::{Principal, Surface, Via};

/// A server and what it has of its client.
pub struct Server {
    ways: Ways,
    folder: Folder,
    quota: Quota,
    via: Via,
    tools: Vec<Tool>,
}

impl Server {
    /// Makes a server that works in a folder; `user` is the folder of the user, which is no project.
    pub fn new(app: App, folder: &Path, user: Option<&Path>) -> Self {
        let folder = Folder::new(folder, &app.home(), user);
        let via = Via { surface: Surface::Mcp, uid: None, session: fresh_key() };
        let tools = tools::offered(app.entries).map(tools::describe).collect();
        Self { ways: Ways::new(app), folder, quota: Quota::default(), via, tools }
    }

    /// Returns the commands that there are, also those that are no tools.
    pub const fn entries(&self) -> &'static [Entry] {
        self.ways.app().entries
    }

    /// Returns the tools.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Has a command carried out for the client, and tells it of progress.
    pub async fn carry_out(
        &self,
        entry: &'static Entry,
        fields: JsonObject,
        context: &RequestContext<RoleServer>,
    ) -> Result<Answer, CommandError> {
        let folder = self.folder.clone();
        let args = beside(move || arguments::read(entry, fields, folder)).await?;
        let _place = self.quota.admit(entry, &context.ct).await?;
        let (events, heard) = progress::pipe();
        let order = Order { entry, args, caller: self.caller(context) };
        let run = self.ways.run(order, Watch { events, cancel: context.ct.clone() });
        progress::follow(run, heard, context).await
    }

    /// Ends it: everything accepted is written.
    pub async fn close(&self) -> Result<(), CommandError> {
        self.ways.close().await
    }

    fn caller(&self, context: &RequestContext<RoleServer>) -> Caller {
        let client = context.client_info();
        let name = client.as_ref().map_or("", |client| client.name.as_str());
        Caller {
            who: Principal::client(name),
            via: self.via.clone(),
            idempotency: fresh_key(),
            shown: None,
        }
    }
}
