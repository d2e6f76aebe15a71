//! Retrieval of curated snippets.

use std::sync::Mutex;

use foundation::knowledge::curated::curated;
use foundation::providers::completion::{Completion, Making};
use foundation::providers::error::ProviderError;
use foundation::providers::extract::extract;
use foundation::providers::library::Library;
use foundation::providers::provider::{CompletionRequest, Provider as _, Task};
use record::domain::word_fit::{Fit, WordFit};
use tokio_util::sync::CancellationToken;

use crate::providers::server::request;

async fn ask(request: CompletionRequest) -> Result<Completion, ProviderError> {
    let library = Library::new(Box::new(|request| curated().fit(request)));
    library.complete(&request, &|_: &str| {}, CancellationToken::new()).await
}

fn asking(text: &str) -> CompletionRequest {
    CompletionRequest { request: text.to_owned(), module: "my_module".to_owned(), ..request() }
}

#[tokio::test]
async fn the_answer_says_that_it_was_retrieved_and_from_where() {
    let completion =
        ask(asking("a CSV parser that handles quoted fields and custom delimiters")).await.unwrap();

    let files = extract(&completion.text).unwrap();
    let start =
        "Retrieved from the curated library (knowledge/python/parsing/csv_parser), not generated. ";
    assert!(files.explanation.starts_with(start), "{}", files.explanation);
    assert_eq!(completion.sources, ["knowledge/python/parsing/csv_parser"]);
    assert_eq!(
        (completion.making, completion.model, completion.prompt.as_str()),
        (Making::Retrieved, None, "")
    );
    assert!(files.tests.contains("\nfrom my_module import CsvError, parse_csv"), "{}", files.tests);
}

#[tokio::test]
async fn every_snippet_comes_through_whole_under_the_wanted_name() {
    for concept in curated().concepts() {
        let snippet = &concept.snippets[0];
        let found = concept.clone();
        let library = Library::new(Box::new(move |_| {
            Ok(Fit { concept: found.clone(), words: WordFit::default() })
        }));
        let completion =
            library.complete(&asking("x"), &|_: &str| {}, CancellationToken::new()).await;

        let files = extract(&completion.unwrap().text).unwrap();

        let back =
            files.tests.replace("from my_module import", &format!("from {} import", snippet.slug));
        assert_eq!((&files.code, &back), (&snippet.code, &snippet.tests), "{}", concept.source);
        let other_use =
            files.tests.lines().find(|line| line.contains(&format!("from {} ", snippet.slug)));
        assert_eq!(other_use, None, "{}", concept.source);
        assert_eq!(files.support, [], "{}", concept.source);
    }
}

#[tokio::test]
async fn what_the_library_cannot_do_is_said() {
    let refine = Task::Refine {
        code: String::new(),
        tests: String::new(),
        feedback: "faster".to_owned(),
        tracebacks: Vec::new(),
    };

    let unknown = ask(asking("a quantum chromodynamics simulator")).await.unwrap_err();
    let refused = ask(CompletionRequest { task: refine, ..asking("CSV parser") }).await;
    let script = ask(CompletionRequest { task: Task::Script, ..asking("CSV parser") }).await;

    assert!(matches!(unknown, ProviderError::NothingFits { .. }), "{unknown}");
    let review = Task::Review { code: String::new(), tests: String::new(), evidence: Vec::new() };
    let review = ask(CompletionRequest { task: review, ..asking("CSV parser") }).await;
    for refused in [refused, script, review] {
        assert_eq!(
            refused.unwrap_err().to_string(),
            "the provider library is not available: it retrieves tested modules, and neither rewrites nor reviews code, changes repositories nor writes scripts"
        );
    }
}

#[tokio::test]
async fn the_text_is_told_and_a_cancelled_request_is_not_answered() {
    let library = Library::new(Box::new(|request| curated().fit(request)));
    let pieces = Mutex::new(String::new());
    let on_text = |text: &str| pieces.lock().unwrap().push_str(text);
    let cancelled = CancellationToken::new();
    cancelled.cancel();

    let answered = library.complete(&asking("fibonacci"), &on_text, CancellationToken::new()).await;
    let stopped = library.complete(&asking("fibonacci"), &on_text, cancelled).await;

    assert_eq!(answered.unwrap().text, *pieces.lock().unwrap());
    assert!(matches!(stopped, Err(ProviderError::Cancelled)));
}

#[tokio::test]
async fn a_concept_is_taught_in_the_form_of_a_lesson() {
    let task = Task::Teach { concept: "CSV parsing".to_owned() };

    let completion = ask(CompletionRequest { task, ..asking("learn") }).await.unwrap();

    let language = record::domain::language::Language::Python;
    let taught = foundation::knowledge::lesson::read_lesson(
        &completion.text,
        "CSV parsing",
        language,
        "library",
    )
    .unwrap();
    let known = curated().fit("CSV parsing").unwrap().concept;
    assert_eq!(
        (taught.name, taught.difficulty, taught.prerequisites),
        (known.name.clone(), known.difficulty, known.prerequisites.clone())
    );
}
