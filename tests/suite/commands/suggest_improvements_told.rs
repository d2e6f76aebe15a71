//! What `/suggest-improvements` tells of mutants that live and of tests that fail.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::change_evidence::{ChangeEvidence, Survivor as Part, SurvivorKind};
use record::domain::changeset::{Base, GitId};
use record::domain::evidence::Evidence;
use record::domain::probe::{Answer, Case, Compared, Ending, Infected, Question, Traced, Tried};

use super::suggest_improvements::{excellent, executed, first_survives, hint};
use crate::support::fakes::{Doing, failing};
use crate::support::house::House;

#[tokio::test]
async fn a_proposal_of_tests_that_fail_is_not_offered_for_approval() {
    let house = House::new();
    let id = executed(&house, excellent()).await;
    hint(&house, first_survives);
    house.doing(Doing::Give(Box::new(failing("E   assert 1 == 2"))));

    let page = house.line(&format!("/suggest-improvements {id} --propose")).await.page();

    assert!(!page.contains("next: /approve-code"), "{page}");
    assert!(page.contains("next: /report-code"), "{page}");
}

#[tokio::test]
async fn what_no_test_calls_is_not_taken_for_equivalent() {
    let house = House::new();
    let code =
        "def is_adult(age):\n    return age >= 18\n\n\ndef unused(a, b):\n    return a - b\n";
    house.reply(
        code,
        "from adder_two_numbers import is_adult\n\n\ndef test_adult():\n    assert is_adult(30)\n",
    );
    let data = house.line("/propose-code an adder for two numbers").await.data();
    let id = data["proposal_id"].as_str().unwrap();
    house.doing(Doing::Give(Box::new(excellent())));
    house.line(&format!("/sandbox-code {id}")).await.data();
    hint(&house, |question| match question {
        Question::Trace(_) => {
            let lines = BTreeMap::from([("adder_two_numbers.py".parse().unwrap(), [2].into())]);
            let case = Case { id: "test_adder.py::test_adult".to_owned(), complaint: None, lines };
            Answer::Traced(Traced { cases: vec![case], ..Traced::default() })
        }
        Question::Try(asked) => {
            let tried = |index| Tried {
                index,
                passed: BTreeSet::from([0]),
                ending: Ending::Done,
                complaint: None,
            };
            Answer::Tried((0..asked.candidates.len()).map(tried).collect())
        }
        Question::Infect(_) => Answer::Infected(Infected::default()),
        Question::Compare(asked) => Answer::Compared(Compared {
            properties: 0,
            surprises: Vec::new(),
            behaviours: vec![(0..asked.candidates.len()).collect()],
            inputs: 7,
            separating: None,
        }),
    });

    let page = house.line(&format!("/suggest-improvements {id}")).await.page();

    let (uncalled, alike) = page.split_once("perhaps equivalent").unwrap();
    let uncalled = uncalled.split_once("no test calls the function:").unwrap().1;
    assert!(uncalled.contains("adder_two_numbers.py:6: return a - b -> "), "{page}");
    assert!(alike.contains("adder_two_numbers.py:2: ") && !alike.contains(".py:6: "), "{page}");
}

#[tokio::test]
async fn of_a_change_what_the_tests_of_its_repository_left_unnoticed_is_told() {
    let house = House::new();
    let git = |digit: &str| digit.repeat(40).parse::<GitId>().unwrap();
    let base = Base { commit: git("1"), tree: git("2") };
    let part = |kind, line, what: &str| Part {
        kind,
        path: "adder_two_numbers.py".to_owned(),
        line,
        last: line,
        what: what.to_owned(),
    };
    let mut change = ChangeEvidence::of("shop".parse().unwrap(), base);
    change.mutants_tried = 7;
    change.survivors = vec![
        part(SurvivorKind::Mutant, 2, "`>=` became `>`"),
        part(SurvivorKind::Hunk, 1, "the tests pass without this part of the change"),
    ];
    let id = executed(&house, Evidence { change: Some(Box::new(change)), ..excellent() }).await;
    hint(&house, first_survives);

    let line = format!("/suggest-improvements {id}");

    let (data, page) = (house.line(&line).await.data(), house.line(&line).await.page());

    assert_eq!(data["parts"], serde_json::json!({ "tried": 7, "unnoticed": 2 }));
    assert!(data["mutation"].is_null(), "its own tests alone give no score: {data}");
    let found = data["findings"].as_array().unwrap().iter();
    let found = found.filter(|one| one["kind"] == "unnoticed_part");
    let found: Vec<_> = found
        .map(|one| (one["severity"].as_str().unwrap(), one["place"].as_str().unwrap()))
        .collect();
    let expected = [("high", "adder_two_numbers.py:1"), ("medium", "adder_two_numbers.py:2")];
    assert_eq!(found, expected);
    assert!(page.contains("7 parts tried without, 2 noticed by no test"), "{page}");
    assert!(data["missing_tests"].is_string(), "a call on the line that nobody notices: {data}");
}

#[tokio::test]
async fn a_call_is_of_no_use_where_the_repository_notices_the_line() {
    let house = House::new();
    let git = |digit: &str| digit.repeat(40).parse::<GitId>().unwrap();
    let base = Base { commit: git("1"), tree: git("2") };
    let mut change = ChangeEvidence::of("shop".parse().unwrap(), base);
    change.mutants_tried = 1;
    change.survivors = vec![Part {
        kind: SurvivorKind::Mutant,
        path: "elsewhere.py".to_owned(),
        line: 2,
        last: 2,
        what: "`>=` became `>`".to_owned(),
    }];
    let id = executed(&house, Evidence { change: Some(Box::new(change)), ..excellent() }).await;
    hint(&house, first_survives);

    let data = house.line(&format!("/suggest-improvements {id}")).await.data();

    assert!(data["missing_tests"].is_null(), "{data}");
}
