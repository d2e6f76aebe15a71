//! The shell, scripts, the session and the daemon, as processes and in them.

mod child;
mod cli;
mod daemon_cli;
mod daemon_house;
mod daemon_http;
mod daemon_process;
mod daemon_sessions;
pub(crate) mod process;
mod repl;
mod script;
mod signing;
mod trouble;
