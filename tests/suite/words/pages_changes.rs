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

    insta::assert_snapshot!(asked(&house, &line).await, @"
    Let changes of shop be proposed?
    Path                /folder/shop
    Python              >=3.8
    Imports start from  .
    pytest gets         tests
    Packages            none
    Time                300 seconds
    Memory              1024 MiB

    HEAD           e164dc86004b12796d99157a09ea7801bc7e7de6 (refs/heads/main)
    Said by        pyproject.toml
    Tests of HEAD  2 tests, 0 red, 0 skipped, [n] ms
    Digest         [hash]

    Add shop exactly so, digest [digest]…?
    ");
}

#[tokio::test]
async fn no_repositories() {
    let _masked = masked();

    insta::assert_snapshot!(typed(&House::new(), "/repository").await, @"
    No repository is known; changes can be proposed for none.

    next: /repository add PATH  looks at one and asks
    ");
}

#[tokio::test]
async fn a_repository() {
    let _masked = masked();
    let (house, _project, line) = beside();
    house.worded(&line).await.data();

    insta::assert_snapshot!(typed(&house, "/repository").await, @"
    name  path          pytest gets  added
    shop  /folder/shop  tests        2026-11-20T08:47:00.[_]Z
    ");
    insta::assert_snapshot!(typed(&house, "/repository show shop").await, @"
    shop
    Path                /folder/shop
    Python              >=3.8
    Imports start from  .
    pytest gets         tests
    Packages            none
    Time                300 seconds
    Memory              1024 MiB

    Added   2026-11-20T08:47:00.[_]Z
    Digest  [hash]

    next: /propose-code --repo shop --worktree  proposes what lies in its work tree
    ");
}

#[tokio::test]
async fn a_change_is_proposed() {
    let _masked = masked();
    let (house, _project, line) = beside();
    house.worded(&line).await.data();

    insta::assert_snapshot!(typed(&house, "/propose-code --repo shop --range main..fix").await, @"
    Proposal proposal_[___id___]
    Source        submitted
    Repository    shop
    Base          e164dc86004b12796d99157a09ea7801bc7e7de6
    Touches       shop/cart.py, tests/test_cart.py
    Content hash  [hash]
    State         stored

    diff shop/cart.py
    --- a/shop/cart.py
    +++ b/shop/cart.py
    @@ -6,4 +6,6 @@


     def mean(prices):
    +    if not prices:
    +        return 0
         return total(prices) / len(prices)
    diff tests/test_cart.py
    --- a/tests/test_cart.py
    +++ b/tests/test_cart.py
    @@ -7,3 +7,7 @@

     def test_mean():
         assert mean([1, 3]) == 2
    +
    +
    +def test_mean_of_nothing():
    +    assert mean([]) == 0

    next: /sandbox-code proposal_[___id___]  runs the tests in the sandbox
    next: /report-code proposal_[___id___]  shows the evidence
    ");
}

#[tokio::test]
async fn a_change_that_is_none() {
    let _masked = masked();
    let (house, _project, line) = beside();
    house.worded(&line).await.data();

    insta::assert_snapshot!(typed(&house, "/propose-code --repo shop --worktree").await, @"
    exit 4
    error: nothing changes against e164dc86004b12796d99157a09ea7801bc7e7de6
    hint: Change something in the work tree, or name other commits.
    ");
}

#[tokio::test]
async fn the_proof_of_a_change_is_noted_and_has_to_be_renewed() {
    let _masked = masked();
    let (house, project, line) = beside();
    house.worded(&line).await.data();
    house.line("/propose-code --repo shop --range main..fix").await.data();
    house.line("/sandbox-code @").await.data();
    house.worded("/approve-code @").await.data();
    let commit = project.git(&["rev-parse", "fix"]);

    let noted = typed(&house, "/note-code @ --commit fix").await.replace(&commit, "[commit]");
    let other = typed(&house, "/note-code @ --commit main").await;
    let revoked = typed(&house, "/revoke-approval @ it was a mistake").await;

    insta::assert_snapshot!(noted, @"
    Noted proposal_[___id___] revision 1.

    Commit     [commit]
    Tells      1 decision
    Reference  refs/notes/saraphina

    next: git push origin refs/notes/saraphina  takes it along
    ");
    insta::assert_snapshot!(other, @"
    exit 4
    error: e164dc86004b12796d99157a09ea7801bc7e7de6 has 0 parents
    hint: An approved change is a commit with one parent: squash the branch into
      one.
    ");
    let next = revoked.lines().find(|line| line.starts_with("next: /note-code proposal_"));
    assert!(next.is_some_and(|line| line.contains(" --commit REV")), "{revoked}");
}
