//! The integration suite.

// Under `cfg(test)` the lints take helpers for the tests they are.
#[cfg(test)]
#[path = "suite/audit/mod.rs"]
mod audit;
#[cfg(test)]
#[path = "suite/store/mod.rs"]
mod store;
