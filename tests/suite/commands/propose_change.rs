//! Changes of a repository, proposed from files and from the work tree.

use serde_json::json;
use work::contract::error::ErrorKind;

use super::repository::knowing;
use crate::support::project::Project;

#[tokio::test]
async fn a_file_of_the_repository_keeps_its_place_unless_another_is_named() {
    let project = Project::new();
    let house = knowing(&project).await;
    project.write("shop/cart.py", "def total(prices):\n    return sum(prices)\n");
    let code = project.at("shop/cart.py");
    let line = format!("/propose-code --repo shop --code {}", code.display());

    let kept = house.line(&format!("{line} Shorter")).await.data();
    let placed = house.line(&format!("{line} --into other Shorter")).await.data();

    let path = |data: &serde_json::Value| data["files"][0]["path"].clone();
    assert_eq!((path(&kept), path(&placed)), (json!("shop/cart.py"), json!("other/cart.py")));
}

#[tokio::test]
async fn a_part_is_left_out_of_a_work_tree_and_of_nothing_else() {
    let project = Project::new();
    let house = knowing(&project).await;
    project.write("README.md", "Further.\n");
    project.write("notes/a.txt", "mine");

    let taken =
        house.line("/propose-code --repo shop --worktree --without notes Further").await.data();
    let refused = house.line("/propose-code --without notes Further").await.refusal();

    assert_eq!(taken["files"].as_array().unwrap().len(), 1);
    assert_eq!(refused.0, ErrorKind::Usage);
}
