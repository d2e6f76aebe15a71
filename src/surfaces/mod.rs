//! How people and programs reach commands.
//!
//! No rules live here: a surface turns what was typed or sent into an invocation, and an answer into words.

pub mod client;
pub mod control;
pub mod daemon;
pub mod desk;
pub mod door;
pub mod http;
pub mod link;
pub mod lock;
pub mod protocol;
pub mod resident;
pub mod serving;
pub mod session;
pub mod signals;
pub mod socket;
pub mod sse;
