//! Makes an improved text of a file, by rules or by a model.
//!
//! A model gets the file, the findings, what the file reaches, and why its last try was refused; it answers with the whole file or edits
//! of it. Other files of its reply are left aside: their names are told, so that nobody wonders.

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::diagnosis::python::oldest_minor;
use crate::drafting::call;
use crate::drafting::draft::{self, Question};
use crate::improving::linting;
use crate::improving::mechanical::{self, Reach};
use crate::improving::reached::Reached;
use crate::improving::stages::Generated;
use crate::improving::structuring::{Structure, restructure};
use crate::improving::workplace::Workplace;
use foundation::providers::changed_files::{
    ChangedFiles, Content, edited, extract_change, in_the_way_of,
};
use foundation::providers::prompt::shown_whole;
use foundation::providers::provider::{Changing, CompletionRequest, Sealing, Task};
use inspection::findings::finding::Finding;
use record::domain::revision::{Authorship, Origin};
use record::domain::source::{Source, SourceFile};
use sandbox::study::{Lint, Remark};

/// The word for what was made without a model.
pub const MECHANICAL: &str = "mechanical";
/// Rules by which a text is mended without a model, besides those of a look.
const MENDING: [&str; 12] =
    ["F", "B", "PLE", "E711", "E712", "E713", "E714", "C4", "SIM", "UP034", "RET", "PIE"];
/// Most findings that a model is told.
const MAX_TOLD: usize = 25;
/// What a model has to keep.
const CONSTRAINTS: [&str; 4] = [
    "Keep every public name, parameter, default, attribute and return value as it is.",
    "Importing the file must do nothing that it did not do before.",
    "Do not hide messages of tools by comments.",
    "Change this one file only.",
];

/// Who makes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker<'a> {
    /// Rules.
    Rules,
    /// A model of a provider.
    Model {
        /// The provider; the default one where absent.
        provider: Option<&'a str>,
        /// The model; the provider's own where absent.
        model: Option<&'a str>,
    },
    /// Moves of definitions.
    Structure(Structure),
}

/// What a try starts from.
pub struct Start<'a> {
    /// The text to improve: the best so far.
    pub text: &'a str,
    /// What was found in it.
    pub findings: &'a [Finding],
    /// What a change of it reaches.
    pub affected: &'a [Reached],
    /// Why the last try was refused.
    pub refusals: &'a [String],
    /// What it is for: words of whoever asked, and of the owner's pipeline; each may be empty.
    pub purpose: [&'a str; 2],
    /// The number of the try, from 1.
    pub turn: u32,
}

/// What came of a try to make a text.
pub enum Made {
    /// A text, with who answers for it.
    Text(Generated, Box<Authorship>),
    /// A reply that is none; why not.
    Unfit(String),
}

/// Makes an improved text.
pub async fn generate(
    invocation: &Invocation,
    workplace: &Workplace,
    start: Start<'_>,
    maker: Maker<'_>,
) -> Result<Made, CommandError> {
    let repaired = |generated| Made::Text(generated, Box::new(Authorship::repaired()));
    match maker {
        Maker::Rules => Ok(repaired(by_rules(invocation, workplace, &start).await?)),
        Maker::Structure(structure) => Ok(repaired(restructure(invocation, workplace, structure)?)),
        Maker::Model { provider, model } => {
            by_model(invocation, workplace, &start, (provider, model)).await
        }
    }
}

async fn by_rules(
    invocation: &Invocation,
    workplace: &Workplace,
    start: &Start<'_>,
) -> Result<Generated, CommandError> {
    let reach = Reach::of(start.turn);
    let remarks = remarks(invocation, workplace, start.text).await?;
    let mended = mechanical::mend(start.text, &remarks, reach);
    Ok(Generated {
        path: workplace.path.to_string(),
        by: MECHANICAL.to_owned(),
        text: mended.text,
        explanation: mended.done,
        others: Vec::new(),
    })
}

/// What ruff says of a text, with the edits that mend it.
async fn remarks(
    invocation: &Invocation,
    workplace: &Workplace,
    text: &str,
) -> Result<Vec<Remark>, CommandError> {
    let file = workplace.source.files().iter().find(|file| file.path == workplace.path);
    let file = file.map(|file| SourceFile { content: text.as_bytes().to_vec(), ..file.clone() });
    let source = Source::of_tree(file.into_iter().collect())?;
    let paths = [workplace.path.to_string()].into();
    let minor = workplace.described.python.as_deref().and_then(oldest_minor);
    let rules = MENDING.map(str::to_owned).to_vec();
    linting::lint(invocation, source, Lint { paths, rules, minor }).await
}

async fn by_model(
    invocation: &Invocation,
    workplace: &Workplace,
    start: &Start<'_>,
    (provider, model): (Option<&str>, Option<&str>),
) -> Result<Made, CommandError> {
    let path = workplace.path.to_string();
    let request = request(workplace, start, model);
    let read = |text: &str| Ok(extract_change(text));
    let question = Question { provider, proposal: None, request, read: &read };
    let (asked, reply) = draft::ask(invocation, &question).await?;
    let before =
        Before { text: start.text, is_whole: shown_whole(&question.request).contains(&path) };
    let read = reply.map_err(|error| error.to_string());
    let read = read.and_then(|reply| Ok((text_of(&reply, &path, &before)?, reply)));
    let why = read.as_ref().err().map(|why| format!("the reply does not fit {path}: {why}"));
    call::record_alone(invocation, std::slice::from_ref(&asked), why.as_deref()).await;
    let Ok((text, reply)) = read else { return Ok(Made::Unfit(why.unwrap_or_default())) };
    let others = reply.files.iter().filter(|file| file.path.as_str() != path);
    let others = others.map(|file| format!("{} was left as it is", file.path));
    let explanation = [reply.explanation.clone()].into_iter().chain(others).collect();
    let authorship = Box::new(asked.authorship(Origin::Generated));
    let by = asked.completion.provider;
    Ok(Made::Text(Generated { path, by, text, explanation, others: Vec::new() }, authorship))
}

/// Builds the request for an improved text.
fn request(workplace: &Workplace, start: &Start<'_>, model: Option<&str>) -> CompletionRequest {
    let path = workplace.path.to_string();
    let found = start.findings.iter().take(MAX_TOLD);
    let found: Vec<String> =
        found.map(|one| format!("line {}: {} ({})", one.line, one.message, one.reason)).collect();
    let reached: Vec<String> =
        start.affected.iter().map(|one| format!("{}: {}", one.path, one.reason)).collect();
    let purpose: Vec<&str> =
        start.purpose.into_iter().map(str::trim).filter(|words| !words.is_empty()).collect();
    let purpose = if purpose.is_empty() {
        String::new()
    } else {
        format!("What it is for: {}\n", purpose.join("\n"))
    };
    let listed = |title: &str, lines: &[String]| match lines {
        [] => String::new(),
        lines => format!("{title}:\n{}\n", lines.join("\n")),
    };
    let request = format!(
        "Improve {path} without changing what it does.\n{purpose}{}{}",
        listed("Findings", &found),
        listed("Other files that use it", &reached)
    );
    let tests = workplace
        .source
        .files()
        .iter()
        .filter(|file| workplace.tests.contains(&file.path.to_string()));
    let context = [(path.clone(), start.text.to_owned())].into_iter();
    let context = context.chain(tests.take(2).map(|file| (file.path.to_string(), file.text())));
    let task = Task::Change(Box::new(Changing {
        paths: workplace.source.paths().map(ToString::to_string).collect(),
        difference: String::new(),
        feedback: start.refusals.join("\n"),
        tests: Sealing::Sealed,
        ..Changing::default()
    }));
    CompletionRequest {
        request,
        context: context.collect(),
        constraints: CONSTRAINTS.map(str::to_owned).to_vec(),
        model: model.map(str::to_owned),
        ..CompletionRequest::for_task(task)
    }
}

/// A file as a model was shown it.
struct Before<'a> {
    text: &'a str,
    is_whole: bool,
}

/// The text of the file in a reply, or why it holds none.
fn text_of(reply: &ChangedFiles, path: &str, before: &Before<'_>) -> Result<String, String> {
    let file = reply.files.iter().find(|file| file.path.as_str() == path);
    match &file.ok_or("it holds no text of it")?.content {
        Content::Whole(_) if !before.is_whole => {
            Err("it gives the file whole, which is too long to be shown whole".to_owned())
        }
        Content::Whole(text) => Ok(in_the_way_of(before.text, text)),
        Content::Edited(edits) => edited(edits, before.text).map_err(|error| error.to_string()),
        Content::Deleted => Err("it deletes the file".to_owned()),
    }
}
