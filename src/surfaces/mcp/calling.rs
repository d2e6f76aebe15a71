//! Calls a tool.
//!
//! Only a name that no tool has is an error of the protocol, because its text reaches no model. Whatever is wrong with a call
//! beyond that is a result of the tool, which the model reads and corrects itself by.

use rmcp::model::{CallToolRequestParams, CallToolResult};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};

use crate::surfaces::mcp::answers;
use crate::surfaces::mcp::server::Server;
use record::domain::text::Untrusted;

/// Longest name that is repeated in an error, in characters.
const MAX_NAME_CHARS: usize = 64;

/// Calls a tool for the client.
pub async fn call(
    server: &Server,
    request: CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, ErrorData> {
    let entry = server.tool(&request.name).ok_or_else(|| no_such_tool(&request.name))?;
    let fields = request.arguments.unwrap_or_default();
    Ok(match server.carry_out(entry, fields, context).await {
        Ok(answer) => answers::done(server, entry, &answer).await,
        Err(error) => answers::refused(server.entries(), &error),
    })
}

/// Says the same of a command of the owner's and of a name that nothing has.
fn no_such_tool(name: &str) -> ErrorData {
    let name = Untrusted(name).line(MAX_NAME_CHARS);
    ErrorData::invalid_params(format!("there is no tool {name:?}; see tools/list"), None)
}
