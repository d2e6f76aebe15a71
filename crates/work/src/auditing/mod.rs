//! The record, verified and handed to auditors.
//!
//! `verify.rs` checks a home or an export: `log_check.rs` the entries, `rows/` the rows against them, `anchoring.rs` the heads
//! that other places keep. `exporting/` writes a folder that verifies without us, `period_report.rs` what auditors sample.

pub mod anchor_memory;
pub mod anchoring;
pub mod attesting;
pub mod discarded;
pub mod export_command;
pub mod exporting;
pub mod log_check;
pub mod log_page;
pub mod noted_acts;
pub mod owner_quorum;
pub mod period;
pub mod period_csv;
pub mod period_days;
pub mod period_html;
pub mod period_report;
pub mod population;
pub mod prove;
pub mod rows;
pub mod standing;
pub mod verified;
pub mod verify;
pub mod vouching;
