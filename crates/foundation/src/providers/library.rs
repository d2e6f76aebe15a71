//! The provider that retrieves curated snippets instead of asking a model.
//!
//! It works without a network and costs nothing; what it gives was tested by us. Where nothing fits it says so, with
//! the nearest concepts, and never adapts a snippet beyond its module name.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::providers::completion::{Completion, Making};
use crate::providers::error::ProviderError;
use crate::providers::extract::Extracted;
use crate::providers::provider::{CompletionRequest, Provider, Task};
use record::domain::change::LIBRARY;
use record::domain::concept::Snippet;
use record::domain::usage::Usage;
use record::domain::word_fit::{Fit, Miss};

/// The word in records and settings.
pub const NAME: &str = LIBRARY;

/// Finds the concept that fits a request, or names the nearest ones.
pub type Retrieve = Box<dyn Fn(&str) -> Result<Fit, Miss> + Send + Sync>;

/// Answers from curated snippets, without a model and without a network.
pub struct Library(Retrieve);

impl Library {
    /// A library over whatever the retrieval knows.
    pub fn new(retrieve: Retrieve) -> Self {
        Self(retrieve)
    }

    fn draft(&self, request: &CompletionRequest) -> Result<Completion, ProviderError> {
        let Fit { concept, words } = self.find(&request.request)?;
        let snippet = concept.snippets.iter().find(|snippet| snippet.language == request.language);
        let Some(snippet) = snippet else {
            return Err(ProviderError::NothingFits { nearest: vec![concept.name], language: None });
        };
        let warning = words.warning().map(|words| format!("{words} ")).unwrap_or_default();
        let explanation = format!(
            "Retrieved from the curated library ({}), not generated. {warning}{} {}",
            concept.source, snippet.summary, concept.description
        );
        let files = adapted(snippet, &request.module, explanation);
        Ok(completion(files.to_reply(), concept.source))
    }

    fn teach(&self, wanted: &str) -> Result<Completion, ProviderError> {
        let concept = self.find(wanted)?.concept;
        let text = serde_json::to_string_pretty(&concept)
            .map_err(|error| ProviderError::Unreadable { detail: error.to_string() })?;
        Ok(completion(text, concept.source))
    }

    fn find(&self, request: &str) -> Result<Fit, ProviderError> {
        (self.0)(request)
            .map_err(|Miss { nearest, language }| ProviderError::NothingFits { nearest, language })
    }
}

#[async_trait]
impl Provider for Library {
    fn name(&self) -> &str {
        NAME
    }

    fn is_free(&self) -> bool {
        true
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        if cancel.is_cancelled() {
            return Err(ProviderError::Cancelled);
        }
        let completion = match &request.task {
            Task::Draft => self.draft(request)?,
            Task::Teach { concept } => self.teach(concept)?,
            Task::Change(_)
            | Task::Refine { .. }
            | Task::Repair(_)
            | Task::Review { .. }
            | Task::Script => {
                return Err(ProviderError::NotConfigured {
                    name: NAME.to_owned(),
                    detail:
                        "it retrieves tested modules, and neither rewrites nor reviews code, changes repositories nor writes scripts"
                            .to_owned(),
                });
            }
        };
        on_text(&completion.text);
        Ok(completion)
    }
}

fn completion(text: String, source: String) -> Completion {
    Completion {
        text,
        making: Making::Retrieved,
        provider: NAME.to_owned(),
        model: None,
        usage: Usage::default(),
        sources: vec![source],
        prompt: String::new(),
        persona: None,
        failed: Vec::new(),
    }
}

/// The snippet under the module name of the request; nothing else of it is changed.
fn adapted(snippet: &Snippet, module: &str, explanation: String) -> Extracted {
    let import = format!("from {} import", snippet.slug);
    let lines = snippet.tests.split_inclusive('\n').map(|line| {
        let indent = line.len() - line.trim_start().len();
        match line.get(indent..).and_then(|statement| statement.strip_prefix(&import)) {
            Some(names) => {
                let indent = line.get(..indent).unwrap_or_default();
                format!("{indent}from {module} import{names}")
            }
            None => line.to_owned(),
        }
    });
    Extracted {
        code: snippet.code.clone(),
        tests: lines.collect(),
        explanation,
        support: Vec::new(),
        code_path: None,
        tests_path: None,
    }
}
