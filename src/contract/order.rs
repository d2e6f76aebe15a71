//! One command on its way to the engine.

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
    /// Who calls, and under which key.
    pub caller: Caller,
}
