//! Lists the tools, one for each command that an agent may carry out.
//!
//! Names, arguments and answers come from the registry, so that a new command is a tool at once. A command that decides is no
//! tool: an agent that asks for it hears what it hears of a name that nothing has.

use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};

use crate::surfaces::mcp::schema;
use record::domain::principal::Authority;
use work::contract::command::{Access, Entry, Group};

/// Describes the tools of whoever reaches so far, in the order of the registry.
pub fn described(entries: &'static [Entry], reach: Authority) -> Arc<[Tool]> {
    offered(entries, reach).map(describe).collect()
}

/// Finds the command of a tool.
pub fn find(entries: &'static [Entry], reach: Authority, name: &str) -> Option<&'static Entry> {
    offered(entries, reach).find(|entry| self::name(entry) == name)
}

/// Finds the command of a name that a surface knows, such as `show-code`, where it is a tool.
pub fn of_command(entries: &'static [Entry], command: &str) -> Option<&'static Entry> {
    offered(entries, Authority::Propose).find(|entry| entry.spec.name == command)
}

fn offered(entries: &'static [Entry], reach: Authority) -> impl Iterator<Item = &'static Entry> {
    let is_offered = move |entry: &&Entry| {
        entry.spec.authority < Authority::Own && entry.spec.authority <= reach
    };
    entries.iter().filter(is_offered)
}

/// Returns the name of a tool: clients take no hyphens for granted.
pub fn name(entry: &Entry) -> String {
    entry.spec.name.replace('-', "_")
}

fn describe(entry: &Entry) -> Tool {
    let tool = Tool::new(name(entry), description(entry), Arc::new(schema::input(entry)));
    tool.with_title(title(entry.spec.name))
        .with_raw_output_schema(Arc::new(schema::output(entry)))
        .with_annotations(annotations(entry))
}

fn description(entry: &Entry) -> String {
    let mut text = format!("{}.", entry.spec.summary);
    if entry.spec.authority == Authority::Propose {
        text.push_str(" It is recorded under your name; you propose, and only the owner decides.");
    }
    if let Some(example) = entry.spec.examples.first() {
        text.push_str(" At a prompt it is typed so: ");
        text.push_str(example);
    }
    text
}

fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn annotations(entry: &Entry) -> ToolAnnotations {
    let only_reads = matches!(entry.spec.access, Access::None | Access::Read);
    let only_reads = only_reads && entry.spec.authority == Authority::Read;
    let asks_models = match entry.spec.group {
        Group::Propose | Group::Run | Group::Learn => entry.spec.authority == Authority::Propose,
        Group::Decide | Group::Inspect | Group::Operate => false,
    };
    // Nothing that an agent may do takes anything away: revisions and records only come to be.
    ToolAnnotations::new()
        .read_only(only_reads)
        .destructive(false)
        .idempotent(only_reads)
        .open_world(asks_models)
}
