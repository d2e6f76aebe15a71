//! Clients of agents: where each keeps its servers, and what starts ours.
//!
//! The forms are those of the clients' own documentation. The program is named by its whole path, because a client that was
//! started from a desktop need not have the shell's search path.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// The name of our server in every configuration.
pub const SERVER: &str = "saraphina";

/// A client whose configuration we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AgentClient {
    /// Claude Code, in this project.
    ClaudeCode,
    /// Codex, for this user.
    Codex,
    /// Cursor, in this project.
    Cursor,
    /// goose, for this user.
    Goose,
    /// Visual Studio Code, in this project.
    Vscode,
}

/// The form of a configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON, the servers below this key.
    Json(&'static str),
    /// TOML, the servers below this table.
    Toml(&'static str),
    /// YAML, the servers below this key.
    Yaml(&'static str),
}

/// The folders in which clients look.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The project.
    pub project: PathBuf,
    /// The user's own.
    pub user: PathBuf,
    /// The folder of Codex, where it is another than usual.
    pub codex: Option<PathBuf>,
}

/// What starts our server.
#[derive(Clone, Debug)]
pub struct Start {
    /// The program.
    pub program: String,
    /// The home, where it is another than usual.
    pub home: Option<String>,
}

impl AgentClient {
    /// Returns the form of its file.
    pub const fn form(self) -> Form {
        match self {
            Self::ClaudeCode | Self::Cursor => Form::Json("mcpServers"),
            Self::Vscode => Form::Json("servers"),
            Self::Codex => Form::Toml("mcp_servers"),
            Self::Goose => Form::Yaml("extensions"),
        }
    }

    /// Returns the file that it reads.
    pub fn file(self, folders: &Folders) -> PathBuf {
        match self {
            Self::ClaudeCode => folders.project.join(".mcp.json"),
            Self::Cursor => folders.project.join(".cursor/mcp.json"),
            Self::Vscode => folders.project.join(".vscode/mcp.json"),
            Self::Codex => codex(folders).join("config.toml"),
            Self::Goose => folders.user.join(".config/goose/config.yaml"),
        }
    }

    /// Writes the fields of our server as the client wants them.
    pub fn server(self, start: &Start) -> Value {
        let mut fields = Map::new();
        if self == Self::Vscode {
            fields.insert("type".to_owned(), json!("stdio"));
        }
        if self == Self::Goose {
            return goose(start);
        }
        fields.insert("command".to_owned(), json!(start.program));
        fields.insert("args".to_owned(), json!(["mcp"]));
        if let Some(home) = &start.home {
            fields.insert("env".to_owned(), json!({ "SARAPHINA_HOME": home }));
        }
        Value::Object(fields)
    }
}

fn codex(folders: &Folders) -> PathBuf {
    folders.codex.clone().unwrap_or_else(|| Path::join(&folders.user, ".codex"))
}

fn goose(start: &Start) -> Value {
    let mut fields = Map::from_iter([
        ("name".to_owned(), json!(SERVER)),
        ("type".to_owned(), json!("stdio")),
        ("cmd".to_owned(), json!(start.program)),
        ("args".to_owned(), json!(["mcp"])),
        ("enabled".to_owned(), json!(true)),
        ("timeout".to_owned(), json!(300)),
    ]);
    if let Some(home) = &start.home {
        fields.insert("envs".to_owned(), json!({ "SARAPHINA_HOME": home }));
    }
    Value::Object(fields)
}
