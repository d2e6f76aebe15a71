//! `/suggest-improvements`.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::evidence::{
    Coverage, Evidence, Finding, Integrity, IntegrityState, LintIssue, MissingLine, Severity,
    TestOutcome,
};
use record::domain::probe::{
    Answer, Case, Compared, Complaint, Ending, Infected, Question, Separating, Traced, Tried,
};
use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use crate::support::boxed::boxed;
use crate::support::fakes::{Doing, failing, passing};
use crate::support::house::House;

const CODE: &str =
    "def is_adult(age):\n    return age >= 18\n\n\ndef unused(age):\n    return -age\n";
const TESTS: &str = "from adder_two_numbers import is_adult\n\n\ndef test_adult():\n    assert is_adult(30) is True\n";

/// Evidence that nothing can be said against.
pub(super) fn excellent() -> Evidence {
    let mut evidence = passing();
    evidence.coverage = Some(Coverage::of(5, 5, Vec::new()));
    evidence.integrity = Integrity { state: IntegrityState::Controlled, findings: Vec::new() };
    evidence
}

pub(super) async fn executed(house: &House, evidence: Evidence) -> String {
    house.reply(CODE, TESTS);
    let data = house.line("/propose-code an adder for two numbers").await.data();
    let id = data["proposal_id"].as_str().unwrap().to_owned();
    house.doing(Doing::Give(Box::new(evidence)));
    house.line(&format!("/sandbox-code {id}")).await.data();
    id
}

pub(super) fn hint(house: &House, hints: impl Fn(&Question) -> Answer + Send + 'static) {
    *house.backend.hints.lock().unwrap() = Some(Box::new(hints));
}

fn traced(complaint: Option<&str>) -> Answer {
    let complaint =
        complaint.map(|kind| Complaint { kind: kind.to_owned(), ..Complaint::default() });
    let case =
        Case { id: "test_adder.py::test_adult".to_owned(), complaint, lines: BTreeMap::new() };
    Answer::Traced(Traced { cases: vec![case], ..Traced::default() })
}

/// The first mutant passes, the second does not compile, the last is not tried; the others are killed.
pub(super) fn first_survives(question: &Question) -> Answer {
    match question {
        Question::Trace(_) => traced(None),
        Question::Try(asked) => {
            let tried = |index| Tried {
                index,
                passed: if index == 0 { BTreeSet::from([0]) } else { BTreeSet::new() },
                ending: if index == 1 { Ending::Uncompiled } else { Ending::Done },
                complaint: None,
            };
            Answer::Tried((0..asked.candidates.len() - 1).map(tried).collect())
        }
        Question::Infect(_) => Answer::Infected(Infected::default()),
        Question::Compare(_) => Answer::Compared(Compared {
            properties: 0,
            surprises: Vec::new(),
            behaviours: vec![vec![0, 1], vec![2]],
            inputs: 7,
            separating: Some(Separating {
                call: "is_adult(18)".to_owned(),
                answers: vec!["True".to_owned(), "False".to_owned()],
            }),
        }),
    }
}

/// Severity and kind of each finding.
fn kinds(data: &Value) -> Vec<String> {
    let word = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = data["findings"].as_array().unwrap().iter();
    findings.map(|it| format!("{} {}", word(it, "severity"), word(it, "kind"))).collect()
}

#[tokio::test]
async fn what_nothing_can_be_said_against_is_excellent_and_nothing_is_recorded() {
    let house = House::new();
    let id = executed(&house, excellent()).await;
    let before = house.kinds().await;

    let line = format!("/suggest-improvements {id} --no-mutants");
    let data = house.line(&line).await.data();
    let page = house.line(&line).await.page();

    assert_eq!((&data["findings"], &data["mutation"]), (&json!([]), &Value::Null));
    assert_eq!(data["note"], "no mutants were tried: none were asked for");
    assert!(page.contains("excellent"), "{page}");
    assert_eq!(house.kinds().await, before);
}

#[tokio::test]
async fn gaps_of_coverage_tests_and_lint_are_found_strongest_first() {
    let house = House::new();
    let mut evidence = excellent();
    evidence.coverage = Some(Coverage::of(3, 4, vec![MissingLine::Line(6)]));
    evidence.lint.score = Some(7.5);
    evidence.lint.issues = vec![LintIssue {
        line: 5,
        column: 0,
        symbol: "unused-thing".to_owned(),
        severity: Severity::Convention,
        message: "a thing is unused".to_owned(),
        path: None,
        ran: false,
    }];
    evidence.tests.cases[1].outcome = TestOutcome::Skipped;
    evidence.tests.skipped = 1;
    evidence.integrity.state = IntegrityState::Suspect;
    evidence.integrity.findings = vec![Finding {
        code: "vacuous_tests".to_owned(),
        message: "the suite cannot fail where it should".to_owned(),
    }];
    let id = executed(&house, evidence).await;

    let data = house.line(&format!("/suggest-improvements {id} --no-mutants")).await.data();

    let found: Vec<String> =
        kinds(&data).into_iter().filter(|kind| kind != "high not_passed").collect();
    let wanted = [
        "high vacuous_tests",
        "medium integrity",
        "medium coverage",
        "medium uncalled_function",
        "medium missing_line",
        "low skipped",
        "low lint",
    ];
    assert_eq!(found, wanted, "{data:#}");
    let messages = data["findings"].to_string();
    for said in [
        "coverage is 75 %",
        "line 6 never runs: return -age",
        "no test calls unused",
        "a thing is unused",
    ] {
        assert!(messages.contains(said), "{said}: {data:#}");
    }
    assert!(messages.contains("adder_two_numbers.py:6"), "{data:#}");
}

#[tokio::test]
async fn a_survivor_is_told_with_the_call_that_shows_it_and_the_test_that_is_missing() {
    let house = House::new();
    let id = executed(&house, excellent()).await;
    hint(&house, first_survives);

    let data = house.line(&format!("/suggest-improvements {id}")).await.data();

    let mutation = &data["mutation"];
    let counts = ["killed", "tried", "untried"].map(|name| mutation[name].as_u64().unwrap());
    assert_eq!((counts[1] - counts[0], counts[2]), (1, 1), "{data:#}");
    assert!(data["note"].as_str().unwrap().contains("no time for 1 mutant;"), "{data:#}");
    let survivor = &mutation["survivors"][0];
    assert_eq!(
        (&survivor["before"], &survivor["after"]),
        (&json!("    return age >= 18"), &json!("    return age > 18"))
    );
    assert_eq!(
        survivor["separating"],
        json!({"call": "is_adult(18)", "answers": ["True", "False"]})
    );
    assert_eq!(
        data["findings"][0]["message"],
        "no test notices that `>=` became `>`, line 2: is_adult(18) would be False instead of True"
    );
    let tests = data["missing_tests"].as_str().unwrap();
    assert!(tests.contains("from adder_two_numbers import is_adult\n"), "{tests}");
    assert!(tests.contains("    assert is_adult(18) is True\n"), "{tests}");
    assert!(tests.contains("check the value"), "{tests}");
}

#[tokio::test]
async fn where_mutants_would_say_nothing_it_says_why() {
    let house = House::new();
    let id = executed(&house, excellent()).await;
    let line = format!("/suggest-improvements {id}");
    let no_box = house.line(&line).await.data();
    hint(&house, |_| traced(Some("AssertionError")));
    let late = house.line(&line).await.data();
    hint(&house, |_| {
        let complaint = Complaint { kind: "SyntaxError".to_owned(), ..Complaint::default() };
        Answer::Traced(Traced { complaint: Some(complaint), ..Traced::default() })
    });
    let unparsable = house.line(&line).await.data();
    let red = House::new();
    let id = executed(&red, failing("E   assert False")).await;
    let failed = red.line(&format!("/suggest-improvements {id}")).await.data();

    for (data, why) in [
        (&no_box, "answers no quick questions"),
        (&late, "1 of 1 tests fail already, test_adder.py::test_adult"),
        (&unparsable, "cannot be imported: SyntaxError"),
        (&failed, "the tests fail already"),
    ] {
        assert!(data["note"].as_str().unwrap().contains(why), "{why}: {data:#}");
        assert_eq!((&data["mutation"], &data["missing_tests"]), (&Value::Null, &Value::Null));
    }
    assert_eq!(kinds(&failed)[0], "high not_passed");
}

#[tokio::test]
async fn missing_tests_become_a_proposal_of_their_own_that_waits_for_the_owner() {
    let house = House::new();
    let id = executed(&house, excellent()).await;
    hint(&house, first_survives);
    let before = house.show(&id).await;
    let line = format!("/suggest-improvements {id} --propose");

    let data = house.keyed("k", &line).await.data();
    let again = house.keyed("k", &line).await.data();
    let page = house.keyed("k", &line).await.page();

    let proposed = &data["proposed"];
    assert_eq!(proposed, &again["proposed"]);
    assert_eq!(
        (&proposed["path"], &proposed["verdict"], &proposed["tests_passed"]),
        (&json!("test_adder_two_numbers_today.py"), &json!("passed"), &json!(2))
    );
    let shown = house.show(proposed["proposal_id"].as_str().unwrap()).await;
    assert_eq!((&shown["code"], &shown["tests"]), (&json!(CODE), &json!(TESTS)));
    assert_eq!((&shown["status"], &shown["revisions"]), (&json!("tested"), &json!(1)));
    assert_eq!(shown["files"].as_array().unwrap().len(), 3);
    assert!(shown["files"].to_string().contains("assert is_adult(18) is True"), "{shown:#}");
    assert!(shown["explanation"].as_str().unwrap().contains("not from the request"), "{shown:#}");
    assert_eq!(house.show(&id).await, before, "what was looked at stays as it is");
    let added = house.records().await.into_iter().rev();
    let added: Vec<Value> = added
        .filter(|record| record.kind.word() == "revision.added")
        .map(|record| record.data["origin"].clone())
        .collect();
    assert_eq!(added, ["observed", "generated"], "it is stored once");
    assert!(page.contains("check each value"), "{page}");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn nothing_is_proposed_where_no_test_is_missing() {
    let house = House::new();
    let id = executed(&house, excellent()).await;
    let before = house.kinds().await;

    let data = house.line(&format!("/suggest-improvements {id} --propose")).await.data();

    assert_eq!((&data["missing_tests"], &data["proposed"]), (&Value::Null, &Value::Null));
    assert_eq!(house.kinds().await, before);
    let both = house.line(&format!("/suggest-improvements {id} --propose --no-mutants")).await;
    assert_eq!(both.exit(), 2);
}

const REMARKS: &str = "{\"remarks\": [{\"kind\": \"bug\", \"severity\": \"high\", \"line\": 2, \"message\": \"is_adult(None) raises\\u001b[2J\", \"advice\": \"Check it.\"}, 7]}";

#[tokio::test]
async fn a_model_remarks_and_the_call_is_on_record() {
    let house = House::new();
    let id = executed(&house, excellent()).await;
    for reply in [REMARKS, "It is lovely."] {
        house.provider.replies.lock().unwrap().push_back(reply.to_owned());
    }
    let line = format!("/suggest-improvements {id} --no-mutants --review");

    let data = house.line(&line).await.data();
    let useless = house.line(&line).await;
    let without = house.line(&line).await;

    let opinion = &data["opinion"];
    assert_eq!((&opinion["refused"], &opinion["trouble"]), (&json!(1), &Value::Null));
    assert_eq!(
        opinion["remarks"],
        json!([{
            "severity": "high",
            "kind": "bug",
            "message": "is_adult(None) raises\\x1b[2J",
            "place": "adder_two_numbers.py:2",
            "hint": "Check it.",
        }])
    );
    assert_eq!(data["findings"], json!([]), "an opinion is no finding");
    let useless = useless.data();
    assert_eq!(useless["opinion"]["remarks"], json!([]));
    assert!(useless["opinion"]["trouble"].as_str().unwrap().contains("not in the form"));
    assert_eq!(without.exit(), 6);
    let records = house.records().await;
    let calls = records.iter().filter(|record| record.kind.word() == "llm.call");
    let purposes: Vec<&Value> = calls.filter_map(|record| record.data.get("purpose")).collect();
    assert_eq!(purposes, [&json!("review"), &json!("review")]);
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn unknown_ids_missing_results_and_other_times_are_refused() {
    let house = House::new();
    let id = house.proposed().await;

    let unknown = house.line("/suggest-improvements ffff").await;
    let untested = house.line(&format!("/suggest-improvements {id}")).await;
    let endless = house.line(&format!("/suggest-improvements {id} --seconds 0")).await;

    assert_eq!([unknown.exit(), untested.exit(), endless.exit()], [3, 4, 2]);
    let error = untested.error();
    assert_eq!(error.kind, ErrorKind::State);
    assert!(error.hints[0].contains("/sandbox-code"), "{error:?}");
}

async fn boxed_suggestions(code: &str, tests: &str) -> Value {
    suggestions_in(&boxed().await, code, tests, "").await
}

async fn suggestions_in(house: &House, code: &str, tests: &str, flags: &str) -> Value {
    house.reply(code, tests);
    let data = house.line("/propose-code an adder for two numbers").await.data();
    let id = data["proposal_id"].as_str().unwrap();
    house.line(&format!("/sandbox-code {id}")).await.data();
    house.line(&format!("/suggest-improvements {id} --seconds 60 {flags}")).await.data()
}

const DOCUMENTED: &str = "\"\"\"Ages.\"\"\"\n\n\ndef is_adult(age):\n    \"\"\"Tell whether somebody is of age.\"\"\"\n    return age >= 18\n";

#[tokio::test]
async fn a_suite_that_misses_a_boundary_is_shown_the_input_it_lacks() {
    let tests = "\"\"\"Ages.\"\"\"\n\nfrom adder_two_numbers import is_adult\n\n\ndef test_adult():\n    \"\"\"Far from the boundary, and one beside it.\"\"\"\n    assert is_adult(19) is True\n    assert is_adult(3) is False\n";

    let data = boxed_suggestions(DOCUMENTED, tests).await;

    let survivors = data["mutation"]["survivors"].as_array().unwrap();
    let missed = survivors.iter().find(|it| it["after"] == "    return age > 18");
    let separating = &missed.unwrap_or_else(|| panic!("{data:#}"))["separating"];
    assert_eq!(separating, &json!({"call": "is_adult(18)", "answers": ["True", "False"]}));
    assert_eq!(kinds(&data)[0], "high surviving_mutant");
    let missing = data["missing_tests"].as_str().unwrap();
    assert!(missing.contains("    assert is_adult(18) is True\n"), "{missing}");
}

#[tokio::test]
async fn a_suite_that_misses_nothing_is_excellent() {
    let tests = "\"\"\"Ages.\"\"\"\n\nfrom adder_two_numbers import is_adult\n\n\ndef test_adult():\n    \"\"\"Both sides of the boundary.\"\"\"\n    assert is_adult(17) is False\n    assert is_adult(18) is True\n    assert is_adult(19) is True\n    assert is_adult(99) is True\n";

    let data = boxed_suggestions(DOCUMENTED, tests).await;

    assert_eq!(data["findings"], json!([]), "{data:#}");
    assert!(data["mutation"]["tried"].as_u64().unwrap() >= 2, "{data:#}");
    assert_eq!((&data["mutation"]["score"], &data["missing_tests"]), (&json!(1.0), &Value::Null));
}

#[tokio::test]
async fn code_that_answers_differently_each_time_has_no_separating_input() {
    let code = "import random\n\n\ndef roll(sides):\n    return random.random() * sides + 1\n";
    let tests = "from adder_two_numbers import roll\n\n\ndef test_roll():\n    assert -1000 <= roll(6) <= 1000\n";

    let data = boxed_suggestions(code, tests).await;

    let survivors = data["mutation"]["survivors"].as_array().unwrap();
    assert!(!survivors.is_empty(), "{data:#}");
    assert!(survivors.iter().all(|it| it["separating"].is_null()), "{data:#}");
    assert_eq!(data["missing_tests"], Value::Null);
}

#[tokio::test]
async fn proposed_tests_run_in_the_box_and_notice_what_was_missed() {
    let tests = "\"\"\"Ages.\"\"\"\n\nfrom adder_two_numbers import is_adult\n\n\ndef test_adult():\n    \"\"\"Far from the boundary, and one beside it.\"\"\"\n    assert is_adult(19) is True\n    assert is_adult(3) is False\n";
    let house = boxed().await;

    let data = suggestions_in(&house, DOCUMENTED, tests, "--propose").await;
    let proposed = data["proposed"]["proposal_id"].as_str().unwrap_or_else(|| panic!("{data:#}"));
    let line = format!("/suggest-improvements {proposed} --seconds 60");
    let better = house.line(&line).await.data();

    assert_eq!(data["proposed"]["verdict"], "passed", "{data:#}");
    let score = |data: &Value| data["mutation"]["score"].as_f64().unwrap();
    assert!(score(&better) > score(&data), "{data:#} {better:#}");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}
