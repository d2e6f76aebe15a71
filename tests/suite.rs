//! The integration suite.

#[cfg(test)]
#[path = "suite/knowledge/mod.rs"]
mod knowledge;
#[cfg(test)]
#[path = "suite/providers/mod.rs"]
mod providers;
