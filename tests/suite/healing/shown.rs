//! What a model is shown of failing tests.

use foundation::providers::provider::Task;
use record::domain::evidence::{TestCase, TestOutcome};
use work::diagnosis::shown::Shown;

use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

const SAME: &str = "test_adder.py:5: in test_add\n    assert add(1, 2) == 3\nE   assert -1 == 3\n";

fn case(id: &str, message: &str) -> TestCase {
    TestCase {
        id: id.to_owned(),
        outcome: TestOutcome::Failed,
        duration_ms: 1,
        message: message.to_owned(),
    }
}

#[test]
fn failures_that_differ_come_before_those_that_repeat_with_lines_and_values() {
    let mut evidence = failing(SAME);
    evidence.tests.cases = (0..6).map(|at| case(&format!("test_{at}"), SAME)).collect();
    evidence.tests.cases.push(case("test_x", "a.py:2: in f\nE   KeyError: <at 0x7f> 'a'"));
    evidence.output.stdout = "seen\n".to_owned();
    evidence.environment.0 = [("python", "3.11.7"), ("limit_memory_bytes", "536870912")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();

    let shown = Shown::of(&evidence);

    let first = format!("test_0\n{}", SAME.trim_end());
    let second = "test_x\na.py:2: in f\nE   KeyError: <at  'a'".to_owned();
    assert_eq!(shown.failures[..2], [first, second]);
    assert_eq!(shown.failures.last().unwrap(), "2 more tests fail.");
    assert_eq!(shown.printed, "seen");
    assert_eq!(
        shown.surroundings,
        [
            "python 3.11.7; the standard library and no further packages",
            "at most 512 MiB of memory",
            "no network but the machine's own loopback, and no input",
        ]
    );
}

#[tokio::test]
async fn a_model_is_shown_how_tests_fail_when_it_repairs_and_when_it_refines() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing(SAME))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    house.reply("def add(a, b):\n    return 0\n", TESTS);
    house.line(&format!("/refine-code {id} be right")).await.data();
    house.doing(Doing::Give(Box::new(failing(SAME))));
    house.reply(CODE, TESTS);
    house.line(&format!("/auto-refine {id} --strategy model")).await.data();

    let asked = house.provider.asked.lock().unwrap();
    let [_, refined, repaired] = asked.as_slice() else { panic!("{asked:#?}") };
    let Task::Refine { tracebacks, .. } = &refined.task else { panic!("{refined:#?}") };
    let Task::Repair(repair) = &repaired.task else { panic!("{repaired:#?}") };
    assert_eq!(tracebacks, &repair.tracebacks);
    assert!(tracebacks[0].ends_with(SAME.trim_end()), "{tracebacks:?}");
}

#[tokio::test]
async fn edits_of_a_reply_are_laid_into_the_files_that_have_their_lines() {
    let house = House::new();
    let id = house.proposed().await;
    let edit =
        |old: &str, new: &str| format!("<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n");
    let both = format!(
        "Turned.\n\n```python\n{}{}```\n",
        edit("    return a + b", "    return b + a"),
        edit("    assert add(1, 2) == 3", "    assert add(2, 2) == 4"),
    );
    house.provider.replies.lock().unwrap().push_back(both);
    let refined = house.line(&format!("/refine-code {id} turn it")).await.data();

    assert_eq!(refined["code"], CODE.replace("a + b", "b + a"));
    assert_eq!(refined["tests"], TESTS.replace("add(1, 2) == 3", "add(2, 2) == 4"));
    assert_eq!(refined["explanation"], "Turned.");

    house.doing(Doing::Give(Box::new(failing(SAME))));
    let repair = edit("    return b + a", "    return a + b + 0");
    house.provider.replies.lock().unwrap().push_back(format!("Nothing.\n{repair}"));
    let healed = house.line(&format!("/auto-refine {id} --strategy model")).await.data();

    assert_eq!(healed["stop"], "passed", "{healed:#}");
    assert_eq!(house.show(&id).await["code"], CODE.replace("a + b", "a + b + 0"));
}

#[tokio::test]
async fn an_edit_that_fits_nowhere_is_an_attempt_that_says_so() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing(SAME))));
    let edit = "<<<<<<< SEARCH\n    return 7\n=======\n    return 8\n>>>>>>> REPLACE\n";
    house.provider.replies.lock().unwrap().push_back(edit.to_owned());

    let healed =
        house.line(&format!("/auto-refine {id} --strategy model --max-iterations 1")).await.data();

    let notes = healed["notes"].to_string();
    assert!(notes.contains("the lines to replace are not in the file: return 7"), "{healed:#}");
    assert_eq!(house.show(&id).await["code"], CODE);
}
