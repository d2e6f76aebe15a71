//! The console: pages for owners and auditors, drawn by the server.
//!
//! `routes.rs` says which address shows which page. A page is a struct of plain texts, made from the store's readers by the file of
//! its name, and a template of the same name in `templates/`. Everything works without JavaScript; `assets/` has one stylesheet and
//! one small script. No page decides anything, and no key comes near one.

pub mod assets;
pub mod code_view;
pub mod colours;
pub mod concept_page;
pub mod decision_panel;
pub mod deeds;
pub mod diff_view;
pub mod entry_page;
pub mod escape;
pub mod figures;
pub mod frame;
pub mod given;
pub mod inbox_page;
pub mod knowledge_page;
pub mod look;
pub mod marks;
pub mod memory_page;
pub mod plot;
pub mod prose;
pub mod raw_record;
pub mod record_page;
pub mod repositories_page;
pub mod repository_page;
pub mod respond;
pub mod review_diff;
pub mod review_evidence;
pub mod review_facts;
pub mod review_page;
pub mod review_parts;
pub mod routes;
pub mod run_page;
pub mod run_step;
pub mod runs_page;
pub mod search_page;
pub mod sign_page;
pub mod statistics_page;
pub mod trouble_page;
