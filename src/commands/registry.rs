//! The list of all commands, in the order of `/help`.
//!
//! A command exists because it stands here; no surface names one. The list is static and holds plain functions, so help,
//! completion, the command line, HTTP and MCP are all made from it.

use crate::commands::apply_code::ApplyCode;
use crate::commands::approve_code::ApproveCode;
use crate::commands::audit::Audit;
use crate::commands::auto_refine::AutoRefine;
use crate::commands::backup::Backup;
use crate::commands::build_graph::BuildGraph;
use crate::commands::cancel::Cancel;
use crate::commands::code_facts::CodeFacts;
use crate::commands::code_metrics::CodeMetrics;
use crate::commands::code_stats::CodeStats;
use crate::commands::compare_code::CompareCode;
use crate::commands::config::Config;
use crate::commands::diff_code::DiffCode;
use crate::commands::dismiss_finding::DismissFinding;
use crate::commands::doctor::Doctor;
use crate::commands::expand_code::ExpandCode;
use crate::commands::export::Export;
use crate::commands::graph::Graph;
use crate::commands::help::Help;
use crate::commands::impact_code::ImpactCode;
use crate::commands::import::Import;
use crate::commands::improve_file::ImproveFile;
use crate::commands::jobs::Jobs;
use crate::commands::keys::Keys;
use crate::commands::learn_code::LearnCode;
use crate::commands::list_proposals::ListProposals;
use crate::commands::note_code::NoteCode;
use crate::commands::notify::Notify;
use crate::commands::policy::PolicyCommand;
use crate::commands::profile_code::ProfileCode;
use crate::commands::propose_code::ProposeCode;
use crate::commands::prune::Prune;
use crate::commands::refine_code::RefineCode;
use crate::commands::refinement_history::RefinementHistory;
use crate::commands::reinstate_finding::ReinstateFinding;
use crate::commands::reject_code::RejectCode;
use crate::commands::reopen_code::ReopenCode;
use crate::commands::replay::Replay;
use crate::commands::report_code::ReportCode;
use crate::commands::repository::RepositoryCommand;
use crate::commands::restore::Restore;
use crate::commands::review_code::ReviewCode;
use crate::commands::revoke_approval::RevokeApproval;
use crate::commands::rollback_code::RollbackCode;
use crate::commands::run_code::RunCode;
use crate::commands::sandbox_code::SandboxCode;
use crate::commands::scan_code::ScanCode;
use crate::commands::setup::Setup;
use crate::commands::show_code::ShowCode;
use crate::commands::suggest_improvements::SuggestImprovements;
use crate::commands::token::Token;
use crate::commands::why_code::WhyCode;
use work::contract::catalogue::Catalogue;
use work::contract::command::Entry;

/// The type that stands for the list below, for `/help`.
pub enum Registry {}

impl Catalogue for Registry {
    fn entries() -> &'static [Entry] {
        ENTRIES
    }
}

/// Every command: propose, run, decide, learn, inspect, operate.
pub static ENTRIES: &[Entry] = &[
    Entry::of::<ProposeCode>(),
    Entry::of::<RepositoryCommand>(),
    Entry::of::<ImproveFile>(),
    Entry::of::<RefineCode>(),
    Entry::of::<SandboxCode>(),
    Entry::of::<AutoRefine>(),
    Entry::of::<RunCode>(),
    Entry::of::<Replay>(),
    Entry::of::<CompareCode>(),
    Entry::of::<ProfileCode>(),
    Entry::of::<ApproveCode>(),
    Entry::of::<RejectCode>(),
    Entry::of::<RevokeApproval>(),
    Entry::of::<ReopenCode>(),
    Entry::of::<ApplyCode>(),
    Entry::of::<RollbackCode>(),
    Entry::of::<NoteCode>(),
    Entry::of::<DismissFinding>(),
    Entry::of::<ReinstateFinding>(),
    Entry::of::<Keys>(),
    Entry::of::<PolicyCommand>(),
    Entry::of::<LearnCode>(),
    Entry::of::<ExpandCode>(),
    Entry::of::<CodeFacts>(),
    Entry::of::<BuildGraph>(),
    Entry::of::<WhyCode>(),
    Entry::of::<ImpactCode>(),
    Entry::of::<Graph>(),
    Entry::of::<ListProposals>(),
    Entry::of::<ShowCode>(),
    Entry::of::<DiffCode>(),
    Entry::of::<RefinementHistory>(),
    Entry::of::<SuggestImprovements>(),
    Entry::of::<ScanCode>(),
    Entry::of::<ReviewCode>(),
    Entry::of::<CodeMetrics>(),
    Entry::of::<ReportCode>(),
    Entry::of::<CodeStats>(),
    Entry::of::<Audit>(),
    Entry::of::<Backup>(),
    Entry::of::<Restore>(),
    Entry::of::<Prune>(),
    Entry::of::<Import>(),
    Entry::of::<Export>(),
    Entry::of::<Setup>(),
    Entry::of::<Doctor<Registry>>(),
    Entry::of::<Jobs>(),
    Entry::of::<Cancel>(),
    Entry::of::<Config>(),
    Entry::of::<Token>(),
    Entry::of::<Notify>(),
    Entry::of::<Help<Registry>>(),
];
