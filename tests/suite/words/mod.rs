//! What a person reads: every help text, every page, the frequent errors.

mod errors_typing;
mod errors_working;
mod help_agents;
mod help_decisions;
mod help_improving;
mod help_memory;
mod help_operating;
mod help_programs;
mod help_proposals;
mod help_reading;
mod pages_applying;
mod pages_audit;
mod pages_changes;
mod pages_decisions;
mod pages_improving;
mod pages_making;
mod pages_operating;
mod pages_programs;
mod pages_reading;
mod screen;
