//! A model's remarks on files, marked as opinion.
//!
//! A remark has to cite a line that is there; one that does not is dropped and counted. The calls are recorded because they cost
//! something, the remarks are not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::drafting::call::{self, Call};
use crate::drafting::draft;
use crate::improving::subject::Subject;
use foundation::providers::provider::{CompletionRequest, Task};
use foundation::providers::remarks::{Severity, read_remarks};
use inspection::findings::finding::{File, Finding};
use record::domain::language::Language;
use record::domain::role::Role;

/// Most files that a model is asked about at once.
const MAX_FILES: usize = 3;
/// Most findings that it is told.
const MAX_TOLD: usize = 20;
/// The reason told where a reply says nothing.
const UNREADABLE: &str = "the reply is not in the form that was asked for";

/// The opinion of a model; nothing of it is evidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Opinion {
    /// Who answered.
    pub provider: String,
    /// Its model; null where it names none.
    pub model: Option<String>,
    /// Its remarks, each on a line that is there.
    pub remarks: Vec<Said>,
    /// Entries of its replies that cite no line that is there, or are no remarks.
    pub dropped: usize,
    /// Why a reply says nothing; null where all do.
    pub trouble: Option<String>,
}

/// One remark of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// The file.
    pub path: String,
    /// The line that it cites.
    pub line: u32,
    /// `bug`, `quality`, `performance` or `practice`.
    pub kind: String,
    /// How much it weighs, in the model's opinion.
    pub severity: String,
    /// What it says.
    pub message: String,
    /// What it advises.
    pub advice: String,
}

/// Whom to ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The provider; the default one where absent.
    pub provider: Option<&'a str>,
    /// The model; the provider's own where absent.
    pub model: Option<&'a str>,
}

/// Asks a model about the files in question, one after another.
pub async fn ask(
    invocation: &Invocation,
    subject: &Subject,
    found: &[Finding],
    asked: Asked<'_>,
) -> Result<Opinion, CommandError> {
    let is_asked = |file: &&File| {
        let is_named = subject.asked.is_empty() || subject.asked.contains(&file.path);
        file.is_python() && file.role == Role::Code && is_named
    };
    let mut opinion = Opinion::default();
    for file in subject.files.iter().filter(is_asked).take(MAX_FILES) {
        about(
            &invocation.under(&format!("opinion {}", file.path)),
            file,
            found,
            asked,
            &mut opinion,
        )
        .await?;
    }
    Ok(opinion)
}

async fn about(
    invocation: &Invocation,
    file: &File,
    found: &[Finding],
    asked: Asked<'_>,
    opinion: &mut Opinion,
) -> Result<(), CommandError> {
    let provider = invocation.provider(asked.provider)?;
    let of_file = found.iter().filter(|finding| finding.path == file.path).take(MAX_TOLD);
    let evidence = of_file.map(|finding| format!("line {}: {}", finding.line, finding.message));
    let task = Task::Review {
        tests: String::new(),
        evidence: evidence.collect(),
        code: file.text.clone(),
    };
    let request = CompletionRequest {
        request: format!("a review of {}; cite the line of each remark", file.path),
        model: asked.model.map(str::to_owned),
        ..CompletionRequest::for_task(task)
    };
    let completion = draft::complete(invocation, provider.as_ref(), &request, None).await?;
    let lines = u32::try_from(file.text.lines().count()).unwrap_or(u32::MAX);
    let read = read_remarks(&completion.text, lines);
    let trouble = read.is_none().then_some(UNREADABLE);
    let call = Call {
        language: Language::Python,
        max_tokens: request.max_tokens,
        purpose: Some("review"),
        proposal: None,
        finish: None,
        completion,
    };
    call::record_alone(invocation, std::slice::from_ref(&call), trouble).await;
    opinion.provider = call.completion.provider;
    opinion.model = call.completion.model;
    opinion.trouble = opinion.trouble.take().or(trouble.map(str::to_owned));
    let read = read.unwrap_or_default();
    opinion.dropped += read.refused;
    for remark in read.remarks {
        let Some(line) = remark.line else {
            opinion.dropped += 1;
            continue;
        };
        let severity = match remark.severity {
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        };
        opinion.remarks.push(Said {
            path: file.path.clone(),
            line,
            kind: remark.kind.to_owned(),
            severity: severity.to_owned(),
            message: remark.message,
            advice: remark.advice,
        });
    }
    Ok(())
}
