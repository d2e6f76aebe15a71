//! Evidence as people read it.
//!
//! `evidence_report.rs` gathers what an execution showed; `evidence_page.rs`, `html.rs` and `markdown.rs` lay it out; `difference.rs`
//! compares two revisions.

pub mod ago;
pub mod calls;
pub mod change_difference;
pub mod change_page;
pub mod covered;
pub mod difference;
pub mod evidence_difference;
pub mod evidence_page;
pub mod evidence_report;
pub mod file_reports;
pub mod hidden_text;
pub mod html;
pub mod imported;
pub mod markdown;
pub mod next_steps;
pub mod packages;
pub mod renames;
pub mod repaired;
pub mod trust;
pub mod views;
pub mod written_page;
