//! Suites through the real sandbox.

mod basic;
mod bounds;
pub(crate) mod case;
pub(crate) mod cases;
mod controls;
mod corpus;
mod environment;
mod honest;
mod hostile;
mod immortal;
mod installers;
mod item;
mod killed;
mod limits;
mod linters;
mod probe;
mod probe_compare;
mod probe_equal;
mod probe_hostile;
mod probe_runner;
mod probing;
mod samples;
pub(crate) mod support;
pub(crate) mod sweep;
mod unprivileged;
mod vacuous;
mod warm;
