//! Every command on a real store, one file a command.

mod anchoring;
mod approve_code;
mod audit;
mod cancel;
mod code_facts;
mod code_stats;
mod config;
mod diff_code;
mod doctor;
mod help;
mod import;
mod jobs;
mod keys;
mod learn_code;
mod list_proposals;
mod policy;
mod propose_code;
mod reconcile;
mod refine_code;
mod reject_code;
mod reopen_code;
mod report_code;
mod revoke_approval;
mod sandbox_code;
mod setup;
mod show_code;
