//! Looks at code, and improvements that have to earn their place.
//!
//! A look (`look.rs`) is findings of texts (`crates/inspection`), of a linter in the sandbox (`linting.rs`) and, where asked for, a
//! model's opinion (`opinion.rs`); what was found before is silent (`kept.rs`).

pub mod kept;
pub mod linting;
pub mod look;
pub mod look_page;
pub mod opinion;
pub mod shown;
pub mod subject;
