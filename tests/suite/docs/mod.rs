//! What the documents say is true.

mod attacks;
pub(crate) mod readme;
mod template;
