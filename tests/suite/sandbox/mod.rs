//! Suites through the real sandbox.

mod basic;
mod cases;
mod corpus;
mod honest;
mod hostile;
mod limits;
mod support;
mod unprivileged;
