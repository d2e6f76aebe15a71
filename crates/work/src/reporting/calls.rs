//! The calls of models about a proposal, with what they were asked and what they answered.
//!
//! Each call is an entry of the record that holds the digests of both texts. The texts lie beside it by these digests; one that
//! was pruned, was too long or held a secret is absent, and the digest still says which text it was.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::page::{Block, Cell, Page, Tone};
use record::domain::act::ActKind;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;

/// One call of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallView {
    /// Its entry in the record.
    pub seq: u64,
    /// The moment of that entry.
    pub called_at: String,
    /// The revision it was recorded with; null where there was none yet.
    pub revision: Option<u32>,
    /// The provider.
    pub provider: String,
    /// The model; null where nobody told.
    pub model: Option<String>,
    /// The digest of the prompt, as the record holds it.
    pub prompt_digest: String,
    /// The prompt as it was sent; null where it is not kept.
    pub prompt: Option<String>,
    /// The digest of the reply; null where none came.
    pub reply_digest: Option<String>,
    /// The reply as it came; null where it is not kept.
    pub reply: Option<String>,
}

/// Reads the calls about a proposal, oldest first.
pub async fn calls(context: &Context, id: &ProposalId) -> Result<Vec<CallView>, CommandError> {
    let store = context.store()?;
    let entries = store.account(id).await?.map(|account| account.entries).unwrap_or_default();
    let mut calls = Vec::new();
    for entry in entries {
        let record = &entry.record;
        let text = |name: &str| record.data.get(name).and_then(Value::as_str);
        let nothing = Digest::of(b"").to_string();
        let some = |name: &str| text(name).filter(|digest| *digest != nothing);
        // What was retrieved has no prompt.
        let (ActKind::ModelCalled, Some(prompt)) = (record.kind, some("prompt_digest")) else {
            continue;
        };
        let reply = some("reply_digest");
        calls.push(CallView {
            seq: record.seq,
            called_at: record.ts.to_string(),
            revision: record.subject.revision,
            provider: text("provider").unwrap_or_default().to_owned(),
            model: text("model").filter(|model| *model != "none").map(str::to_owned),
            prompt_digest: prompt.to_owned(),
            prompt: kept(context, prompt).await?,
            reply_digest: reply.map(str::to_owned),
            reply: match reply {
                Some(reply) => kept(context, reply).await?,
                None => None,
            },
        });
    }
    Ok(calls)
}

async fn kept(context: &Context, digest: &str) -> Result<Option<String>, CommandError> {
    match digest.parse() {
        Ok(digest) => Ok(context.store()?.blob(digest).await?),
        Err(_) => Ok(None),
    }
}

/// Lays the calls out, each with both texts.
pub fn page(calls: &[CallView]) -> Page {
    let mut page = Page::new();
    for call in calls {
        let model = call.model.as_deref().map(|model| format!(" {model}")).unwrap_or_default();
        let title = format!("Call of {}{model} (record {})", call.provider, call.seq);
        page = page.text(Cell::toned(title, Tone::Strong));
        page = said(page, "Prompt", Some(&call.prompt_digest), call.prompt.as_deref());
        page = said(page, "Reply", call.reply_digest.as_deref(), call.reply.as_deref());
    }
    page
}

fn said(page: Page, what: &'static str, digest: Option<&str>, text: Option<&str>) -> Page {
    let told = match (digest, text) {
        (None, _) => "none came".to_owned(),
        (Some(digest), Some(_)) => digest.to_owned(),
        (Some(digest), None) => format!("{digest}, not kept"),
    };
    let page = page.fields([(what, Cell::toned(told, Tone::Dim))]);
    match text {
        Some(text) => {
            page.block(Block::Code { language: "text".to_owned(), text: text.to_owned() })
        }
        None => page,
    }
}
