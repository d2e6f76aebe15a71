//! The anchors of a home, as its settings name them.
//!
//! Settings that cannot be read are kept, not skipped: a typing error must not lower the number of anchors that an
//! owner relies on.

use std::sync::Arc;

use crate::anchors::anchor::Anchor;

/// The anchors of a home.
#[derive(Clone, Default)]
pub struct Anchors {
    /// All of them.
    pub list: Vec<Arc<dyn Anchor>>,
    /// Number of them that have to keep the head before an owner may decide.
    pub required: usize,
    /// Settings of anchors that cannot be read; nothing is decided until they can.
    pub unreadable: Vec<String>,
}
