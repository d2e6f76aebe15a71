//! The guide from a branch to an approved commit, executed, and what it leads to: proof that others check.

use super::guide::{commands, filled, told};
use super::readme::home_with_toolchain;
use crate::support::project::Project;
use crate::surfaces::process::Home;

/// Carries out the commands of a page; gives the first word of each.
fn carried_out(home: &Home, page: &str) -> Vec<String> {
    let mut done = Vec::new();
    for words in commands(page) {
        if words[0] == "check" && done.contains(&"apply-code".to_owned()) {
            let keys = told(home, &["keys"]);
            let text = |name: &str| keys["data"]["keys"][0][name].as_str().unwrap().to_owned();
            let (owner, key) = (text("principal"), text("key"));
            let line = format!("{owner} namespaces=\"decision@saraphina\" {key}\n");
            home.put("allowed_signers", &line);
        }
        let given = filled(home, words);
        let given: Vec<&str> = given.iter().map(String::as_str).collect();

        let finished = home.saraphina(&given);

        assert_eq!(finished.code, Some(0), "{given:?}: {finished:?}");
        done.push(given[0].to_owned());
    }
    done
}

#[test]
fn a_branch_becomes_an_approved_commit_as_written() {
    let home = home_with_toolchain();
    let project = Project::within(home.folder().join("shop")).fixed();

    let done = carried_out(&home, "from-branch-to-commit.md");

    let wanted = [
        "repository",
        "propose-code",
        "sandbox-code",
        "report-code",
        "approve-code",
        "apply-code",
        "check",
    ];
    assert_eq!(done, wanted);
    assert_eq!(
        project.git(&["rev-parse", "main^{tree}"]),
        project.git(&["rev-parse", "fix^{tree}"])
    );
}

#[test]
fn an_approved_commit_is_checked_and_let_in_as_written() {
    let home = home_with_toolchain();
    let project = Project::within(home.folder().join("shop")).fixed();
    let server = home.folder().join("shop.git");
    let server = server.to_str().unwrap();
    project.git(&["clone", "--quiet", "--bare", ".", server]);
    carried_out(&home, "from-branch-to-commit.md");

    let done = carried_out(&home, "checking.md");

    assert_eq!(done, ["audit", "check", "check", "check", "check"]);
    assert!(project.read(".github/workflows/saraphina.yml").contains("check"));
    let (main, notes) = ("main:refs/heads/main", "refs/notes/saraphina");
    project.git(&["push", "--quiet", server, main, notes]);
    project.write("README.md", "Nobody approved this.\n");
    project.commit("Say something else");
    let refused = project.try_git(&["push", "--quiet", server, main], "").unwrap_err();
    assert!(refused.contains("NOT COVERED: it has no note"), "{refused}");
}
