//! Fixes by the class of the complaint.
//!
//! A room reads the message as Python words it, the place and the text around it, and offers what usually helps, the
//! likeliest first. Whether it helps is not known here.

mod aliases;
pub(super) mod attributes;
pub(super) mod brackets;
mod calls;
pub(super) mod conversions;
mod first_values;
mod foreign;
pub(super) mod found;
mod functions;
pub(super) mod imports;
mod indentation;
pub(super) mod known;
mod leftovers;
pub(super) mod library;
pub(super) mod lookups;
mod made_values;
pub(super) mod names;
mod near;
mod quotes;
pub(super) mod returns;
mod separators;
pub(super) mod syntax;
mod values;
