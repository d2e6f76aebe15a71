//! The integration suite.

// Under `cfg(test)` the lints take helpers for the tests they are.
#[cfg(test)]
#[path = "suite/applying/mod.rs"]
mod applying;
#[cfg(test)]
#[path = "suite/architecture/mod.rs"]
mod architecture;
#[cfg(test)]
#[path = "suite/audit/mod.rs"]
mod audit;
#[cfg(test)]
#[path = "suite/checking/mod.rs"]
mod checking;
#[cfg(test)]
#[path = "suite/commands/mod.rs"]
mod commands;
#[cfg(test)]
#[path = "suite/console/mod.rs"]
mod console;
#[cfg(test)]
#[path = "suite/docs/mod.rs"]
mod docs;
#[cfg(test)]
#[path = "suite/domain/mod.rs"]
mod domain;
#[cfg(test)]
#[path = "suite/faults/mod.rs"]
mod faults;
#[cfg(test)]
#[path = "suite/healing/mod.rs"]
mod healing;
#[cfg(test)]
#[path = "suite/knowledge/mod.rs"]
mod knowledge;
#[cfg(test)]
#[path = "suite/memory/mod.rs"]
mod memory;
#[cfg(test)]
#[path = "suite/notices/mod.rs"]
mod notices;
#[cfg(test)]
#[path = "suite/providers/mod.rs"]
mod providers;
#[cfg(test)]
#[path = "suite/repository/mod.rs"]
mod repository;
#[cfg(test)]
#[path = "suite/sandbox/mod.rs"]
mod sandbox;
#[cfg(test)]
#[path = "suite/store/mod.rs"]
mod store;
#[cfg(test)]
#[path = "suite/support/mod.rs"]
mod support;
#[cfg(test)]
#[path = "suite/surfaces/mod.rs"]
mod surfaces;
#[cfg(test)]
#[path = "suite/words/mod.rs"]
mod words;
