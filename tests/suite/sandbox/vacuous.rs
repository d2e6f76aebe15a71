//! Suites that cannot fail are not believed.

use std::sync::Arc;

use record::domain::evidence::{Evidence, IntegrityState};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::SandboxBackend as _;
use sandbox::linux::backend::LinuxBackend;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::sandbox::cases::folder;
use crate::sandbox::item::{Item, Variant};
use crate::sandbox::support::{file, job_of, quick, verdict};

/// Every how many items of the fixtures one is taken.
const STEP: usize = 4;
/// Suites of which one may be missed.
const MISSED_OF: usize = 50;

/// What a suite of each kind says of a call and the value that it really has.
const KINDS: [(&str, &str); 7] = [
    ("itself", "    assert CALL == CALL\n"),
    ("not_none", "    assert CALL is not None\n"),
    ("its_type", "    assert isinstance(CALL, type(VALUE))\n"),
    (
        "swallowed",
        "    try:\n        assert CALL == VALUE\n    except AssertionError:\n        pass\n",
    ),
    ("called", "    CALL\n"),
    ("true", "    assert True\n"),
    ("or_true", "    assert CALL == VALUE or True\n"),
];

/// A suite that cannot fail, made of an honest one.
struct Vacuous {
    name: String,
    code: (String, String),
    tests: (String, String),
}

/// The suites of an item: the first assertion of the form `assert call == value`, in seven vacuous forms.
fn suites(item: &Item) -> Vec<Vacuous> {
    let files = item.files(Variant::Reference);
    let of = |role| files.iter().find(|(_, of, _)| *of == role).cloned().unwrap();
    let ((code_path, _, code), (test_path, _, tests)) = (of(Role::Code), of(Role::Test));
    let assertion = tests.lines().find_map(|line| line.trim().strip_prefix("assert "));
    let Some((call, value)) = assertion.and_then(|text| text.split_once(" == ")) else {
        return Vec::new();
    };
    let value = expression(value);
    let head: Vec<&str> = tests.lines().take_while(|line| !line.starts_with("def ")).collect();
    let head = head.join("\n");
    let suite = |(name, body): &(&str, &str)| Vacuous {
        name: format!("{} {name}", item.id),
        code: (code_path.clone(), code.clone()),
        tests: (
            test_path.clone(),
            format!(
                "{head}\n\n\ndef test_it():\n{}",
                body.replace("CALL", call).replace("VALUE", value)
            ),
        ),
    };
    KINDS.iter().map(suite).collect()
}

/// An expression without the message that follows it.
fn expression(text: &str) -> &str {
    let (mut depth, mut quote) = (0_i32, None);
    let ends = text.char_indices().find(|(_, symbol)| {
        match (quote, symbol) {
            (Some(open), close) if open == *close => quote = None,
            (None, '"' | '\'') => quote = Some(*symbol),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (Some(_) | None, _) => {}
        }
        quote.is_none() && depth == 0 && *symbol == ','
    });
    ends.map_or(text, |(at, _)| &text[..at])
}

async fn run(backend: Arc<LinuxBackend>, suite: Vacuous) -> (String, Evidence) {
    let files = vec![
        file(&suite.code.0, Role::Code, suite.code.1),
        file(&suite.tests.0, Role::Test, suite.tests.1),
    ];
    let job = job_of(&suite.name, Source::new(files).unwrap());
    let evidence = backend.run(job, &|_| {}, CancellationToken::new()).await.unwrap();
    (suite.name, evidence)
}

/// Whether a suite that cannot fail is told to be one; without any call it never meets the subject.
fn is_flagged(evidence: &Evidence) -> bool {
    let verdict = verdict(evidence);
    let codes: Vec<&str> =
        evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect();
    let is_told = evidence.integrity.state == IntegrityState::Suspect
        && codes.contains(&"vacuous_tests")
        && verdict.reasons.contains(&Reason::Integrity);
    verdict.word != VerdictWord::Passed && (is_told || verdict.reasons == [Reason::Untouched])
}

#[test]
fn seven_kinds_of_vacuous_suites_are_flagged() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let items: Vec<Item> = ["humaneval", "mbpp"]
        .iter()
        .flat_map(|name| Item::load(&folder("corpus").join(format!("{name}.jsonl"))))
        .step_by(STEP)
        .collect();
    let all: Vec<Vacuous> = items.iter().flat_map(suites).collect();
    let count = all.len();
    assert!(count > MISSED_OF, "{count} suites");

    let missed = runtime.block_on(async {
        let backend = Arc::new(quick());
        backend.prepare(&|_| {}).await.unwrap();
        let mut running = JoinSet::new();
        for suite in all {
            running.spawn(run(Arc::clone(&backend), suite));
        }
        let ended = running.join_all().await;
        let missed = ended.into_iter().filter(|(_, evidence)| !is_flagged(evidence));
        missed
            .map(|(name, evidence)| {
                format!("{name}: {:?} {:?}", verdict(&evidence), evidence.integrity)
            })
            .collect::<Vec<_>>()
    });

    assert!(missed.len() <= count / MISSED_OF, "{} of {count}: {missed:#?}", missed.len());
}
