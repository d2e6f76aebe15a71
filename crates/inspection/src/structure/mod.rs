//! What depends on what in a module, and moving a part of it.
//!
//! Definitions are moved as they are written; nothing of their text changes. What cannot be told for sure from the text (names that are
//! bound twice, star imports, what is bound in `if` or `try`) stays where it is.

pub mod moving;
pub mod parts;
pub mod spelling;
