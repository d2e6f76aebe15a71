//! The anchors of a home.

use std::sync::Arc;

use crate::anchors::anchor::Anchor;

/// The anchors of a home.
#[derive(Clone, Default)]
pub struct Anchors {
    /// All of them.
    pub list: Vec<Arc<dyn Anchor>>,
    /// How many have to keep the head before an owner may decide.
    pub required: usize,
    /// Settings of anchors that cannot be read; nothing is decided until they can.
    pub unreadable: Vec<String>,
}
