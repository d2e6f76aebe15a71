//! What the documents say is true.

mod readme;
mod template;
