//! `/repository`, and proposals of changes.

use serde_json::Value;
use work::contract::error::{CommandError, ErrorKind};

use crate::support::house::House;
use crate::support::project::{MENDED, MENDED_TESTS, Project};

/// A house that knows a project by the name `shop`.
pub(crate) async fn knowing(project: &Project) -> House {
    let house = House::new();
    known_to(&house, project).await;
    house
}

/// A house that knows a project, and a change of it that touches who may do what, executed.
pub(crate) async fn with_a_sensitive_change() -> (Project, House, String) {
    let project = Project::new();
    project.write("shop/auth.py", "LIMIT = 3\n");
    project.commit("Add a limit");
    let house = knowing(&project).await;
    project.write("shop/auth.py", "LIMIT = 30\n");
    let line = "/propose-code --repo shop --worktree Raise the limit";
    let id = house.line(line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/sandbox-code {id}")).await.data();
    (project, house, id)
}

/// Adds a project to a house by that name.
pub(crate) async fn known_to(house: &House, project: &Project) {
    house.worded(&format!("/repository add --name shop {}", project.path().display())).await.data();
}

#[tokio::test]
async fn a_repository_is_shown_as_it_was_found_confirmed_and_recorded() {
    let project = Project::new();
    let house = House::new();
    let line = format!("/repository add --name shop {}", project.path().display());

    let asked = house.line(&line).await.error();
    let added = house.worded(&line).await.data();
    let listed = house.line("/repository").await.data();

    let page = asked.confirmation.unwrap().page.plain();
    for wanted in
        ["Python: >=3.8", "pytest gets: tests", "Imports start from: .", "(refs/heads/main)"]
    {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert_eq!(added["repositories"][0]["tests"][0], "tests");
    assert_eq!(listed["repositories"][0]["digest"], added["repositories"][0]["digest"]);
    let record = house.records().await.pop().unwrap();
    assert_eq!(record.kind.word(), "owner.repository_added");
    assert_eq!(project.git(&["status", "--porcelain", "--ignored"]), "");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_repository_can_be_described_anew_and_taken_off() {
    let project = Project::new();
    let house = knowing(&project).await;
    let line = format!(
        "/repository add --name shop --tests shop --timeout 9 {}",
        project.path().display()
    );

    let again = house.worded(&line).await.data();
    let shown = house.line("/repository show shop").await.data();
    house.line("/repository remove shop").await.data();
    let gone = house.line("/repository show shop").await.refusal();

    assert_eq!(
        (&again["repositories"][0]["seconds"], &shown["repositories"][0]["seconds"]),
        (&9.into(), &9.into())
    );
    assert_eq!(gone.0, ErrorKind::NotFound);
    assert_eq!(
        house.line("/repository").await.data()["repositories"],
        Value::from(Vec::<Value>::new())
    );
}

#[tokio::test]
async fn only_the_owner_says_which_repositories_there_are() {
    let project = Project::new();
    let house = House::new().agent();

    let refused =
        house.line(&format!("/repository add {}", project.path().display())).await.refusal();
    let listed = house.line("/repository").await.data();

    assert_eq!(refused.0, ErrorKind::Forbidden);
    assert_eq!(listed["repositories"], Value::from(Vec::<Value>::new()));
}

#[tokio::test]
async fn a_range_the_work_tree_a_difference_and_files_give_the_same_change() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let patch = project.git(&["diff", "main..fix"]) + "\n";
    let patch = house.file("fix.patch", patch);

    let range = house.line("/propose-code --repo shop --range main..fix").await.data();
    let diff = house.line(&format!("/propose-code --repo shop --diff {patch}")).await.data();
    project.write("shop/cart.py", MENDED);
    project.write("tests/test_cart.py", MENDED_TESTS);
    let tree = house.line("/propose-code --repo shop --worktree mend the mean").await.data();

    let hash = &range["content_hash"];
    assert_eq!((hash, hash), (&diff["content_hash"], &tree["content_hash"]));
    let shown =
        house.line(&format!("/show-code {}", tree["proposal_id"].as_str().unwrap())).await.data();
    assert_eq!(shown["spec"], "mend the mean");
    let roles: Vec<_> = shown["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["code", "test"]);
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    assert_eq!(house.line("/doctor --quick --deep").await.exit(), 0);
}

#[tokio::test]
async fn what_is_no_change_is_refused_by_name() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let wrong = house.file("odd.patch", "--- a/../x\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n");

    let refused = |line: &str| {
        let line = line.to_owned();
        let house = &house;
        async move { house.line(&line).await.refusal().0 }
    };

    assert_eq!(refused("/propose-code --repo shop --worktree").await, ErrorKind::State);
    assert_eq!(
        refused("/propose-code --repo shop --range main..nowhere").await,
        ErrorKind::NotFound
    );
    assert_eq!(refused("/propose-code --repo other --worktree").await, ErrorKind::NotFound);
    assert_eq!(refused("/propose-code --repo shop").await, ErrorKind::Usage);
    assert_eq!(
        refused(&format!("/propose-code --repo shop --diff {wrong}")).await,
        ErrorKind::Usage
    );
}

#[tokio::test]
async fn a_change_is_refined_by_the_work_tree_or_by_single_files() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let id = house.line("/propose-code --repo shop --range main..fix").await.data();
    let id = id["proposal_id"].as_str().unwrap().to_owned();
    let file = house.file("odd.py", MENDED.replace("return 0", "return 0.0"));
    project.write("shop/cart.py", MENDED);

    let narrower = house.line(&format!("/refine-code {id} --worktree without tests")).await.data();
    let file = format!("/refine-code {id} --code {file} a whole number");
    let added = house.line(&file).await.data();
    let nothing = house.line(&format!("/refine-code {id} say more")).await.refusal();
    let plain = house.proposed().await;
    let refused = house.line(&format!("/refine-code {plain} --worktree anew")).await.refusal();

    let paths = |answer: &Value| -> Vec<String> {
        let files = answer["files"].as_array().unwrap();
        files.iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&narrower), ["shop/cart.py"]);
    assert_eq!(paths(&added), ["odd.py", "shop/cart.py"]);
    assert_eq!((nothing.0, refused.0), (ErrorKind::Unavailable, ErrorKind::Usage));
    assert_eq!(house.line("/doctor --quick --deep").await.exit(), 0);
}

#[tokio::test]
async fn a_change_goes_to_another_home_with_both_sides() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let made = house.line("/propose-code --repo shop --range main..fix").await.data();
    let id = made["proposal_id"].as_str().unwrap().to_owned();
    let bundle = house.beside("change.tar").display().to_string();
    house.line(&format!("/export {id} --to {bundle}")).await.data();

    let other = House::new();
    other.line(&format!("/import {bundle}")).await.data();
    let listed = other.line("/list-proposals").await.data();
    let taken = listed["proposals"][0]["proposal_id"].as_str().unwrap().to_owned();
    let shown = other.line(&format!("/show-code {taken}")).await.data();

    assert_eq!(shown["content_hash"], made["content_hash"]);
    assert_eq!(other.line("/doctor --quick --deep").await.exit(), 0);
}

const ANSWER: &str = "It gives nothing the mean 0.\n\n```python title=\"shop/cart.py\"\n<<<<<<< SEARCH\ndef mean(prices):\n=======\n\
    def mean(prices):\n    if not prices:\n        return 0\n>>>>>>> REPLACE\n```\n\nDelete: README.md\n";

pub(crate) fn said(house: &House, reply: &str) {
    house.provider.replies.lock().unwrap().push_back(reply.to_owned());
}

#[tokio::test]
async fn a_model_writes_a_change_and_changes_it_further() {
    let project = Project::new();
    let house = knowing(&project).await;
    said(&house, ANSWER);
    said(
        &house,
        "A test of it.\n\n```python title=\"tests/test_none.py\"\nfrom shop.cart import mean\n\n\ndef test_none():\n    assert mean([]) == 0\n```\n",
    );
    said(
        &house,
        "```python title=\"shop/cart.py\"\n<<<<<<< SEARCH\nno such line\n=======\nx\n>>>>>>> REPLACE\n```\n",
    );

    let made = house.line("/propose-code --repo shop make the mean of nothing 0").await.data();
    let id = made["proposal_id"].as_str().unwrap().to_owned();
    let further = house.line(&format!("/refine-code {id} add a test")).await.data();
    let misfit = house.line(&format!("/refine-code {id} more")).await.error();

    let diff = made["change"]["diff"].as_str().unwrap();
    assert!(
        diff.contains("+    if not prices:\n+        return 0\n") && diff.contains("-A shop.\n"),
        "{diff}"
    );
    assert_eq!(made["explanation"], "It gives nothing the mean 0.");
    let paths = further["change"]["paths"].as_array().unwrap();
    assert_eq!(
        paths.iter().map(|path| path.as_str().unwrap()).collect::<Vec<_>>(),
        ["README.md", "shop/cart.py", "tests/test_none.py"]
    );
    assert!(misfit.to_string().contains("the reply does not fit shop/cart.py"), "{misfit}");
    let asked = house.provider.asked.lock().unwrap();
    assert!(asked.iter().any(|asked| asked.context.iter().any(|(path, _)| path == "shop/cart.py")));
}

#[tokio::test]
async fn another_repository_of_a_known_name_is_told_as_that() {
    let project = Project::new();
    let house = knowing(&project).await;
    let other = Project::new();

    let asked = house
        .line(&format!("/repository add {} --name shop", other.path().display()))
        .await
        .error();
    let again = house
        .line(&format!("/repository add {} --name shop", project.path().display()))
        .await
        .error();

    let page = |error: CommandError| error.confirmation.unwrap().page.plain();
    let (asked, again) = (page(asked), page(again));
    let was = format!("another repository of this name, {}", project.path().display());
    assert!(asked.contains(&was), "{asked}");
    assert!(again.contains("what was said of it before"), "{again}");
}
