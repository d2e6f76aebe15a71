//! The shell, scripts, the session and the daemon, as processes and in them.

mod child;
mod cli;
mod daemon_cli;
mod daemon_house;
mod daemon_http;
mod daemon_http_fields;
mod daemon_process;
mod daemon_sessions;
mod doors;
mod doors_house;
mod doors_network;
mod doors_signing;
mod doors_table;
mod doors_timeline;
mod environment;
mod import_killed;
mod json_calls;
mod library_answers;
pub(crate) mod process;
mod repl;
mod script;
mod signing;
mod trouble;
mod typing;
