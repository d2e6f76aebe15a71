//! Tables of the schema, one file per noun, each with its writes and its reads.
//!
//! A write takes the [`Unit`](unit::Unit) of its change; nothing here opens, begins or commits. Lists and statistics over
//! several tables are in `reading`.

pub(super) mod applications;
pub(super) mod blobs;
pub(super) mod calls;
pub(super) mod concepts;
pub(super) mod executions;
pub(super) mod healings;
pub(super) mod jobs;
pub(super) mod kept_answers;
pub(super) mod memory;
pub(super) mod notices;
pub(super) mod owners;
pub(super) mod proposals;
pub(super) mod provenance;
pub(super) mod prune;
pub(super) mod reviews;
pub(super) mod revisions;
pub(super) mod rollups;
pub(super) mod search;
pub(super) mod sides;
pub(super) mod unit;
