//! What the documents say is true.

mod attacks;
mod auditing;
pub(crate) mod readme;
mod template;
