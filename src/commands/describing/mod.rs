//! Describes repositories for `/repository`.
//!
//! `suggested.rs` looks at one and asks about it; `suite.rs` tells what its tests did, and `page.rs` lays it out.

pub mod page;
pub mod suggested;
pub mod suite;
