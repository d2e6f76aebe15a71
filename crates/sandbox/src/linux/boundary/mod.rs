//! Words that the engine and the inside of a jail say to each other.
//!
//! Both run the same binary, on two sides of a socket: the engine sends a plan (`plan.rs`) and descriptors
//! (`handles.rs`), and both know the folders of a jail (`paths.rs`) and the range of user ids (`slot.rs`). The inside
//! may import nothing else of the engine's side (rule `rooms` of `tests/suite/architecture`), so that what an attacker
//! can reach is read in `inside/` and here.

pub(crate) mod handles;
pub(crate) mod paths;
pub(crate) mod plan;
pub(crate) mod slot;
