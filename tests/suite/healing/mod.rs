//! Healing, apart from the commands that do it.

mod imitation;
mod search;
