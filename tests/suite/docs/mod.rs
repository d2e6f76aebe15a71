//! What the documents say is true.

mod attacks;
mod auditing;
mod bundle;
pub(crate) mod readme;
mod template;
