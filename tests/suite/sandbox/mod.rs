//! Suites through the real sandbox.

mod basic;
mod cases;
mod corpus;
mod honest;
mod hostile;
mod item;
mod limits;
mod support;
mod sweep;
mod unprivileged;
