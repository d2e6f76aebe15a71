//! Healing, apart from the commands that do it.

mod boxed;
mod imitation;
mod killed;
mod search;
mod several;
