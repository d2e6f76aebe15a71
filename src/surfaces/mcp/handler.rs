//! Answers the requests of the protocol.
//!
//! Each request is handed to the file of its kind. What a client sends under a known name, but not as the protocol has it, arrives
//! here as a request of its own and is answered with what is wrong about it.

use std::borrow::Cow;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CustomRequest, CustomResult, ErrorCode,
    GetPromptRequestParams, GetPromptResponse, Implementation, InitializeRequestParams,
    InitializeResult, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
    ListToolsResult, PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams,
    ReadResourceResponse, ServerCapabilities, ServerConfig, SubscribeRequestMethod,
    SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde::de::DeserializeOwned;

use crate::surfaces::mcp::server::Server;
use crate::surfaces::mcp::{calling, prompts, resources, watching};
use crate::surfaces::writer::protocol::VERSION;
use record::domain::text::Untrusted;

/// Longest name of a method that is repeated in an error, in characters.
const MAX_NAME_CHARS: usize = 64;

/// The versions of the protocol that are spoken: 2025-03-26 asks for batches, which no client sends and the library does not read.
pub const SPOKEN: &[ProtocolVersion] = &[
    ProtocolVersion::V_2024_11_05,
    ProtocolVersion::V_2025_06_18,
    ProtocolVersion::V_2025_11_25,
    ProtocolVersion::V_2026_07_28,
];

/// Told to every agent when it begins.
const INSTRUCTIONS: &str = "saraphina takes code that you propose, executes its tests in a sandbox and keeps a \
    signed record of it. Propose with propose_code, execute with sandbox_code, read failures with report_code, \
    store the next revision with refine_code. Files are named as in the folder of the server, or given as texts \
    in `contents`. You cannot approve anything: when the verdict is passed, give the id to the owner. Never make \
    tests weaker to pass them; it is found and shown.";

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities =
            ServerCapabilities::builder().enable_tools().enable_resources().enable_prompts();
        let capabilities = if self.can_watch() {
            capabilities.enable_resources_subscribe().build()
        } else {
            capabilities.build()
        };
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("saraphina", VERSION).with_title("saraphina"))
            .with_instructions(INSTRUCTIONS)
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(SPOKEN)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        let mut answer = self.negotiate_initialize(&request)?;
        // Who speaks the version with batches speaks the one before it too, and perhaps none after.
        if request.protocol_version == ProtocolVersion::V_2025_03_26 {
            answer.protocol_version = ProtocolVersion::V_2024_11_05;
        }
        Ok(answer)
    }

    #[expect(deprecated, reason = "clients still ask, and the answer of the library says nothing")]
    async fn set_level(
        &self,
        _: rmcp::model::SetLevelRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let words = "logging is not supported: this server sends no log messages";
        Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, words, None))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools().to_vec()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        Ok(calling::call(self, request, &context).await?.into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        resources::list(self, &context).await
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(resources::templates())
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        Ok(resources::read(self, &request.uri, &context).await?.into())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        if !self.can_watch() {
            return Err(ErrorData::method_not_found::<SubscribeRequestMethod>());
        }
        self.watched().add(request.uri, self.carrier(), &context.peer).await
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.watched().remove(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let mut accepted = SubscriptionFilter::new();
        accepted.resource_subscriptions.clone_from(&requested.resource_subscriptions);
        self.can_watch().then_some(accepted)
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        watching::listen(self.carrier(), context).await
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(prompts::list())
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        Ok(prompts::get(self, request, &context).await?.into())
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        Err(misfit(&request))
    }
}

impl Server {
    /// Tells whether the client stays, so that it can be told of changes.
    fn can_watch(&self) -> bool {
        self.carrier().reader().is_some()
    }
}

/// Says why a request is none that the protocol has.
fn misfit(request: &CustomRequest) -> ErrorData {
    let problem = match request.method.as_str() {
        "initialize" => problem::<InitializeRequestParams>(request),
        "tools/call" => problem::<CallToolRequestParams>(request),
        "resources/read" => problem::<ReadResourceRequestParams>(request),
        "prompts/get" => problem::<GetPromptRequestParams>(request),
        "tools/list" | "resources/list" | "resources/templates/list" | "prompts/list" => {
            problem::<PaginatedRequestParams>(request)
        }
        method => {
            let method = Untrusted(method).line(MAX_NAME_CHARS);
            return ErrorData::new(
                ErrorCode::METHOD_NOT_FOUND,
                format!("there is no method {method:?}"),
                None,
            );
        }
    };
    let method = &request.method;
    ErrorData::invalid_params(format!("the params of {method} do not fit: {problem}"), None)
}

fn problem<T: DeserializeOwned>(request: &CustomRequest) -> String {
    match request.params_as::<T>() {
        Err(error) => Untrusted(&error.to_string()).line(200),
        Ok(None) => "they are missing".to_owned(),
        Ok(Some(_)) => "they are of another version of the protocol".to_owned(),
    }
}
