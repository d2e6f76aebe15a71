//! One command on its way to the engine.
//!
//! A surface builds it and hands it to the engine of this process, or to a client that sends it over the socket to the
//! process that holds the writer. Both take the same value, so a surface need not know which one it is.

use crate::contract::arguments::Arguments;
use crate::contract::caller::Caller;
use crate::contract::command::Entry;

/// A command with its arguments and its caller: what a surface hands to an engine, here or over the socket.
#[derive(Clone)]
pub struct Order {
    /// The command.
    pub entry: &'static Entry,
    /// Its arguments, files read in.
    pub args: Arguments,
    /// The caller, and the key of the call.
    pub caller: Caller,
}
