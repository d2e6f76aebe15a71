//! `/auto-refine` with a box that tries candidates.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::probe::{
    Answer, Case, Compared, Complaint, Ending, Infected, Question, Separating, Traced, Tried,
};
use serde::Deserialize as _;
use serde_json::{Value, json};
use work::contract::outcome::Outcome as _;
use work::healing::healed::Healed;

use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

const WRONG: &str = "def add(a, b):\n    return a - b\n";

fn traced(failures: &[bool]) -> Answer {
    let case = |(number, fails): (usize, &bool)| Case {
        id: format!("test_adder.py::test_{}", ["one", "two"][number]),
        complaint: fails.then(|| Complaint {
            kind: "AssertionError".to_owned(),
            message: "assert -1 == 3".to_owned(),
            ..Complaint::default()
        }),
        lines: BTreeMap::new(),
    };
    let cases = failures.iter().enumerate().map(case).collect();
    Answer::Traced(Traced { cases, ..Traced::default() })
}

/// The first two candidates pass both tests, and behave differently.
fn two_pass(question: &Question) -> Answer {
    match question {
        Question::Trace(_) => traced(&[false, true]),
        Question::Try(asked) => {
            let passes = |index| Tried {
                index,
                passed: BTreeSet::from([0, 1]),
                ending: Ending::Done,
                complaint: None,
            };
            Answer::Tried((0..asked.candidates.len().min(2)).map(passes).collect())
        }
        Question::Infect(_) => Answer::Infected(Infected::default()),
        Question::Compare(_) => Answer::Compared(Compared {
            properties: 0,
            surprises: Vec::new(),
            behaviours: vec![vec![0], vec![1]],
            inputs: 7,
            separating: Some(Separating {
                call: "add(0, 5)".to_owned(),
                answers: vec!["5".to_owned(), "-5".to_owned()],
            }),
        }),
    }
}

fn hint(house: &House, hints: impl Fn(&Question) -> Answer + Send + 'static) {
    *house.backend.hints.lock().unwrap() = Some(Box::new(hints));
}

/// A repair whose patches behave differently; the proposal.
pub(crate) async fn unsettled(house: &House) -> String {
    let id = wrong(house).await;
    hint(house, two_pass);
    house.line(&format!("/auto-refine {id} --strategy search")).await.data();
    id
}

async fn wrong(house: &House) -> String {
    house.reply(WRONG, TESTS);
    let data = house.line("/propose-code an adder for two numbers").await.data();
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    data["proposal_id"].as_str().unwrap().to_owned()
}

fn parts(data: &Value) -> Vec<(&Value, &Value)> {
    let revisions = data["revisions"].as_array().unwrap().iter();
    revisions.map(|entry| (&entry["part"], &entry["verdict"])).collect()
}

#[tokio::test]
async fn patches_that_behave_differently_are_kept_beside_the_chosen_one() {
    let house = House::new();
    let id = wrong(&house).await;
    hint(&house, two_pass);

    let healed = house.line(&format!("/auto-refine {id} --strategy search")).await.data();
    let history = house.line(&format!("/refinement-history {id}")).await.data();

    assert_eq!(
        (&healed["stop"], &healed["revision"], &healed["plausible_behaviours"]),
        (&json!("passed"), &json!(3), &json!(2))
    );
    assert_eq!(healed["separating_input"], json!({"call": "add(0, 5)", "answers": ["5", "-5"]}));
    assert_eq!(healed["alternatives"][0]["kind"], "plausible");
    assert_eq!(healed["confidence"], "plausible", "two tests are too few to hold some back");
    assert_eq!(
        parts(&history),
        [
            (&json!("attempt"), &json!("passed")),
            (&json!("plausible"), &Value::Null),
            (&Value::Null, &json!("failed")),
        ]
    );
    assert_eq!(house.provider.asked.lock().unwrap().len(), 1, "no model was asked");
}

#[tokio::test]
async fn an_approval_shows_what_was_repaired_how_sure_it_is_and_what_is_open() {
    let house = House::new();
    let id = wrong(&house).await;
    hint(&house, two_pass);
    let healed = house.line(&format!("/auto-refine {id} --strategy search")).await.page();

    let asked = house.line(&format!("/approve-code {id}")).await.error();
    let asked = asked.confirmation.unwrap().page.plain();
    let report = house.line(&format!("/report-code {id}")).await.page();
    let markdown = house.line(&format!("/report-code {id} --format markdown")).await.data();
    let html = house.line(&format!("/report-code {id} --format html")).await.data();
    let data = house.line(&format!("/report-code {id}")).await.data();
    let diff = house.line(&format!("/diff-code {id}")).await.data();

    let forms = [asked, report, markdown["document"].to_string(), html["document"].to_string()];
    for form in &forms {
        for told in ["Repaired", "since revision 1", "add(0, 5): 5 or -5?", "87 of 154", "--take"] {
            let form = form.replace("&#x28;", "(").replace('\\', "");
            assert!(form.contains(told), "{told}: {form}");
        }
    }
    assert!(healed.contains("was not executed in full yet"), "{healed}");
    assert_eq!(data["repaired"]["measured"], json!({"right": 87, "of": 154}));
    assert_eq!(
        (&data["repaired"]["base"], &data["repaired"]["steps"][0]["parent"]),
        (&json!(1), &json!(1))
    );
    assert_eq!((&diff["from"], &diff["to"]), (&json!(1), &json!(3)));
}

#[tokio::test]
async fn another_patch_is_taken_by_its_revision_or_by_what_it_answers() {
    for how in ["--take 2", "--expect add(0,5)==-5"] {
        let house = House::new();
        let id = wrong(&house).await;
        hint(&house, two_pass);
        house.line(&format!("/auto-refine {id} --strategy search")).await.data();
        let other = house.line(&format!("/show-code {id}")).await.data();

        let taken = house.line(&format!("/auto-refine {id} {how}")).await.data();
        let shown = house.line(&format!("/show-code {id}")).await.data();
        let history = house.line(&format!("/refinement-history {id}")).await.data();
        let report = house.line(&format!("/report-code {id}")).await.data();

        assert_eq!((&taken["stop"], &taken["revision"]), (&json!("passed"), &json!(4)), "{how}");
        assert_ne!(shown["content_hash"], other["content_hash"]);
        assert_eq!(parts(&history)[0], (&json!("attempt"), &json!("passed")));
        assert_eq!(report["repaired"]["base"], 1, "{report:#}");
        assert_eq!(house.line("/audit verify").await.exit(), 0);
    }
}

#[tokio::test]
async fn what_answers_no_open_question_is_refused_with_the_answers() {
    let house = House::new();
    let id = wrong(&house).await;
    hint(&house, two_pass);

    let early = house.line(&format!("/auto-refine {id} --expect add(0,5)==5")).await.refusal();
    house.line(&format!("/auto-refine {id} --strategy search")).await.data();
    let error = house.line(&format!("/auto-refine {id} --expect add(0,5)==77")).await.error();
    let none = house.line(&format!("/auto-refine {id} --take 1")).await.refusal();

    assert!(early.1.contains("no question is open"), "{early:?}");
    assert!(error.hints[0].contains("--expect 'add(0, 5) == -5'"), "{:?}", error.hints);
    assert!(none.1.contains("no patch of a healing"), "{none:?}");
}

#[tokio::test]
async fn patches_that_could_not_be_compared_are_said_to_behave_in_ways_not_known() {
    let house = House::new();
    let id = wrong(&house).await;
    hint(&house, |question| match question {
        Question::Compare(_) => Answer::Compared(Compared::default()),
        other => two_pass(other),
    });

    let healed = house.line(&format!("/auto-refine {id} --strategy search")).await;

    let page = healed.page();
    assert!(page.contains("Behaviours of passing patches: not known"), "{page}");
}

#[tokio::test]
async fn a_hint_that_does_not_hold_gives_way_to_the_next_one() {
    let house = House::new();
    let id = wrong(&house).await;
    house.doing(Doing::Give(Box::new(failing("E   assert 9 == 3"))));
    hint(&house, two_pass);

    let healed = house.line(&format!("/auto-refine {id} --strategy search")).await.data();

    // The chosen one failed in a full execution, the one beside it passed and was brought back as the newest.
    assert_eq!(
        (&healed["stop"], &healed["revision"], &healed["restored"], &healed["status"]),
        (&json!("passed"), &json!(4), &json!(2), &json!("tested"))
    );
    assert_eq!(healed["attempts"][0]["verdict"], "failed");
    assert_eq!(healed["alternatives"][0]["verdict"], "passed");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn nonsense_from_a_box_is_survived() {
    let house = House::new();
    let id = wrong(&house).await;
    hint(&house, |question| match question {
        Question::Trace(_) => traced(&[true, true]),
        Question::Try(_) | Question::Infect(_) | Question::Compare(_) => {
            Answer::Tried(vec![Tried {
                index: 1 << 40,
                passed: (0..9_000).collect(),
                ending: Ending::Done,
                complaint: None,
            }])
        }
    });

    let healed = house.line(&format!("/auto-refine {id} --strategy mechanical,search")).await;

    assert_eq!(healed.exit(), 1);
    let data = healed.data();
    assert_eq!((&data["stop"], &data["attempts"]), (&json!("no_progress"), &json!([])));
}

#[tokio::test]
async fn new_tests_are_held_against_the_code_before_them() {
    for fails in [true, false] {
        let house = House::new();
        let id = house.proposed().await;
        house.reply(WRONG, &format!("{TESTS}\n\ndef test_more():\n    assert add(2, 2) == 4\n"));
        house.doing(Doing::Give(Box::new(failing("E   assert 0 == 4"))));
        hint(&house, move |_| traced(&[false, fails]));
        let right = format!("Added.\n\nCode:\n```python\n# new\n{CODE}```\n");
        house.provider.replies.lock().unwrap().push_back(right);

        let refined = house.line(&format!("/refine-code --heal {id} more tests")).await;

        assert_eq!(refined.exit(), 0);
        let healing = &refined.data()["healing"];
        assert_eq!(
            (&healing["red_before_green"], &healing["stop"], &healing["revision"]),
            (&json!(fails), &json!("passed"), &json!(3))
        );
    }
}

#[tokio::test]
async fn a_proposal_can_be_healed_as_it_is_made() {
    let house = House::new();
    house.reply(WRONG, TESTS);
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    let right = format!("It subtracted.\n\nCode:\n```python\n{CODE}```\n");
    house.provider.replies.lock().unwrap().push_back(right);

    let line = "/propose-code --heal an adder for two numbers";
    let first = house.keyed("k", line).await.data();
    let again = house.keyed("k", line).await.data();

    assert_eq!((&first["revision"], &first["healing"]["revision"]), (&json!(1), &json!(2)));
    assert_eq!(first["healing"]["stop"], "passed");
    assert_eq!(first, again);
    assert_eq!(house.provider.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_healing_that_is_not_done_makes_the_answer_negative() {
    let house = House::new();
    house.reply(WRONG, TESTS);
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    let same = format!("The same.\n\nCode:\n```python\n{WRONG}```\n");
    house.provider.replies.lock().unwrap().push_back(same);

    let healed = house.line("/propose-code --heal an adder for two numbers").await;

    assert_eq!(healed.exit(), 1);
    let page = healed.page();
    assert!(page.contains("Ended: no progress"), "{page}");
}

#[tokio::test]
async fn a_cancelled_healing_ends_on_record_and_keeps_the_best() {
    let house = House::new();
    let id = wrong(&house).await;
    house.doing(Doing::Hang);
    let right = format!("It subtracted.\n\nCode:\n```python\n{CODE}```\n");
    house.provider.replies.lock().unwrap().push_back(right);
    let line = format!("/auto-refine {id} --strategy model");
    let healing = house.line(&line);

    let (ended, ()) = tokio::join!(healing, async {
        while house.backend.jobs.lock().unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
        let mut reply = house.line("/cancel @").await;
        while reply.exit() != 0 {
            tokio::task::yield_now().await;
            reply = house.line("/cancel @").await;
        }
    });

    assert_eq!(ended.exit(), 130);
    let data = ended.data();
    assert_eq!((&data["stop"], &data["restored"]), (&json!("cancelled"), &json!(1)));
    assert_eq!(house.show(&id).await["code"], WRONG);
    assert_eq!(house.kinds().await.last(), Some(&"healing.ended"));
}

#[tokio::test]
async fn suspect_tests_are_to_be_replaced_and_a_model_is_offered_only_where_there_is_one() {
    let house = House::new();
    let contrary = "from adder import add\n\n\ndef test_one():\n    assert add(1, 2) == 3\n\n\n\
        def test_two():\n    assert add(1, 2) == 4\n";
    house.reply(CODE, contrary);
    let data = house.line("/propose-code an adder for two numbers").await.data();
    let id = data["proposal_id"].as_str().unwrap();
    house.doing(Doing::Give(Box::new(failing("E   assert 3 == 4"))));

    let data = house.line(&format!("/auto-refine {id}")).await.data();

    let steps = |has_model| -> Vec<String> {
        let healed = Healed { has_model, ..Healed::deserialize(&data).unwrap() };
        let page = healed.page().plain();
        page.lines().filter(|line| line.starts_with("next: ")).map(str::to_owned).collect()
    };
    let own = format!("next: /refine-code {id} --tests FILE <why>  gives it other tests");
    let asks =
        format!("next: /refine-code {id} <feedback>  asks a model server for another revision");
    assert_eq!((&data["stop"], &data["has_model"]), (&json!("tests_suspect"), &json!(true)));
    assert_eq!(steps(true), [own.clone(), asks]);
    assert_eq!(steps(false), [own]);
}
