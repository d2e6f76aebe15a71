//! One file per command.
//!
//! `command.rs` is the contract, `registry.rs` the list. A command returns data; surfaces make words of it.

pub mod acts;
pub mod answer;
pub mod approve_code;
pub mod code_stats;
pub mod command;
pub mod config;
pub mod context;
pub mod decide;
pub mod diff_code;
pub mod draft;
pub mod engine;
pub mod error;
pub mod evidence_page;
pub mod help;
pub mod list_proposals;
pub mod lookup;
pub mod page;
pub mod propose_code;
pub mod refine_code;
pub mod registry;
pub mod reject_code;
pub mod related;
pub mod reopen_code;
pub mod report;
pub mod report_code;
pub mod report_html;
pub mod report_markdown;
pub mod revoke_approval;
pub mod sandbox_code;
pub mod show_code;
pub mod submission;
pub mod trial;
pub mod views;
pub mod wing_errors;
