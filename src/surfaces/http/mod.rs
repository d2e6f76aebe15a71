//! Commands over HTTP.
//!
//! The router knows peers, not transports: whoever listens says where the peer is, `gate.rs` finds who that is, and `guard.rs` asks
//! of each route who may use it.

pub mod auth;
pub mod body;
pub mod calling;
pub mod commands;
pub mod credentials;
pub mod front;
pub mod gate;
pub mod guard;
pub mod headers;
pub mod hosts;
pub mod limits;
pub mod lowering;
pub mod openapi;
pub mod parameter;
pub mod repeating;
pub mod resources;
pub mod respond;
pub mod route;
pub mod router;
pub mod routes;
pub mod served;
pub mod sessions;
pub mod sign_in;
pub mod signing;
pub mod status;
pub mod timeline;
pub mod visitor;
