//! The commands, one file each.
//!
//! `registry.rs` is the list. A command returns data; surfaces make words of it. The folders are rooms that serve one command
//! or two; what more of them need lies below: `contract`, `drafting`, `executing`, `deciding`, `reporting`, `auditing`,
//! `healing`.

pub mod apply_code;
pub mod approve_code;
pub mod audit;
pub mod auto_refine;
pub mod backup;
pub mod build_graph;
pub mod bundling;
pub mod cancel;
pub mod code_facts;
pub mod code_stats;
pub mod config;
pub mod describing;
pub mod diff_code;
pub mod doctor;
pub mod examination;
pub mod expand_code;
pub mod export;
pub mod graph;
pub mod help;
pub mod impact_code;
pub mod import;
pub mod importing;
pub mod jobs;
pub mod keys;
pub mod learn_code;
pub mod list_proposals;
pub mod note_code;
pub mod policy;
pub mod propose_code;
pub mod prune;
pub mod refine_code;
pub mod refinement_history;
pub mod registry;
pub mod reject_code;
pub mod remembering;
pub mod reopen_code;
pub mod report_code;
pub mod repository;
pub mod restore;
pub mod revoke_approval;
pub mod rollback_code;
pub mod run_code;
pub mod sandbox_code;
pub mod setup;
pub mod show_code;
pub mod suggest_improvements;
pub mod suggesting;
pub mod targets;
pub mod why_code;
