//! Reads what an approval rests on.
//!
//! The page that is shown, and whether an approval follows a change to another base, are made of it.

pub mod carried;
pub mod case;
pub mod page;
