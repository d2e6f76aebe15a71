//! The Model Context Protocol: what agents in editors reach commands by.
//!
//! `serving.rs` is the command line, `handler.rs` answers the protocol's requests, `lines.rs` carries them over standard input and
//! output. Tools are made from the registry; a command of the owner's is none of them.

pub mod answers;
pub mod arguments;
pub mod calling;
pub mod cancelling;
pub mod carrier;
pub mod decoding;
pub mod folder;
pub mod handler;
pub mod installing;
pub mod lines;
pub mod over_http;
pub mod progress;
pub mod prompts;
pub mod quota;
pub mod resources;
pub mod schema;
pub mod server;
pub mod serving;
pub mod tools;
pub mod watching;
pub mod wording;
