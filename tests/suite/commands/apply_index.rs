//! Applications and the index: what is staged is neither lost nor brought back.

use serde_json::json;
use work::contract::error::ErrorKind;

use super::apply_change::{approved, status, typed};
use crate::support::project::Project;

#[tokio::test]
async fn an_index_in_use_is_refused_before_anything_is_written() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    let (old, lock) = (project.git(&["rev-parse", "HEAD"]), project.at(".git/index.lock"));
    std::fs::write(&lock, "").unwrap();
    let line = typed(&house, "apply-code", &id, "--commit").await;

    let refused = house.line(&line).await.refusal();

    assert_eq!(refused.0, ErrorKind::State);
    assert!(refused.1.ends_with("is at work on the index"), "{}", refused.1);
    assert!(lock.exists());
    assert_eq!((project.git(&["rev-parse", "HEAD"]), status(&project).as_str()), (old, ""));
    assert!(!house.kinds().await.contains(&"apply.started"));
    std::fs::remove_file(&lock).unwrap();
    house.line(&line).await.data();
    assert_eq!(status(&project), "");
    let left: Vec<_> = std::fs::read_dir(project.at(".git"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.contains("saraphina") || name == "index.lock")
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_staged_since_is_not_rolled_back_under_the_index() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    house.line(&typed(&house, "apply-code", &id, "").await).await.data();
    project.git(&["add", "shop/cart.py"]);
    let line = typed(&house, "rollback-code", &id, "").await;

    let refused = house.line(&line).await.refusal();
    project.git(&["restore", "--staged", "shop/cart.py"]);
    house.line(&line).await.data();

    assert_eq!(refused, (ErrorKind::State, "shop/cart.py: something is staged there".to_owned()));
    assert_eq!(status(&project), "");
}

#[tokio::test]
async fn each_of_several_applications_goes_the_newest_first_or_the_one_that_is_named() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    let old = project.git(&["rev-parse", "HEAD^{tree}"]);
    let tree = |branch: &str| project.git(&["rev-parse", &format!("{branch}^{{tree}}")]);
    for branch in ["one", "two", "three"] {
        let rest = format!("--branch {branch}");
        house.line(&typed(&house, "apply-code", &id, &rest).await).await.data();
    }

    let named = house.line(&typed(&house, "rollback-code", &id, "--branch one").await).await.data();
    let other =
        house.line(&typed(&house, "rollback-code", &id, "--branch x").await).await.refusal();
    let newest = house.line(&typed(&house, "rollback-code", &id, "").await).await.data();
    let line = format!("/rollback-code --yes --expect {}", house.hash(&id).await);
    let next = house.line(&line).await.data();
    let again = house.line(&typed(&house, "rollback-code", &id, "").await).await.refusal();

    let went = [&named, &newest, &next].map(|data| data["target"]["branch"].clone());
    assert_eq!(went, [json!("one"), json!("three"), json!("two")]);
    assert_eq!(["one", "two", "three"].map(tree), [old.clone(), old.clone(), old]);
    assert_eq!(other, (ErrorKind::State, format!("{id} was not applied there")));
    assert!(again.1.contains("was rolled back already"), "{}", again.1);
}

#[tokio::test]
async fn a_branch_behind_the_base_is_told_as_that() {
    let project = Project::with_fix();
    project.git(&["branch", "behind", "main"]);
    project.git(&["checkout", "--quiet", "main"]);
    project.write("README.md", "Further.\n");
    project.commit("Further");
    project.git(&["checkout", "--quiet", "fix"]);
    project.git(&["rebase", "--quiet", "main"]);
    project.git(&["checkout", "--quiet", "main"]);
    let (house, id) = approved(&project).await;

    let line = typed(&house, "apply-code", &id, "--branch behind").await;
    let refused = house.line(&line).await.refusal();

    assert!(refused.1.starts_with("behind is behind the commit that"), "{}", refused.1);
}
