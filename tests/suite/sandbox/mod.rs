//! Suites through the real sandbox.

mod basic;
mod support;
