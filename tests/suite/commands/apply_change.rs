//! Changes of a repository, applied to its work tree and its branches and taken out again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use super::repository::knowing;
use crate::applying::trees::Tree;
use crate::support::house::House;
use crate::support::project::{CART, MENDED, MENDED_TESTS, Project};

/// A house with a project whose fix is approved, and the proposal.
pub(crate) async fn approved(project: &Project) -> (House, String) {
    let house = knowing(project).await;
    let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let id = proposed(&house, line).await;
    (house, id)
}

/// Proposes a change, runs it and approves it.
async fn proposed(house: &House, line: &str) -> String {
    let data = house.line(line).await.data();
    let id = data["proposal_id"].as_str().unwrap().to_owned();
    approve(house, &id).await;
    id
}

pub(crate) async fn approve(house: &House, id: &str) {
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(id).await;
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
}

pub(crate) async fn typed(house: &House, command: &str, id: &str, rest: &str) -> String {
    format!("/{command} {id} {rest} --yes --expect {}", house.hash(id).await)
}

/// Files of the work tree, without git's own.
fn files(project: &Project) -> Tree {
    let mut tree = Tree::of(project.path());
    tree.nodes.retain(|path, _| !path.starts_with(".git/"));
    tree.folders.retain(|path, _| !path.starts_with(".git"));
    tree
}

pub(crate) fn status(project: &Project) -> String {
    project.git(&["status", "--porcelain"])
}

async fn is_verified(house: &House) -> bool {
    house.line("/audit verify").await.data()["ok"] == true
}

#[tokio::test]
async fn the_work_tree_takes_a_change_and_gives_it_back() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    project.write("notes.txt", "mine");
    project.write("README.md", "Not touched by the change.\n");
    let before = files(&project);

    let applied = house.line(&typed(&house, "apply-code", &id, "").await).await.data();
    let after = status(&project);
    let back = house.line(&typed(&house, "rollback-code", &id, "").await).await.data();

    assert_eq!(applied["target"]["kind"], "work_tree");
    assert_eq!(applied["evidence"]["covers_result"], false);
    assert_eq!(applied["evidence"]["others"], json!(["README.md", "notes.txt"]));
    assert_eq!(after, " M README.md\n M shop/cart.py\n M tests/test_cart.py\n?? notes.txt");
    assert_eq!(back["outcome"], "rolled_back");
    assert_eq!(files(&project), before);
    assert!(is_verified(&house).await);
}

#[tokio::test]
async fn a_touched_path_that_is_dirty_is_named_and_nothing_is_touched() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    project.write("shop/cart.py", "mine\n");
    fs::set_permissions(project.at("tests/test_cart.py"), fs::Permissions::from_mode(0o755))
        .unwrap();
    let before = files(&project);

    let refused = house.line(&typed(&house, "apply-code", &id, "").await).await.refusal();

    let message = "shop/cart.py: its content is not the one that the change starts from; \
        tests/test_cart.py: its mode is 100755, not 100644";
    assert_eq!(refused, (ErrorKind::State, message.to_owned()));
    assert_eq!(files(&project), before);
}

#[tokio::test]
async fn a_commit_moves_branch_work_tree_and_index_together() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    let hook = project.at(".git/hooks/post-commit");
    for name in
        ["pre-commit", "post-commit", "reference-transaction", "commit-msg", "post-index-change"]
    {
        let hook = hook.with_file_name(name);
        fs::write(&hook, "#!/bin/sh\ntouch ran\n").unwrap();
        fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let old = project.git(&["rev-parse", "HEAD"]);

    let applied = house.line(&typed(&house, "apply-code", &id, "--commit").await).await.data();

    // git itself, as the test asks it, runs hooks of the index.
    assert!(!project.at("ran").exists() && !project.at(".git/ran").exists());
    fs::remove_dir_all(project.at(".git/hooks")).unwrap();
    let new = project.git(&["rev-parse", "HEAD"]);
    assert_eq!(applied["target"]["commit"], new);
    assert_eq!(
        (status(&project), project.git(&["rev-parse", "HEAD^"])),
        (String::new(), old.clone())
    );
    assert_eq!(
        project.git(&["rev-parse", "HEAD^{tree}"]),
        project.git(&["rev-parse", "fix^{tree}"])
    );
    assert_eq!(project.read("shop/cart.py"), MENDED);
    let trailers = project.git(&["log", "-1", "--format=%(trailers:only)"]);
    let hash = house.hash(&id).await;
    let lines: Vec<&str> = trailers.lines().collect();
    assert_eq!(lines[0], format!("Saraphina-Proposal: {id}"));
    assert!(lines[1].starts_with("Saraphina-Decision: sha256:"), "{trailers}");
    assert_eq!(lines[2..], [format!("Saraphina-Content: sha256:{hash}").as_str()]);
    assert_eq!(project.git(&["log", "-1", "--format=%s"]), "Give nothing the mean 0");

    house.line(&typed(&house, "rollback-code", &id, "").await).await.data();

    assert_eq!(status(&project), "");
    assert_eq!(project.git(&["rev-parse", "HEAD^"]), new);
    assert_eq!(
        project.git(&["rev-parse", "HEAD^{tree}"]),
        project.git(&["rev-parse", &format!("{old}^{{tree}}")])
    );
    assert_eq!(project.read("shop/cart.py"), CART);
    assert!(is_verified(&house).await);
}

#[tokio::test]
async fn a_branch_gets_a_commit_while_the_work_tree_is_left_alone() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    project.write("shop/cart.py", "dirty where it is touched\n");
    let before = files(&project);
    let author = "--branch release/1 --author \"Ada L <ada@example.org>\"";

    let applied = house.line(&typed(&house, "apply-code", &id, author).await).await.data();

    assert_eq!(
        applied["target"],
        json!({
            "kind": "branch",
            "folder": Value::Null,
            "branch": "release/1",
            "commit": project.git(&["rev-parse", "release/1"]),
        })
    );
    assert_eq!(files(&project), before);
    assert_eq!(
        project.git(&["log", "-1", "--format=%an <%ae>", "release/1"]),
        "Ada L <ada@example.org>"
    );
    assert_eq!(
        project.git(&["rev-parse", "release/1^{tree}"]),
        project.git(&["rev-parse", "fix^{tree}"])
    );
    // Somebody commits elsewhere on it; the way back takes the touched paths alone.
    project.git(&["checkout", "--quiet", "--force", "release/1"]);
    project.write("README.md", "Later.\n");
    project.commit("Later");
    let checked_out = house.line(&typed(&house, "rollback-code", &id, "").await).await.refusal();
    project.git(&["checkout", "--quiet", "main"]);

    house.line(&typed(&house, "rollback-code", &id, "").await).await.data();

    assert_eq!(checked_out, (ErrorKind::State, "release/1 is checked out now".to_owned()));
    assert_eq!(project.git(&["show", "release/1:shop/cart.py"]), CART.trim_end());
    assert_eq!(project.git(&["show", "release/1:README.md"]), "Later.");
    assert_eq!(project.git(&["diff", "--name-only", "main", "release/1"]), "README.md");
}

#[tokio::test]
async fn a_branch_that_changed_where_it_is_touched_is_not_rolled_back() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    house.line(&typed(&house, "apply-code", &id, "--branch other").await).await.data();
    project.git(&["checkout", "--quiet", "other"]);
    project.write("shop/cart.py", "later\n");
    project.commit("Later");
    project.git(&["checkout", "--quiet", "main"]);
    let tip = project.git(&["rev-parse", "other"]);

    let refused = house.line(&typed(&house, "rollback-code", &id, "").await).await.refusal();

    assert_eq!(refused.0, ErrorKind::State, "{}", refused.1);
    assert!(refused.1.contains("shop/cart.py"), "{}", refused.1);
    assert_eq!(project.git(&["rev-parse", "other"]), tip);
}

#[tokio::test]
async fn a_base_that_moved_on_takes_files_but_no_commit_and_a_rebase_is_approved_anew() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    project.write("README.md", "Moved on.\n");
    project.commit("Move on");
    let tip = project.git(&["rev-parse", "main"]);

    let refused = house.line(&typed(&house, "apply-code", &id, "--commit").await).await.error();
    let planned = house.line(&format!("/apply-code {id} --dry-run")).await.data();
    let rebased = house.line(&format!("/apply-code {id} --rebase")).await.data();
    let unapproved =
        house.line(&typed(&house, "apply-code", &id, "--commit").await).await.refusal();
    approve(&house, &id).await;
    let applied = house.line(&typed(&house, "apply-code", &id, "--commit").await).await.data();

    assert_eq!(refused.kind, ErrorKind::State);
    assert!(refused.hints.iter().any(|hint| hint.contains("--rebase")), "{:?}", refused.hints);
    assert_eq!(planned["evidence"]["covers_result"], false);
    assert_eq!((&rebased["outcome"], &rebased["revision"]), (&json!("rebased"), &json!(2)));
    assert_eq!(unapproved, (ErrorKind::State, format!("{id} is pending, not approved")));
    assert_eq!(applied["outcome"], "applied");
    assert_eq!(project.git(&["rev-parse", "main^"]), tip);
    assert_eq!(project.read("README.md"), "Moved on.\n");
    assert_eq!(
        (project.read("tests/test_cart.py"), status(&project)),
        (MENDED_TESTS.to_owned(), String::new())
    );
    assert!(is_verified(&house).await);
}

#[tokio::test]
async fn an_approval_is_for_one_application_and_another_one_needs_another() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    let apply = typed(&house, "apply-code", &id, "--commit").await;
    house.line(&apply).await.data();

    let again = house.line(&apply).await.refusal();
    house.line(&typed(&house, "rollback-code", &id, "").await).await.data();
    let replayed = house.line(&apply).await.refusal();
    house.line(&format!("/revoke-approval {id} it is to go in again --yes")).await.data();
    approve(&house, &id).await;
    let anew = house.line(&apply).await.data();

    assert_eq!(again, (ErrorKind::State, "main has the change already".to_owned()));
    assert_eq!(replayed.0, ErrorKind::State);
    assert!(
        replayed.1.contains("which main holds; an approval is for one application"),
        "{}",
        replayed.1
    );
    assert_eq!(anew["outcome"], "applied");
}

#[tokio::test]
async fn conflicts_of_a_rebase_are_named_and_nothing_is_stored() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    project.write("shop/cart.py", "def total(prices):\n    return 7\n");
    project.commit("Another way");

    let refused = house.line(&format!("/apply-code {id} --rebase")).await.refusal();

    assert_eq!(refused.0, ErrorKind::State);
    assert!(refused.1.contains("shop/cart.py"), "{}", refused.1);
    assert_eq!(house.show(&id).await["revisions"], 1);
}

#[tokio::test]
async fn what_was_proposed_from_the_work_tree_is_committed_as_it_lies() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    project.write("shop/cart.py", MENDED);
    project.write("tests/test_cart.py", MENDED_TESTS);
    let id = proposed(&house, "/propose-code --repo shop --worktree mend the mean").await;

    let there = house.line(&typed(&house, "apply-code", &id, "").await).await.refusal();
    house.line(&typed(&house, "apply-code", &id, "--commit").await).await.data();

    assert_eq!(there.1, "everything is there already, byte for byte");
    assert_eq!(status(&project), "");
    assert_eq!(
        project.git(&["rev-parse", "HEAD^{tree}"]),
        project.git(&["rev-parse", "fix^{tree}"])
    );
}

#[tokio::test]
async fn branches_that_cannot_be_moved_with_their_files_are_refused() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    let second = house.beside("second");
    project.git(&["branch", "linked"]);
    project.git(&["worktree", "add", "--quiet", second.to_str().unwrap(), "linked"]);
    let linked =
        house.line(&typed(&house, "apply-code", &id, "--branch linked").await).await.refusal();
    let name = house.line(&typed(&house, "apply-code", &id, "--branch a..b").await).await.refusal();
    project.write("shop/cart.py", "staged\n");
    project.git(&["add", "shop/cart.py"]);
    project.write("shop/cart.py", CART);
    let staged = house.line(&typed(&house, "apply-code", &id, "--commit").await).await.refusal();
    project.git(&["reset", "--quiet", "--hard"]);
    project.git(&["checkout", "--quiet", "--detach"]);
    let detached = house.line(&typed(&house, "apply-code", &id, "--commit").await).await.refusal();
    let both =
        house.line(&typed(&house, "apply-code", &id, "--folder x --commit").await).await.refusal();

    assert_eq!(linked.1, "linked is checked out in another work tree");
    assert_eq!(name.0, ErrorKind::Usage);
    assert_eq!(staged.1, "shop/cart.py: something is staged there");
    assert_eq!(detached.1, "no branch is checked out there");
    assert_eq!(both.0, ErrorKind::Usage);
    assert_eq!(status(&project), "");
    assert!(!house.kinds().await.contains(&"apply.started"));
}

#[tokio::test]
async fn hooks_and_a_signature_that_a_commit_does_without_are_told_before_the_yes() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    let runnable = |path: &str, mode: u32| {
        fs::create_dir_all(project.at(path).parent().unwrap()).unwrap();
        project.write(path, "#!/bin/sh\nexit 1\n");
        fs::set_permissions(project.at(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    runnable(".git/hooks/pre-commit", 0o755);
    runnable(".git/hooks/commit-msg", 0o644);
    runnable(".git/own/post-commit", 0o700);
    let line = format!("/apply-code {id} --branch release/1 --dry-run");

    let usual = house.line(&line).await.page();
    project.git(&["config", "commit.gpgsign", "yes"]);
    project.git(&["config", "core.hooksPath", ".git/own"]);
    let other = house.line(&line).await.data();
    let files = house.line(&format!("/apply-code {id} --dry-run")).await.data();

    assert!(usual.contains("not run: pre-commit; what they check is not checked"), "{usual}");
    assert!(!usual.contains("Signature"), "{usual}");
    let author = "owner <owner@saraphina.invalid>";
    let commit =
        json!({"author": author, "hooks_not_run": ["post-commit"], "signature_missing": true});
    assert_eq!(other["commit"], commit);
    assert_eq!(files.get("commit"), None, "no commit is made");
}

#[tokio::test]
async fn a_copy_of_what_was_executed_is_told_from_a_folder_with_something_else() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    let copy = tempfile::tempdir().unwrap();
    let target = copy.path().to_str().unwrap();
    project.git(&["clone", "--quiet", ".", &format!("{target}/same")]);
    fs::remove_dir_all(copy.path().join("same/.git")).unwrap();
    let line = format!("/apply-code {id} --folder {target}/same --dry-run");

    let same = house.line(&line).await.data();
    fs::write(copy.path().join("same/README.md"), "Mine.\n").unwrap();
    let other = house.line(&line).await.data();
    project.write("README.md", "Moved on.\n");
    project.commit("Move on");
    let unknown = house.line(&line).await.data();

    let told = |data: &Value| {
        (data["evidence"]["covers_result"].clone(), data["evidence"].get("others").cloned())
    };
    assert_eq!(told(&same), (json!(true), None));
    assert_eq!(told(&other), (json!(false), Some(json!(["README.md"]))));
    assert_eq!(told(&unknown), (json!(false), None));
}
