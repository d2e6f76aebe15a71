//! Suites through the real sandbox.

mod basic;
mod cases;
mod controls;
mod corpus;
mod honest;
mod hostile;
mod item;
mod limits;
pub(crate) mod support;
mod sweep;
mod unprivileged;
mod vacuous;
