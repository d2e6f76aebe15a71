//! One server for one client: its tools, its folder, its quota and its way to the engine.
//!
//! A client is a principal of its own. At a pipe it is an agent under the name that it gives itself; over HTTP its token names it.
//! Every request goes through `Server::carry_out`, whether it is a tool, a resource or a prompt, so that none has more authority than
//! another.

use std::path::Path;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::{JsonObject, Tool};
use rmcp::service::RequestContext;

use crate::app::App;
use crate::contract::blocking::beside;
use crate::contract::caller::Caller;
use crate::contract::command::Entry;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::order::Order;
use crate::contract::outcome::Answer;
use crate::surfaces::mcp::folder::Folder;
use crate::surfaces::mcp::quota::Quota;
use crate::surfaces::mcp::watching::Watched;
use crate::surfaces::mcp::{arguments, progress, tools};
use crate::surfaces::ways::{Watch, Ways, fresh_key};
use crate::surfaces::writer::desk::{Answered, Desk, OnDisconnect};
use record::domain::principal::{Authority, Principal, Surface, Via};

/// A server and what it has of its client.
pub struct Server {
    way: Way,
    client: Client,
    folder: Folder,
    quota: Arc<Quota>,
    tools: Arc<[Tool]>,
    via: Via,
    page: Option<String>,
    watched: Watched,
}

/// Where commands go.
enum Way {
    /// To the engine of the home, wherever that is.
    Ways(Arc<Ways>),
    /// To the engine of this process, which listens for the client.
    Desk(Arc<Desk>, &'static [Entry]),
}

/// A client that a listening engine knows.
pub struct Client {
    /// As whom it acts; `None` of one that names itself.
    pub who: Option<Principal>,
    /// The most it may do.
    pub reach: Authority,
    /// Identifies it across its requests.
    pub session: String,
}

/// What clients of one listening engine share.
pub struct Shared {
    /// The engine.
    pub desk: Arc<Desk>,
    /// The commands there are.
    pub entries: &'static [Entry],
    /// What the client may still ask for.
    pub quota: Arc<Quota>,
    /// The tools that it is offered.
    pub tools: Arc<[Tool]>,
    /// The beginning of the addresses of pages.
    pub page: Option<String>,
}

impl Server {
    /// Makes a server at a pipe, which works in a folder; `user` is the folder of the user, which is no project.
    pub fn at_pipe(app: App, folder: &Path, user: Option<&Path>) -> Self {
        let folder = Folder::new(folder, &app.home(), user);
        let client = Client { who: None, reach: Authority::Propose, session: fresh_key() };
        let tools = tools::described(app.entries, client.reach);
        let (way, watched) = (Way::Ways(Arc::new(Ways::new(app))), Watched::default());
        let (quota, via) = (Arc::default(), via(&client));
        Self { folder, quota, tools, way, via, client, page: None, watched }
    }

    /// Makes a server for one request over HTTP, which has no folder.
    pub fn at_desk(shared: Shared, client: Client) -> Self {
        let Shared { desk, entries, quota, tools, page } = shared;
        let (way, folder) = (Way::Desk(desk, entries), Folder::nowhere());
        let (via, watched) = (via(&client), Watched::default());
        Self { folder, quota, tools, way, via, client, page, watched }
    }

    /// Returns the commands that there are, also those that are no tools.
    pub const fn entries(&self) -> &'static [Entry] {
        match &self.way {
            Way::Ways(ways) => ways.app().entries,
            Way::Desk(_, entries) => entries,
        }
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
    pub fn page(&self, proposal: &str) -> Option<String> {
        self.page.as_ref().map(|base| format!("{base}/proposals/{proposal}"))
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
        let run = self.run(order, Watch { events, cancel: context.ct.clone() });
        progress::follow(run, heard, context).await
    }

    /// Returns the ways to the engines of a client that stays, which may watch resources.
    pub const fn ways(&self) -> Option<&Arc<Ways>> {
        match &self.way {
            Way::Ways(ways) => Some(ways),
            // A request over HTTP ends with its answer.
            Way::Desk(..) => None,
        }
    }

    /// Returns the resources that the client watches.
    pub const fn watched(&self) -> &Watched {
        &self.watched
    }

    /// Ends it: everything accepted is written.
    pub async fn close(&self) -> Result<(), CommandError> {
        self.watched.end();
        match &self.way {
            Way::Ways(ways) => ways.close().await,
            Way::Desk(..) => Ok(()),
        }
    }

    async fn run(&self, order: Order, watch: Watch) -> Answered {
        match &self.way {
            Way::Ways(ways) => ways.run(order, watch).await,
            Way::Desk(desk, _) => match desk.accept(order, OnDisconnect::Cancel) {
                Ok(waiting) => waiting.follow(&watch.events, &watch.cancel).await,
                Err(_) => {
                    Err(CommandError::new(ErrorKind::Unavailable, "the engine at work is ending"))
                }
            },
        }
    }

    fn caller(&self, context: &RequestContext<RoleServer>) -> Caller {
        let named = || {
            let client = context.client_info();
            Principal::client(client.as_ref().map_or("", |client| client.name.as_str()))
        };
        Caller {
            who: self.client.who.clone().unwrap_or_else(named),
            via: self.via.clone(),
            idempotency: fresh_key(),
            shown: None,
        }
    }
}

fn via(client: &Client) -> Via {
    Via { surface: Surface::Mcp, uid: None, session: client.session.clone() }
}
