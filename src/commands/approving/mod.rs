//! Reads what an approval rests on.
//!
//! The page that is shown, what its owner has seen before, and whether an approval follows a change to another base, are made of it.

pub mod carried;
pub mod case;
pub mod page;
pub mod seen;
