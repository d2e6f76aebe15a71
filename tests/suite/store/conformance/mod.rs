//! The contract of a store, for every implementation.

pub(super) mod changes;
pub(super) mod lists;
pub(super) mod records;
pub(super) mod work;
