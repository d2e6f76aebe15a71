//! One server for one client, with its tools, folder and quota.
//!
//! A client is a principal of its own. At a pipe it is an agent under the name that it gives itself; over HTTP its token names it.
//! Every request goes through `Server::carry_out`, whether it is a tool, a resource or a prompt, so that none has more authority than
//! another.

use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::{JsonObject, Tool};
use rmcp::service::RequestContext;

use crate::surfaces::fresh_key::fresh_key;
use crate::surfaces::mcp::carrier::Carrier;
use crate::surfaces::mcp::folder::Folder;
use crate::surfaces::mcp::quota::Quota;
use crate::surfaces::mcp::watching::Watched;
use crate::surfaces::mcp::{arguments, progress, tools};
use record::domain::principal::{Authority, Principal, Surface, Via};
use work::contract::blocking::beside;
use work::contract::caller::Caller;
use work::contract::command::Entry;
use work::contract::error::CommandError;
use work::contract::order::Order;
use work::contract::outcome::Answer;

/// A server and what it has of its client.
pub struct Server {
    carrier: Arc<dyn Carrier>,
    client: Client,
    folder: Folder,
    quota: Arc<Quota>,
    tools: Arc<[Tool]>,
    watched: Watched,
}

/// The client of a server.
pub struct Client {
    /// As whom it acts; `None` of one that names itself.
    pub who: Option<Principal>,
    /// The most it may do.
    pub reach: Authority,
    /// Identifies it across its requests.
    pub session: String,
}

/// What the requests of one client share where each has a server of its own.
pub struct Shared {
    /// What it may still ask for.
    pub quota: Arc<Quota>,
    /// The tools that it is offered.
    pub tools: Arc<[Tool]>,
}

impl Server {
    /// Makes a server for a client that stays and works in a folder.
    pub fn in_folder(carrier: Arc<dyn Carrier>, folder: Folder) -> Self {
        let client = Client { who: None, reach: Authority::Propose, session: fresh_key() };
        let tools = tools::described(carrier.entries(), client.reach);
        let (quota, watched) = (Arc::default(), Watched::default());
        Self { carrier, client, folder, quota, tools, watched }
    }

    /// Makes a server for one request of a client that is somewhere else.
    pub fn for_request(carrier: Arc<dyn Carrier>, shared: Shared, client: Client) -> Self {
        let Shared { quota, tools } = shared;
        let (folder, watched) = (Folder::nowhere(), Watched::default());
        Self { carrier, client, folder, quota, tools, watched }
    }

    /// Returns the commands that there are, also those that are no tools.
    pub fn entries(&self) -> &'static [Entry] {
        self.carrier.entries()
    }

    /// Returns the way to the engine.
    pub const fn carrier(&self) -> &Arc<dyn Carrier> {
        &self.carrier
    }

    /// Returns the tools.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Finds the command of a tool that the client is offered.
    pub fn tool(&self, name: &str) -> Option<&'static Entry> {
        tools::find(self.entries(), self.client.reach, name)
    }

    /// Returns the address of the page on which an owner looks at a proposal, where pages are served.
    pub async fn page(&self, proposal: &str) -> Option<String> {
        self.carrier.pages().await.map(|base| format!("{base}/proposals/{proposal}"))
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
        let run = self.carrier.run(order, events, &context.ct);
        progress::follow(run, heard, context).await
    }

    /// Returns the resources that the client watches.
    pub const fn watched(&self) -> &Watched {
        &self.watched
    }

    /// Ends it: everything accepted is written.
    pub async fn close(&self) -> Result<(), CommandError> {
        self.watched.end();
        self.carrier.close().await
    }

    fn caller(&self, context: &RequestContext<RoleServer>) -> Caller {
        let named = || {
            let client = context.client_info();
            Principal::client(client.as_ref().map_or("", |client| client.name.as_str()))
        };
        Caller {
            who: self.client.who.clone().unwrap_or_else(named),
            via: Via { surface: Surface::Mcp, uid: None, session: self.client.session.clone() },
            idempotency: fresh_key(),
            shown: None,
        }
    }
}
