//! Databases and bundles taken in.
//!
//! `original` and its neighbours read databases of the systems before; `bundle` reads what another home gave out.

pub mod answer;
pub mod args;
pub mod bundle;
pub mod history;
pub mod incoming;
pub mod original;
pub mod rest;
pub mod survey;
