//! The guide from a branch to an approved commit, executed.

use super::guide::{commands, filled, told};
use super::readme::home_with_toolchain;
use crate::support::project::Project;

#[test]
fn a_branch_becomes_an_approved_commit_as_written() {
    let home = home_with_toolchain();
    let project = Project::within(home.folder().join("shop")).fixed();
    let mut done = Vec::new();

    for words in commands("from-branch-to-commit.md") {
        if words[0] == "check" {
            let keys = told(&home, &["keys"]);
            let text = |name: &str| keys["data"]["keys"][0][name].as_str().unwrap().to_owned();
            let (owner, key) = (text("principal"), text("key"));
            let line = format!("{owner} namespaces=\"decision@saraphina\" {key}\n");
            home.put("allowed_signers", &line);
        }
        let given = filled(&home, words);
        let given: Vec<&str> = given.iter().map(String::as_str).collect();

        let finished = home.saraphina(&given);

        assert_eq!(finished.code, Some(0), "{given:?}: {finished:?}");
        done.push(given[0].to_owned());
    }

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
