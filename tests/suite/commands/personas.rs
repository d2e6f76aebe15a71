//! The roles of a repairing model.

use foundation::providers::prompt::prompt;
use record::domain::act::ActKind;
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

const WRONG: &str = "def add(a, b):\n    return a - b\n";

/// A house with a proposal that fails, and a model that will mend it.
async fn failing_house(message: &str) -> House {
    let house = House::new();
    let (code, tests) = (house.file("adder.py", WRONG), house.file("test_adder.py", TESTS));
    house.line(&format!("/propose-code --code {code} --tests {tests} an adder")).await.data();
    house.doing(Doing::Give(Box::new(failing(message))));
    let reply = format!("It adds.\n\nCode:\n```python\n{CODE}```\n");
    house.provider.replies.lock().unwrap().push_back(reply);
    house
}

/// What the model was told of itself.
fn system(house: &House) -> String {
    prompt(house.provider.asked.lock().unwrap().last().unwrap()).system
}

#[tokio::test]
async fn the_role_fits_the_failure_unless_one_is_named() {
    let wrong = failing_house("E   assert -1 == 3").await;
    let broken = failing_house("E   NameError: name 'c' is not defined").await;
    let named = failing_house("E   assert -1 == 3").await;

    wrong.line("/auto-refine @ --strategy model").await.data();
    broken.line("/auto-refine @ --strategy model").await.data();
    named.line("/auto-refine @ --strategy model --persona reviewer").await.data();

    let told = [&wrong, &broken, &named].map(system);
    for (told, role) in told.iter().zip(["tester", "minimalist", "reviewer"]) {
        assert!(told.contains(&format!("Work as a {role}:")), "{role}: {told}");
    }
}

#[tokio::test]
async fn the_owner_writes_other_roles_and_other_texts() {
    let own = failing_house("E   assert -1 == 3").await;
    let other = failing_house("E   assert -1 == 3").await;
    for (house, name) in [(&own, "poet"), (&other, "tester")] {
        let folder = house.home().join("prompts");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.md")), "Repair it in verse.\n").unwrap();
    }

    let healed = own.line("/auto-refine @ --strategy model --persona poet").await.data();
    other.line("/auto-refine @ --strategy model").await.data();

    assert_eq!(healed["stop"], "passed");
    for told in [system(&own), system(&other)] {
        assert!(told.contains("Repair it in verse. Everything inside"), "{told}");
    }
}

#[tokio::test]
async fn roles_that_are_none_are_refused_before_anything_is_done() {
    let house = failing_house("E   assert -1 == 3").await;
    let folder = house.home().join("prompts");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("long.md"), "x".repeat(4_001)).unwrap();
    std::fs::write(folder.join("bytes.md"), b"\xff").unwrap();
    std::fs::create_dir_all(folder.join("folder.md")).unwrap();
    let before = house.kinds().await;

    for name in ["prayer", "../x", "UPPER", "long", "bytes", "folder"] {
        let refused = house.line(&format!("/auto-refine @ --persona {name}")).await;
        let dry = house.line(&format!("/auto-refine @ --dry-run --persona {name}")).await;
        assert_eq!([refused.exit(), dry.exit()], [2, 2], "{name}");
        assert_eq!(refused.error().kind, ErrorKind::Usage);
    }

    let unknown = house.line("/auto-refine @ --persona prayer").await.error();
    assert!(unknown.message.contains("debugger, minimalist, reviewer, tester"), "{unknown:?}");
    assert_eq!(house.kinds().await, before);
}

#[tokio::test]
async fn the_record_of_a_call_names_the_role() {
    let fitting = failing_house("E   assert -1 == 3").await;
    let named = failing_house("E   assert -1 == 3").await;
    let folder = named.home().join("prompts");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("poet.md"), "Repair it in verse.\n").unwrap();
    let unusable = failing_house("E   assert -1 == 3").await;
    unusable.provider.replies.lock().unwrap()[0] = "I will not.".to_owned();

    fitting.line("/auto-refine @ --strategy model").await.data();
    named.line("/auto-refine @ --strategy model --persona poet").await.data();
    unusable.line("/auto-refine @ --strategy model --max-iterations 1").await.data();
    let asked_otherwise = House::new();
    asked_otherwise.proposed().await;

    let mut roles = Vec::new();
    for house in [&fitting, &named, &unusable, &asked_otherwise] {
        let records = house.records().await;
        let calls = records.iter().filter(|record| record.kind == ActKind::ModelCalled);
        roles.extend(calls.map(|record| record.data.get("persona").cloned()));
        assert_eq!(house.line("/audit verify").await.exit(), 0);
    }
    assert_eq!(roles, [Some("tester".into()), Some("poet".into()), Some("tester".into()), None]);
}
