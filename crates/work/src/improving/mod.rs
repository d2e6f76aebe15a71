//! Looks at code, and improvements that have to earn their place.
//!
//! A look (`look.rs`) is findings of texts (`crates/inspection`), of a linter in the sandbox (`linting.rs`) and, where asked for, a
//! model's opinion (`opinion.rs`); what was found before is silent (`kept.rs`). An improvement (`improve.rs`) is made by rules or a model
//! (`generating.rs`) and measured by a replay of calls and by the suite (`evaluating.rs`); the best becomes a proposal (`proposing.rs`).

pub mod evaluating;
pub mod generating;
pub mod impact;
pub mod improve;
pub mod improved_page;
pub mod kept;
pub mod linting;
pub mod look;
pub mod look_page;
pub mod measuring;
pub mod mechanical;
pub mod metrics;
pub mod observed_tests;
pub mod opinion;
pub mod owners_word;
pub mod pipeline;
pub mod proposing;
pub mod reached;
pub mod remembered;
pub mod replaying;
pub mod reviewing;
pub mod risk;
pub mod shown;
pub mod stage;
pub mod stages;
pub mod structuring;
pub mod subject;
pub mod workplace;
