//! Surfaces against a real home.

mod daemon_cli;
mod daemon_house;
mod daemon_http;
mod daemon_process;
mod daemon_sessions;
