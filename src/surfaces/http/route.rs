//! What is declared of a route: its place, its needs, what it takes and gives.
//!
//! Router, description and the test of who may do what are made from these declarations, so that none of them knows a route the others
//! do not.

use axum::routing::MethodRouter;
use serde_json::Value;

use crate::surfaces::http::guard::Needs;
use crate::surfaces::http::parameter::Parameter;
use crate::surfaces::http::served::Served;

/// A route.
pub struct Route {
    /// The method, in lower case.
    pub method: &'static str,
    /// The address; names in braces are arguments.
    pub path: &'static str,
    /// The name of the operation.
    pub operation: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What it needs of a visitor; `None` of one that is open to all.
    pub needs: Option<Needs>,
    /// The handler.
    pub handler: fn() -> MethodRouter<Served>,
    /// The arguments in the address.
    pub parameters: &'static [Parameter],
    /// The schema of the body, where it takes one.
    pub body: Option<fn() -> Value>,
    /// What it gives.
    pub gives: Gives,
}

/// What a route gives.
#[derive(Clone, Copy, Debug)]
pub enum Gives {
    /// Data of a schema, in the envelope of a command's answer.
    Data(u16, fn() -> Value),
    /// A stream of events of these kinds.
    Events(&'static [&'static str]),
    /// A redirection to a page.
    Page,
}
