//! Lessons about what is not curated.

use crate::commands::acts;
use crate::commands::context::{Context, Invocation};
use crate::commands::draft;
use crate::commands::error::{CommandError, ErrorKind};
use crate::domain::act::Act;
use crate::domain::change::{ModelCall, Write};
use crate::domain::concept::Concept;
use crate::domain::language::Language;
use crate::domain::revision::Origin;
use crate::knowledge::learning::{self, MAX_DEPTH, Shelf};
use crate::knowledge::lesson::read_lesson;
use crate::providers::provider::{
    Completion, CompletionRequest, DEFAULT_MAX_TOKENS, DEFAULT_TEMPERATURE_MILLI, Making, Provider,
    Task,
};

/// Most lessons that one command asks for.
const MAX_LESSONS: usize = 15;

/// What is to be taught, and by whom.
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

/// What was taught.
#[derive(Default)]
pub struct Taught {
    /// The name that the concept has where it is known.
    pub name: String,
    /// Concepts of a model.
    pub concepts: Vec<Concept>,
    /// What was asked and answered.
    pub calls: Vec<Completion>,
    /// Examples that were left out.
    pub examples_left_out: usize,
}

/// Sees to it that the wanted concept is known: curated under its name, curated under a near one, or taught.
///
/// A model is asked for prerequisites too; where it fails, they stay unknown.
pub async fn teach(
    context: &Context,
    invocation: &Invocation,
    lessons: &Lessons,
    known: &[Concept],
) -> Result<Taught, CommandError> {
    let curated = (context.curated)();
    let mut taught = Taught { name: lessons.wanted.clone(), ..Taught::default() };
    if learning::find(&lessons.wanted, curated.concepts()).is_some() {
        return Ok(taught);
    }
    if lessons.provider.is_none()
        && let Ok(near) = curated.fit(&lessons.wanted)
    {
        taught.name.clone_from(&near.name);
        return Ok(taught);
    }
    let provider = context.provider(lessons.provider.as_deref())?;
    ask(invocation, provider.as_ref(), lessons, (&lessons.wanted, &mut taught)).await?;
    for _ in 0..MAX_DEPTH {
        let shelf = Shelf { curated: curated.concepts(), learned: known, taught: &taught.concepts };
        let unknown = learning::plan(&taught.name, shelf).unknown;
        for name in unknown {
            if taught.calls.len() >= MAX_LESSONS {
                return Ok(taught);
            }
            let asked = (name.as_str(), &mut taught);
            match ask(invocation, provider.as_ref(), lessons, asked).await {
                Ok(()) => {}
                Err(error) if error.kind == ErrorKind::Interrupted => return Err(error),
                Err(_) => return Ok(taught),
            }
        }
    }
    Ok(taught)
}

async fn ask(
    invocation: &Invocation,
    provider: &dyn Provider,
    lessons: &Lessons,
    (name, taught): (&str, &mut Taught),
) -> Result<(), CommandError> {
    let request = CompletionRequest {
        request: name.to_owned(),
        language: lessons.language,
        module: "example".to_owned(),
        concepts: Vec::new(),
        context: Vec::new(),
        constraints: Vec::new(),
        task: Task::Teach { concept: name.to_owned() },
        model: lessons.model.clone(),
        temperature_milli: DEFAULT_TEMPERATURE_MILLI,
        max_tokens: DEFAULT_MAX_TOKENS,
    };
    let completion = draft::complete(invocation, provider, &request).await?;
    let source = match (completion.making, &completion.model) {
        (Making::Retrieved, _) => "library".to_owned(),
        (Making::Generated, Some(model)) => model.clone(),
        (Making::Generated, None) => completion.provider.to_owned(),
    };
    let mut concept = read_lesson(&completion.text, name, lessons.language, &source)?;
    if completion.making == Making::Generated {
        // An example counts only after its tests have passed; none were run here.
        taught.examples_left_out += concept.snippets.len();
        concept.snippets.clear();
    }
    taught.concepts.push(concept);
    taught.calls.push(completion);
    Ok(())
}

/// Nobody knows a concept.
pub fn unknown(name: &str) -> CommandError {
    CommandError::new(ErrorKind::NotFound, format!("nobody here knows {name}"))
        .hint("Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local model server, to ask a model.")
}

/// The record of a lesson that was asked for.
pub fn act(invocation: &Invocation, call: &Completion) -> Act {
    let authorship = draft::authorship(call, DEFAULT_MAX_TOKENS, Origin::Generated);
    acts::model_called(invocation, call, &authorship).with("purpose", "teach")
}

/// The row of a lesson that was asked for.
pub fn row(call: &Completion, language: Language) -> Write {
    Write::NewCall(Box::new(ModelCall {
        proposal: None,
        provider: call.provider.to_owned(),
        model: call.model.clone(),
        language,
        usage: call.usage.clone(),
    }))
}
