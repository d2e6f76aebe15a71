//! Commands over HTTP.
//!
//! The router knows peers, not transports: whoever listens says who the peer is, and `auth.rs` what that peer may do.

pub mod auth;
pub mod body;
pub mod commands;
pub mod lowering;
pub mod openapi;
pub mod respond;
pub mod router;
pub mod served;
pub mod status;
