//! The shell, scripts and the session, as processes.

mod child;
mod cli;
mod process;
mod repl;
mod script;
