//! The shell, scripts and the session, as processes.
//! Surfaces against a real home.

mod child;
mod cli;
mod daemon_cli;
mod daemon_house;
mod daemon_http;
mod daemon_process;
mod daemon_sessions;
mod process;
mod repl;
mod script;
