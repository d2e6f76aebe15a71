//! `/approve-code --carry`: an approval that follows its change to another base.

use record::domain::evidence::Finding;
use serde_json::Value;
use work::contract::error::ErrorKind;

use super::apply_change::{status, typed};
use super::policy;
use crate::support::fakes::{Doing, failing, passing};
use crate::support::house::House;
use crate::support::project::{CART, Project};

/// No execution of a change has more: the base, the change, its control, and repetitions of what turned red.
const JOBS: usize = 6;
const ALLOWED: &str = "[approval]\ncarry_equal = true\n";

/// A fix that was approved where the policy lets approvals follow, then moved to a base with another file like this.
async fn moved(policy: &str, path: &str, text: &str) -> (Project, House, String) {
    let project = Project::with_fix();
    let house = super::repository::knowing(&project).await;
    policy::set(&house, policy).await;
    let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let id = house.line(line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    super::apply_change::approve(&house, &id).await;
    project.write(path, text);
    project.commit("Move on");
    house.line(&format!("/apply-code {id} --rebase")).await.data();
    (project, house, id)
}

async fn refusal(house: &House, id: &str) -> String {
    let (kind, message) = house.line(&format!("/approve-code {id} --carry")).await.refusal();
    assert_eq!(kind, ErrorKind::State, "{message}");
    message
}

#[tokio::test]
async fn an_equal_difference_on_another_base_is_approved_without_a_question() {
    let (project, house, id) = moved(ALLOWED, "README.md", "Moved on.\n").await;
    let early = house.line(&format!("/approve-code {id} --carry")).await.refusal();
    house.line(&format!("/sandbox-code {id}")).await.data();

    let asked = house.line(&format!("/approve-code {id}")).await.error();
    let carried = house.line(&format!("/approve-code {id} --carry")).await.data();
    let applied = house.line(&typed(&house, "apply-code", &id, "--commit").await).await.data();

    assert!(early.1.ends_with(" has not been tested"), "{}", early.1);
    assert!(asked.hints.iter().any(|hint| hint.contains("--carry")), "{:?}", asked.hints);
    assert_eq!((&carried["decision"], &carried["revision"]), (&"approved".into(), &2.into()));
    let comment = carried["comment"].as_str().unwrap();
    assert!(comment.starts_with("carried over from revision 1, approved in entry "), "{comment}");
    assert_eq!(applied["outcome"], "applied");
    assert_eq!(status(&project), "");
    let record = house.records().await.into_iter().rfind(|record| record.stmt.is_some()).unwrap();
    let statement: Value = serde_json::from_str(record.stmt.as_ref().unwrap()).unwrap();
    assert_eq!(statement["predicate"]["comment"], comment);
    assert_eq!(house.line("/audit verify").await.data()["ok"], true);
}

#[tokio::test]
async fn nothing_is_carried_over_where_the_policy_does_not_say_so() {
    let (_project, house, id) =
        moved("[approval]\nevidence_hours = 100\n", "README.md", "Moved on.\n").await;
    house.line(&format!("/sandbox-code {id}")).await.data();

    let asked = house.line(&format!("/approve-code {id}")).await.error();
    let message = refusal(&house, &id).await;

    assert!(message.ends_with("the policy does not let approvals follow a change"), "{message}");
    assert!(!asked.hints.iter().any(|hint| hint.contains("--carry")), "{:?}", asked.hints);
}

#[tokio::test]
async fn a_line_beside_the_difference_that_changed_is_looked_at() {
    // Three lines above the first changed one: the merge is clean, the context is another.
    let text = CART.replace("\n\n\ndef mean", "\n# Means.\n\ndef mean");
    let (_project, house, id) = moved(ALLOWED, "shop/cart.py", &text).await;
    house.line(&format!("/sandbox-code {id}")).await.data();

    let message = refusal(&house, &id).await;

    assert!(message.ends_with("revision 1 differs, or the lines around it do"), "{message}");
}

#[tokio::test]
async fn the_same_lines_further_down_are_the_same_difference() {
    let text = format!("\"\"\"Carts.\"\"\"\n\n\nEMPTY = ()\n\n\n{CART}");
    let (_project, house, id) = moved(ALLOWED, "shop/cart.py", &text).await;
    house.line(&format!("/sandbox-code {id}")).await.data();

    let carried = house.line(&format!("/approve-code {id} --carry")).await.data();

    assert_eq!(carried["decision"], "approved");
}

#[tokio::test]
async fn an_approval_of_somebody_else_is_not_yours_to_carry() {
    let (_project, house, id) = moved(ALLOWED, "README.md", "Moved on.\n").await;
    policy::add_bob(&house).await;
    house.line(&format!("/sandbox-code {id}")).await.data();

    house.sign_with(0x52);
    let of_bob = refusal(&house, &id).await;
    house.sign_with(0x51);
    let own = house.line(&format!("/approve-code {id} --carry")).await.data();

    assert!(of_bob.ends_with("no approval of yours counted until revision 2"), "{of_bob}");
    assert_eq!(own["decision"], "approved");
}

#[tokio::test]
async fn evidence_with_a_finding_that_is_new_is_looked_at() {
    let (_project, house, id) = moved(ALLOWED, "README.md", "Moved on.\n").await;
    let finding =
        Finding { code: "clock_read".to_owned(), message: "it reads the clock".to_owned() };
    let mut evidence = passing();
    evidence.integrity.findings.push(finding);
    for _ in 0..JOBS {
        house.doing(Doing::Give(Box::new(evidence.clone())));
    }
    house.line(&format!("/sandbox-code {id}")).await.data();

    let message = refusal(&house, &id).await;

    assert!(message.ends_with("a finding that it did not have: clock_read"), "{message}");
}

#[tokio::test]
async fn what_is_carried_is_said_by_the_program_alone() {
    let (_project, house, id) = moved(ALLOWED, "README.md", "Moved on.\n").await;
    house.line(&format!("/sandbox-code {id}")).await.data();

    let refused = house.line(&format!("/approve-code {id} --carry --comment mine")).await.refusal();

    assert_eq!(refused.0, ErrorKind::Usage);
}

#[tokio::test]
async fn an_approval_that_an_execution_contested_is_not_carried() {
    let project = Project::with_fix();
    let house = super::repository::knowing(&project).await;
    policy::set(&house, ALLOWED).await;
    let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let id = house.line(line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    super::apply_change::approve(&house, &id).await;
    for _ in 0..JOBS {
        house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    }
    house.line(&format!("/sandbox-code {id}")).await.data();
    project.write("README.md", "Moved on.\n");
    project.commit("Move on");

    let rebased = house.line(&format!("/apply-code {id} --rebase")).await.refusal();

    assert_eq!(rebased.0, ErrorKind::State);
    assert!(rebased.1.starts_with("an execution disagrees with the approval"), "{}", rebased.1);
}
