//! Asks a model for lessons about concepts that are not curated.
//!
//! A concept may need others first; those are asked for too, a few levels deep and bounded in number. Lessons that were
//! paid for are kept even where a later one fails.

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::drafting::call::Call;
use crate::drafting::draft;
use foundation::knowledge::languages;
use foundation::knowledge::learning::{self, MAX_DEPTH, Shelf};
use foundation::knowledge::lesson::read_lesson;
use foundation::providers::completion::{Completion, Making};
use foundation::providers::provider::{CompletionRequest, Provider, Task};
use record::domain::concept::{Concept, LIBRARY, is_curated};
use record::domain::language::Language;

/// Most lessons that one command asks for.
const MAX_LESSONS: usize = 15;

/// A wish for lessons: the concept, and who is to teach it.
pub struct Lessons {
    /// The concept's name as typed.
    pub wanted: String,
    /// The language of examples.
    pub language: Language,
    /// The provider; the default one where absent.
    pub provider: Option<String>,
    /// The model; the provider's own where absent.
    pub model: Option<String>,
}

/// The lessons so far.
#[derive(Default)]
pub struct Taught {
    /// The name that the concept has where it is known.
    pub name: String,
    /// Concepts of a model.
    pub concepts: Vec<Concept>,
    /// The calls of models.
    pub calls: Vec<Call>,
}

/// Sees to it that the wanted concept is known: curated under its name, curated under a near one, or taught.
///
/// A model is asked for prerequisites too; where it fails, they stay unknown. What was answered is in `taught`, also
/// after an error.
pub async fn teach(
    invocation: &Invocation,
    lessons: &Lessons,
    known: &[Concept],
    taught: &mut Taught,
) -> Result<(), CommandError> {
    let curated = (invocation.curated)();
    taught.name.clone_from(&lessons.wanted);
    if learning::find(&lessons.wanted, curated.concepts()).is_some() {
        return Ok(());
    }
    if lessons.provider.is_none()
        && let Some(near) = curated.named(&lessons.wanted)
    {
        taught.name.clone_from(&near.name);
        return Ok(());
    }
    let provider = invocation.provider(lessons.provider.as_deref())?;
    let provider = provider.as_ref();
    ask(invocation, provider, lessons, &lessons.wanted, taught).await?;
    for _ in 0..MAX_DEPTH {
        let shelf = Shelf { curated: curated.concepts(), learned: known, taught: &taught.concepts };
        let unknown = learning::plan(&taught.name, shelf).unknown;
        for name in unknown {
            if taught.calls.len() >= MAX_LESSONS {
                return Ok(());
            }
            match ask(invocation, provider, lessons, &name, taught).await {
                Ok(()) => {}
                Err(error) if error.kind == ErrorKind::Interrupted => return Err(error),
                Err(_) => return Ok(()),
            }
        }
    }
    Ok(())
}

async fn ask(
    invocation: &Invocation,
    provider: &dyn Provider,
    lessons: &Lessons,
    name: &str,
    taught: &mut Taught,
) -> Result<(), CommandError> {
    let request = CompletionRequest {
        request: name.to_owned(),
        language: lessons.language,
        module: "example".to_owned(),
        model: lessons.model.clone(),
        ..CompletionRequest::for_task(Task::Teach { concept: name.to_owned() })
    };
    let completion = draft::complete(invocation, provider, &request, None).await?;
    let (source, text) = (source(&completion), completion.text.clone());
    // First of all: what was paid for counts, even if it turns out to be no lesson.
    taught.calls.push(Call {
        completion,
        language: lessons.language,
        max_tokens: request.max_tokens,
        purpose: Some("teach"),
        proposal: None,
        finish: None,
    });
    let mut concept = read_lesson(&text, name, lessons.language, &source)?;
    // A concept of another language is not one of Python, and no example of it can be run.
    if languages::foreign(&lessons.wanted).is_some() {
        concept.language = None;
        concept.snippets.clear();
    }
    taught.concepts.push(concept);
    Ok(())
}

/// Names the source of a concept; a model cannot pass for curated knowledge by its name.
fn source(completion: &Completion) -> String {
    match (completion.making, &completion.model) {
        (Making::Retrieved, _) => LIBRARY.to_owned(),
        (Making::Generated, Some(model)) if !is_curated(model) => model.clone(),
        (Making::Generated, _) => completion.provider.clone(),
    }
}

/// Builds the error for a concept that nobody knows.
pub fn unknown(name: &str) -> CommandError {
    CommandError::new(ErrorKind::NotFound, format!("nobody here knows {name}"))
        .hint("Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local model server, to ask a model.")
}
