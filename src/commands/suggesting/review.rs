//! Asks a model for remarks on a revision.
//!
//! A remark is an opinion: the call is recorded because it cost something, the remarks are not stored. The reply is read
//! strictly; entries that do not have the form asked for are counted and dropped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::suggesting::findings::{Finding, Weight};
use foundation::providers::provider::{CompletionRequest, Task};
use foundation::providers::remarks::{Remark, Remarks, Severity, read_remarks};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::role::Role;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::page::{Block, Cell, Page, Tone};
use work::drafting::call::{self, Call};
use work::drafting::draft;
use work::reporting::views::{self, UsageView};

/// The reason told where a reply says nothing.
const UNREADABLE: &str = "the reply is not in the form that was asked for";

/// The model to ask, and what it is told.
pub struct Asked<'a> {
    /// The provider; the default one where absent.
    pub provider: Option<&'a str>,
    /// The model; the provider's own where absent.
    pub model: Option<&'a str>,
    /// Findings from evidence, which the model is told.
    pub findings: &'a [Finding],
}

/// The opinion of a model; nothing of it is evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Opinion {
    /// Who answered.
    pub provider: String,
    /// Its model; null where it names none.
    pub model: Option<String>,
    /// Its remarks, the weightiest first; their kinds are `bug`, `quality`, `performance` and `practice`.
    pub remarks: Vec<Finding>,
    /// Entries of its reply that are no remarks, or too many.
    pub refused: usize,
    /// Why its reply says nothing; null where it does.
    pub trouble: Option<String>,
    /// What it used.
    pub usage: UsageView,
}

/// Asks a model for remarks on a revision; the call is recorded, the remarks are not.
pub async fn ask(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
    asked: Asked<'_>,
) -> Result<Opinion, CommandError> {
    let code = revision.source.text_of(Role::Code);
    let provider = invocation.provider(asked.provider)?;
    let task = Task::Review {
        tests: revision.source.text_of(Role::Test),
        evidence: asked.findings.iter().map(|finding| finding.message.clone()).collect(),
        code: code.clone(),
    };
    let request = CompletionRequest {
        request: proposal.request.clone(),
        language: proposal.language,
        module: proposal.module.clone(),
        model: asked.model.map(str::to_owned),
        ..CompletionRequest::for_task(task)
    };
    let (provider, about) = (provider.as_ref(), Some(&proposal.id));
    let completion = draft::complete(invocation, provider, &request, about).await?;
    let lines = u32::try_from(code.lines().count()).unwrap_or(u32::MAX);
    let read = read_remarks(&completion.text, lines);
    let call = Call {
        language: proposal.language,
        max_tokens: request.max_tokens,
        purpose: Some("review"),
        proposal: Some(proposal.id.clone()),
        finish: None,
        completion,
    };
    let trouble = read.is_none().then_some(UNREADABLE);
    call::record_alone(invocation, std::slice::from_ref(&call), trouble).await;
    let main = revision.source.of_role(Role::Code).next().map(|file| file.path.to_string());
    let Remarks { remarks, refused } = read.unwrap_or_default();
    Ok(Opinion {
        provider: call.completion.provider,
        model: call.completion.model,
        remarks: remarks.into_iter().map(|it| finding(it, main.as_deref())).collect(),
        refused,
        trouble: trouble.map(str::to_owned),
        usage: views::usage(&call.completion.usage),
    })
}

fn finding(remark: Remark, path: Option<&str>) -> Finding {
    Finding {
        severity: match remark.severity {
            Severity::High => Weight::High,
            Severity::Medium => Weight::Medium,
            Severity::Low => Weight::Low,
        },
        kind: remark.kind.to_owned(),
        message: remark.message,
        place: remark.line.zip(path).map(|(line, path)| format!("{path}:{line}")),
        hint: remark.advice,
    }
}

/// Lays the opinion out for a person.
pub fn page(opinion: &Opinion, row: fn(&Finding) -> Vec<Cell>) -> Page {
    let who = opinion.model.as_deref().unwrap_or(&opinion.provider);
    if let Some(trouble) = &opinion.trouble {
        return Page::new().text(Cell::toned(format!("{who} was asked: {trouble}"), Tone::Warn));
    }
    if opinion.remarks.is_empty() {
        return Page::new().text(format!("{who} has no remarks; that is an opinion, no evidence."));
    }
    Page::new().text(format!("Remarks of {who}; an opinion, no evidence:")).block(Block::Table {
        head: ["Weight", "Place", "What", "Hint"].map(str::to_owned).to_vec(),
        rows: opinion.remarks.iter().map(row).collect(),
    })
}
