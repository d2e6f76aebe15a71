//! Pages of repositories and of changes of them.

use super::screen::{asked, masked, typed};
use crate::support::house::House;
use crate::support::project::Project;

/// A house with a project beside its home, which it does not know yet.
fn beside() -> (House, Project, String) {
    let house = House::new();
    let project = Project::within(house.beside("shop")).fixed();
    let line = format!("/repository add {}", project.path().display());
    (house, project, line)
}

#[tokio::test]
async fn the_question_before_a_repository() {
    let _masked = masked();
    let (house, _project, line) = beside();

    insta::assert_snapshot!(asked(&house, &line).await, @"");
}

#[tokio::test]
async fn no_repositories() {
    let _masked = masked();

    insta::assert_snapshot!(typed(&House::new(), "/repository").await, @"");
}

#[tokio::test]
async fn a_repository() {
    let _masked = masked();
    let (house, _project, line) = beside();
    house.worded(&line).await.data();

    insta::assert_snapshot!(typed(&house, "/repository").await, @"");
    insta::assert_snapshot!(typed(&house, "/repository show shop").await, @"");
}

#[tokio::test]
async fn a_change_is_proposed() {
    let _masked = masked();
    let (house, _project, line) = beside();
    house.worded(&line).await.data();

    insta::assert_snapshot!(typed(&house, "/propose-code --repo shop --range main..fix").await, @"");
}

#[tokio::test]
async fn a_change_that_is_none() {
    let _masked = masked();
    let (house, _project, line) = beside();
    house.worded(&line).await.data();

    insta::assert_snapshot!(typed(&house, "/propose-code --repo shop --worktree").await, @"");
}
