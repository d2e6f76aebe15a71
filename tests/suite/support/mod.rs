//! What several tests share.

pub(crate) mod binary;
pub(crate) mod boxed;
mod calling;
pub(crate) mod fakes;
pub(crate) mod house;
pub(crate) mod meddle;
pub(crate) mod mutations;
pub(crate) mod originals;
pub(crate) mod project;
pub(crate) mod reply;
pub(crate) mod restoring;
pub(crate) mod schemas;
pub(crate) mod signing;
