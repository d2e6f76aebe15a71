//! What the documents say is true.

mod attacks;
mod auditing;
mod branch_to_commit;
mod bundle;
mod digests;
mod first_run;
mod guide;
mod improve_a_file;
mod paths;
pub(crate) mod readme;
mod template;
