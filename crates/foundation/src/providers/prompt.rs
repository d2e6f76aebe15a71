//! Writes the prompt of a request.
//!
//! Everything that came from outside (request, code, feedback, messages of tests) stands in fences that it cannot end,
//! is cut at a stated length, and is called data. The words are in `prompts/`; recorded answers are found again by the
//! digest of these bytes, so a changed word makes old tapes useless.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::providers::provider::{Changing, CompletionRequest, Repair, Sealing, Task};
use crate::providers::withheld::{FILE_LEFT_OUT, without_secrets};
use record::domain::concept::{Concept, Snippet};
use record::domain::secrets::is_file_of_secrets;
use record::domain::text::Untrusted;

/// Most characters of the request.
const MAX_REQUEST: usize = 20_000;
/// Most characters of one description of a concept.
const MAX_DESCRIPTION: usize = 150;
/// Most concepts that are named.
const MAX_CONCEPTS: usize = 5;
/// Most snippets that are shown, and most characters of one.
const MAX_SNIPPETS: (usize, usize) = (2, 3_000);
/// Most context files, and most characters of one.
const MAX_CONTEXT: (usize, usize) = (8, 8_000);
/// The same of a repository's files; whoever chooses them keeps to a budget.
const MAX_FILES: (usize, usize) = (40, 60_000);
/// Most paths that are named.
const MAX_PATHS: usize = 300;
/// Most constraints, and most characters of one.
const MAX_CONSTRAINTS: (usize, usize) = (20, 400);
/// Most characters of the code, and of the tests, that are to be refined.
const MAX_SOURCE: usize = 40_000;
/// Most characters of the feedback.
const MAX_FEEDBACK: usize = 12_000;
/// Most failing tests, lint messages and earlier tries that are named.
const MAX_FAILURES: usize = 5;
const MAX_LINT: usize = 3;
const MAX_TRIED: usize = 6;
/// Most lines about where a suite runs.
const MAX_SURROUNDINGS: usize = 5;
/// Most lines of evidence that a review is told.
const MAX_EVIDENCE: usize = 20;
/// Most characters of a role.
const MAX_PERSONA: usize = 4_000;
/// Most characters of one of them.
const MAX_LISTED: usize = 300;

/// Stands behind the name of a file that is shown in parts.
const IN_PARTS: &str = " (in parts)";

const ROLE_CODE: &str = include_str!("prompts/role_code.md");
const ROLE_CHANGE: &str = include_str!("prompts/role_change.md");
const ROLE_REPAIR: &str = include_str!("prompts/role_repair.md");
const ROLE_REVIEW: &str = include_str!("prompts/role_review.md");
const ROLE_SCRIPT: &str = include_str!("prompts/role_script.md");
const ROLE_TEACH: &str = include_str!("prompts/role_teach.md");
const DATA: &str = include_str!("prompts/data.md");
/// The form `changed_files` reads.
const ANSWER_CHANGE: &str = include_str!("prompts/answer_change.md");
const TESTS_OPEN: &str = include_str!("prompts/tests_open.md");
const TESTS_SEALED: &str = include_str!("prompts/tests_sealed.md");
const ANSWER_FILES: &str = include_str!("prompts/answer_files.md");
const ANSWER_REFINE: &str = include_str!("prompts/answer_refine.md");
const ANSWER_REPAIR: &str = include_str!("prompts/answer_repair.md");
/// The form `remarks` reads.
const ANSWER_REVIEW: &str = include_str!("prompts/answer_review.md");
const ANSWER_SCRIPT: &str = include_str!("prompts/answer_script.md");
/// The form `knowledge` reads.
const ANSWER_TEACH: &str = include_str!("prompts/answer_teach.md");

/// The two messages of a completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Who answers, and how.
    pub system: String,
    /// The user's message: the question itself.
    pub user: String,
}

impl Prompt {
    /// Both messages, for the digest that is recorded.
    pub fn text(&self) -> String {
        format!("{}\n\n{}", self.system, self.user)
    }
}

/// The prompt of a request.
pub fn prompt(request: &CompletionRequest) -> Prompt {
    let mut user = String::new();
    match &request.task {
        Task::Draft | Task::Script => {
            push_part(&mut user, "Request", &fenced(&request.request, "text", MAX_REQUEST));
        }
        Task::Refine { code, tests, feedback, tracebacks } => {
            push_part(&mut user, "Request", &fenced(&request.request, "text", MAX_REQUEST));
            let tag = request.language.word();
            push_part(&mut user, "Code so far", &fenced(code, tag, MAX_SOURCE));
            push_part(&mut user, "Tests so far", &fenced(tests, tag, MAX_SOURCE));
            push_part(&mut user, "Feedback", &fenced(feedback, "text", MAX_FEEDBACK));
            push_text(&mut user, "How tests fail now", &tracebacks.join("\n\n"));
        }
        Task::Repair(repair) => push_repair(&mut user, request, repair),
        Task::Change(changing) => push_change(&mut user, request, changing),
        Task::Review { code, tests, evidence } => {
            push_part(&mut user, "Request", &fenced(&request.request, "text", MAX_REQUEST));
            let tag = request.language.word();
            push_part(&mut user, "Code", &fenced(code, tag, MAX_SOURCE));
            push_part(&mut user, "Tests", &fenced(tests, tag, MAX_SOURCE));
            push_part(&mut user, "Evidence", &listed(evidence, MAX_EVIDENCE));
        }
        Task::Teach { concept } => {
            push_part(&mut user, "Concept to teach", &fenced(concept, "text", MAX_REQUEST));
        }
    }
    push_part(&mut user, "Related concepts", &concepts(&request.concepts));
    push_part(&mut user, "Tested examples that may be reused", &snippets(request));
    push_part(&mut user, "Existing files", &context(request));
    push_part(&mut user, "Constraints", &constraints(&request.constraints));
    user.push_str(&deliverables(request));
    Prompt { system: system(request), user }
}

/// The files of a request that its prompt shows from the first line to the last.
pub fn shown_whole(request: &CompletionRequest) -> BTreeSet<String> {
    let (most, length) = bounds(request);
    let is_whole = |(name, text): &&(String, String)| {
        !partly(request).contains(name)
            && text.chars().count() <= length
            && !is_file_of_secrets(name)
    };
    let shown = request.context.iter().take(most).filter(is_whole);
    shown.map(|(name, _)| name.clone()).collect()
}

/// Most files that are shown, and most characters of one.
const fn bounds(request: &CompletionRequest) -> (usize, usize) {
    if matches!(request.task, Task::Change(_)) { MAX_FILES } else { MAX_CONTEXT }
}

fn partly(request: &CompletionRequest) -> &[String] {
    match &request.task {
        Task::Change(changing) => &changing.partly,
        Task::Draft
        | Task::Refine { .. }
        | Task::Repair(_)
        | Task::Review { .. }
        | Task::Script
        | Task::Teach { .. } => &[],
    }
}

fn system(request: &CompletionRequest) -> String {
    let persona = match &request.task {
        Task::Repair(repair) => repair.persona.trim(),
        Task::Draft
        | Task::Change(_)
        | Task::Refine { .. }
        | Task::Review { .. }
        | Task::Script
        | Task::Teach { .. } => "",
    };
    let role = match request.task {
        Task::Draft | Task::Refine { .. } => ROLE_CODE,
        Task::Change(_) => ROLE_CHANGE,
        Task::Repair(_) => ROLE_REPAIR,
        Task::Review { .. } => ROLE_REVIEW,
        Task::Script => ROLE_SCRIPT,
        Task::Teach { .. } => ROLE_TEACH,
    };
    let role = role.trim_end().replace("{language}", request.language.word());
    let persona: String = persona.chars().take(MAX_PERSONA).collect();
    let parts = [role.as_str(), persona.as_str(), DATA.trim_end()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn deliverables(request: &CompletionRequest) -> String {
    let of_module = |text: &str| text.replace("{module}", &request.module);
    match &request.task {
        Task::Teach { .. } => ANSWER_TEACH.to_owned(),
        Task::Draft => of_module(ANSWER_FILES),
        Task::Refine { .. } => format!("{}{ANSWER_REFINE}", of_module(ANSWER_FILES)),
        Task::Change(changing) => {
            let tests = match changing.tests {
                Sealing::Open => TESTS_OPEN,
                Sealing::Sealed => TESTS_SEALED,
            };
            ANSWER_CHANGE.replace("{tests}", tests.trim_end())
        }
        Task::Repair(_) => of_module(ANSWER_REPAIR),
        Task::Review { .. } => ANSWER_REVIEW.to_owned(),
        Task::Script => of_module(ANSWER_SCRIPT),
    }
}

/// Writes the parts of a repair: request, code, sealed tests, diagnosis, earlier tries.
fn push_repair(user: &mut String, request: &CompletionRequest, repair: &Repair) {
    let tag = request.language.word();
    push_part(user, "Request", &fenced(&request.request, "text", MAX_REQUEST));
    push_part(user, "Code that fails", &fenced(&repair.code, tag, MAX_SOURCE));
    push_part(user, "Tests, sealed", &fenced(&repair.tests, tag, MAX_SOURCE));
    push_part(user, "Diagnosis", &fenced(&repair.diagnosis, "text", MAX_FEEDBACK));
    push_part(user, "Failing tests", &listed(&repair.failures, MAX_FAILURES));
    push_text(user, "How they fail", &repair.tracebacks.join("\n\n"));
    push_text(user, "What the suite printed", &repair.printed);
    push_part(user, "Linter", &listed(&repair.lint, MAX_LINT));
    push_part(user, "Already tried, and what came of it", &listed(&repair.tried, MAX_TRIED));
    push_part(user, "Where it runs", &listed(&repair.surroundings, MAX_SURROUNDINGS));
}

fn push_text(text: &mut String, title: &str, told: &str) {
    if !told.is_empty() {
        push_part(text, title, &fenced(told, "text", MAX_FEEDBACK));
    }
}

/// Writes the parts of a change: request, what is there, the change so far and what is wrong with it.
fn push_change(user: &mut String, request: &CompletionRequest, changing: &Changing) {
    push_part(user, "Request", &fenced(&request.request, "text", MAX_REQUEST));
    let mut paths = listed(&changing.paths, MAX_PATHS);
    let left_out = changing.paths.len().saturating_sub(MAX_PATHS);
    if left_out > 0 {
        // Writing to a `String` cannot fail.
        writeln!(paths, "\n({left_out} more paths are left out.)").ok();
    }
    push_part(user, "Paths of the repository", &paths);
    if !changing.difference.is_empty() {
        push_part(user, "The change so far", &fenced(&changing.difference, "diff", MAX_SOURCE));
    }
    if !changing.feedback.is_empty() {
        push_part(
            user,
            "What is to be different",
            &fenced(&changing.feedback, "text", MAX_FEEDBACK),
        );
    }
    push_part(user, "Failing tests", &listed(&changing.failures, MAX_FAILURES));
    push_text(user, "How they fail", &changing.tracebacks.join("\n\n"));
    push_part(user, "Already tried, and what came of it", &listed(&changing.tried, MAX_TRIED));
    push_part(user, "Where it runs", &listed(&changing.surroundings, MAX_SURROUNDINGS));
}

fn listed(lines: &[String], most: usize) -> String {
    let line =
        |text: &String| format!("- {}\n", Untrusted(&without_secrets(text)).line(MAX_LISTED));
    lines.iter().take(most).map(line).collect()
}

fn push_part(text: &mut String, title: &str, body: &str) {
    if !body.is_empty() {
        // Writing to a `String` cannot fail.
        write!(text, "## {title}\n\n{}\n\n", body.trim_end()).ok();
    }
}

fn concepts(concepts: &[Concept]) -> String {
    let line = |concept: &Concept| {
        format!(
            "- {} ({}, difficulty {}/4): {}\n",
            Untrusted(&concept.name).line(80),
            Untrusted(&concept.category).line(20),
            concept.difficulty.level(),
            Untrusted(&concept.description).line(MAX_DESCRIPTION)
        )
    };
    concepts.iter().take(MAX_CONCEPTS).map(line).collect()
}

fn snippets(request: &CompletionRequest) -> String {
    let fitting = |snippet: &&Snippet| snippet.language == request.language;
    // What a model gave as an example is not tested, and must not teach the next one.
    let tested = request.concepts.iter().filter(|concept| concept.is_curated());
    let snippets = tested.flat_map(|concept| &concept.snippets).filter(fitting);
    let show = |snippet: &Snippet| {
        let summary = Untrusted(&snippet.summary).line(200);
        let code = fenced(&snippet.code, snippet.language.word(), MAX_SNIPPETS.1);
        format!("{summary}\n\n{code}\n\n")
    };
    snippets.take(MAX_SNIPPETS.0).map(show).collect()
}

fn context(request: &CompletionRequest) -> String {
    let (most, length) = bounds(request);
    let show = |(given, text): &(String, String)| {
        let name = Untrusted(given).line(200);
        if is_file_of_secrets(&name) {
            return format!("{name}:\n\n{FILE_LEFT_OUT}\n\n");
        }
        let part = if partly(request).contains(given) { IN_PARTS } else { "" };
        format!("{name}{part}:\n\n{}\n\n", fenced(text, "", length))
    };
    let mut shown: String = request.context.iter().take(most).map(show).collect();
    let left_out = request.context.len().saturating_sub(most);
    if left_out > 0 {
        // Writing to a `String` cannot fail.
        writeln!(shown, "{left_out} more files are left out.").ok();
    }
    shown
}

fn constraints(constraints: &[String]) -> String {
    let line =
        |constraint: &String| format!("- {}\n", Untrusted(constraint).line(MAX_CONSTRAINTS.1));
    constraints.iter().take(MAX_CONSTRAINTS.0).map(line).collect()
}

/// Text as a block that nothing inside can end, without secrets; what is cut is said.
fn fenced(text: &str, tag: &str, most: usize) -> String {
    let text: &str = &without_secrets(text);
    match text.char_indices().nth(most) {
        None => Untrusted(text).fenced(tag),
        Some((end, _)) => {
            let kept = text.get(..end).unwrap_or_default();
            let left_out = text.len() - end;
            format!("{}\n\n({left_out} more bytes are left out.)", Untrusted(kept).fenced(tag))
        }
    }
}
