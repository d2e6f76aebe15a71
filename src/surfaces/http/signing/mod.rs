//! Requests for an owner's signature, which a page makes and a terminal answers.
//!
//! A browser holds no key, so that its button only asks. `requests.rs` keeps what waits, `asking.rs` has the command build the exact
//! statement, `routes.rs` is what page and terminal talk to.

pub mod asking;
pub mod requests;
pub mod routes;
pub mod view;
