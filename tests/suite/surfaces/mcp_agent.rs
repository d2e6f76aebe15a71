//! An agent at a pipe: sends lines and reads what comes back.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use rmcp::serve_server;
use saraphina::app::App;
use saraphina::surfaces::mcp::folder::Folder;
use saraphina::surfaces::mcp::lines::Lines;
use saraphina::surfaces::mcp::server::Server;
use saraphina::surfaces::ways::Ways;
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, ReadHalf, WriteHalf,
};
use tokio::task::JoinHandle;
use work::contract::error::CommandError;

/// Bytes that a pipe holds.
const PIPE: usize = 1 << 16;

/// An agent whose server runs in this process.
pub(super) struct Agent {
    write: WriteHalf<DuplexStream>,
    read: BufReader<ReadHalf<DuplexStream>>,
    served: JoinHandle<Result<(), CommandError>>,
    asked: u64,
    pub(super) heard: VecDeque<Value>,
}

impl Agent {
    /// Connects and says who it is.
    pub(super) async fn named(app: App, folder: &Path, name: &str) -> Self {
        let mut agent = Self::silent(app, folder);
        let answer = agent.ask("initialize", initialisation(name)).await;
        assert_eq!(answer["result"]["serverInfo"]["name"], "saraphina", "{answer}");
        agent.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
        agent
    }

    /// Connects and says nothing.
    pub(super) fn silent(app: App, folder: &Path) -> Self {
        let (near, far) = tokio::io::duplex(PIPE);
        let folder = Folder::new(folder, &app.home(), None);
        let server = Arc::new(Server::in_folder(Arc::new(Ways::new(app)), folder));
        let serving = tokio::spawn(async move {
            let (read, write) = tokio::io::split(far);
            if let Ok(running) = serve_server(Arc::clone(&server), Lines::new(read, write)).await {
                running.waiting().await.unwrap();
            }
            server.close().await
        });
        let (read, write) = tokio::io::split(near);
        Self {
            write,
            read: BufReader::new(read),
            served: serving,
            asked: 0,
            heard: VecDeque::new(),
        }
    }

    pub(super) async fn line(&mut self, line: &str) {
        self.write.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    pub(super) async fn send(&mut self, message: &Value) {
        self.line(&message.to_string()).await;
    }

    /// Reads the next line, which is a message.
    pub(super) async fn next(&mut self) -> Value {
        let mut line = String::new();
        self.read.read_line(&mut line).await.unwrap();
        let message: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        message
    }

    /// Sends a request; its number.
    pub(super) async fn begin(&mut self, method: &str, params: Value) -> u64 {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await;
        id
    }

    /// Waits for the answer to a request; notifications that come before it are kept.
    pub(super) async fn answer(&mut self, id: u64) -> Value {
        loop {
            let message = self.next().await;
            if message["id"] == id {
                return message;
            }
            self.heard.push_back(message);
        }
    }

    pub(super) async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params).await;
        self.answer(id).await
    }

    pub(super) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": tool, "arguments": arguments })).await
    }

    /// The structured answer of a tool that must not fail.
    pub(super) async fn data(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.call(tool, arguments).await;
        assert_eq!(answer["result"]["isError"], false, "{answer}");
        answer["result"]["structuredContent"].clone()
    }

    /// The error of a tool that must fail: its kind and its message.
    pub(super) async fn refused(&mut self, tool: &str, arguments: Value) -> (String, String) {
        let answer = self.call(tool, arguments).await;
        let told = &answer["result"]["_meta"]["saraphina/error"];
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        (text("kind"), text("message"))
    }

    /// Leaves; comes back when the server has ended.
    pub(super) async fn leave(mut self) -> Result<(), CommandError> {
        self.write.shutdown().await.unwrap();
        drop(self.read);
        self.served.await.unwrap()
    }
}

/// What a client begins with.
pub(super) fn initialisation(name: &str) -> Value {
    json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": { "name": name, "version": "1" },
    })
}
