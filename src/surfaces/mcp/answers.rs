//! Writes answers and errors as the results of tools.
//!
//! A program reads the structured content, which is what `--json` prints. A model reads the text, which is the page that a person
//! sees, without the next steps that only an owner can take. All of it is escaped, for much of it comes from models and tested code.

use rmcp::model::{CallToolResult, ContentBlock, MetaObject};
use serde_json::{Map, Value, json};

use crate::surfaces::mcp::server::Server;
use crate::surfaces::mcp::wording;
use crate::surfaces::render::ink::Look;
use crate::surfaces::render::{error, page};
use record::domain::principal::Authority;
use work::contract::command::Entry;
use work::contract::error::CommandError;
use work::contract::outcome::Answer;
use work::contract::page::{Block, Page};

/// Longest text of a result, in bytes; the structured content has all of it.
const MAX_TEXT_BYTES: usize = 24 << 10;
/// Columns of a text.
const WIDTH: usize = 120;
/// Names our fields among the metadata of a result.
const ERROR: &str = "saraphina/error";
/// Tells where the owner decides about what was proposed.
const DECISION: &str = "saraphina/decision";

/// Writes the answer of a command.
pub async fn done(server: &Server, entry: &Entry, answer: &Answer) -> CallToolResult {
    let text = text(server.entries(), answer.page());
    let mut content = vec![ContentBlock::text(bounded(text))];
    let mut meta = Map::new();
    if let Some(proposal) = decided_by_owner(entry, &answer.data) {
        let command = format!("saraphina approve-code {proposal}");
        let page = server.page(proposal).await;
        let place = page.as_ref().map(|page| format!("; it is shown at {page}"));
        content.push(ContentBlock::text(format!(
            "Only the owner decides, in a terminal of their own: {command}{}",
            place.unwrap_or_default()
        )));
        let mut told = Map::from_iter([("command".to_owned(), Value::from(command))]);
        told.extend(page.map(|page| ("page".to_owned(), Value::from(page))));
        meta.insert(DECISION.to_owned(), Value::Object(told));
    }
    let mut result = CallToolResult::success(content);
    result.structured_content = Some(answer.data.clone());
    result.meta = (!meta.is_empty()).then_some(MetaObject(meta));
    result
}

/// Writes why a command was not carried out, as a result that a model gets to read.
pub fn refused(entries: &'static [Entry], error: &CommandError) -> CallToolResult {
    let error = &wording::error(entries, error);
    let text = error::draw(error, &look());
    let mut result = CallToolResult::error(vec![ContentBlock::text(bounded(text))]);
    let told = json!({ "kind": error.kind, "message": error.message, "hints": error.hints });
    result.meta = Some(MetaObject(Map::from_iter([(ERROR.to_owned(), told)])));
    result
}

/// Draws a page for an agent.
pub fn text(entries: &'static [Entry], mut page: Page) -> String {
    for block in &mut page.blocks {
        match block {
            Block::Next(steps) => {
                *steps = steps.iter().filter_map(|step| wording::step(entries, step)).collect();
            }
            Block::Text(cell) => cell.text = wording::commands(entries, &cell.text),
            Block::List(cells) => {
                for cell in cells {
                    cell.text = wording::commands(entries, &cell.text);
                }
            }
            Block::Title(_)
            | Block::Fields(_)
            | Block::Table { .. }
            | Block::Code { .. }
            | Block::Diff(_)
            | Block::Quote(_)
            | Block::Document(_)
            | Block::Chart { .. } => {}
        }
    }
    page.blocks.retain(|block| !matches!(block, Block::Next(steps) if steps.is_empty()));
    page::draw(&page, &look())
}

/// Names the proposal that an agent made or ran, about which the owner decides.
fn decided_by_owner<'a>(entry: &Entry, data: &'a Value) -> Option<&'a str> {
    if entry.spec.authority != Authority::Propose || data.get("stored") == Some(&json!(false)) {
        return None;
    }
    let id = data.get("proposal_id")?.as_str()?;
    data.get("content_hash").map(|_| id)
}

const fn look() -> Look {
    Look { width: Some(WIDTH), ..Look::PLAIN }
}

fn bounded(mut text: String) -> String {
    if text.len() <= MAX_TEXT_BYTES {
        return text;
    }
    let mut end = MAX_TEXT_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push_str("\n… cut here; the structured content has all of it\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::registry::ENTRIES;

    #[test]
    fn steps_of_the_owner_are_left_out() {
        let page = Page::new().text("done").block(Block::Next(vec![
            "/approve-code 7c2e".to_owned(),
            "/report-code 7c2e".to_owned(),
        ]));

        let text = text(ENTRIES, page);

        assert!(text.contains("report_code {\"id\":\"7c2e\"}"), "{text}");
        assert!(!text.contains("approve"), "{text}");
    }

    #[test]
    fn a_long_text_is_cut_at_a_letter() {
        let text = bounded("é".repeat(MAX_TEXT_BYTES));

        assert!(text.starts_with('é') && text.len() < MAX_TEXT_BYTES + 100);
        assert!(text.ends_with("has all of it\n"), "{text:.20}");
    }
}
