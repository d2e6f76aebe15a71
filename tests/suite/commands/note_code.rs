//! `/note-code`, and what a check makes of its notes.

use serde_json::Value;
use work::contract::error::ErrorKind;

use super::repository::knowing;
use crate::support::binary::{Told, saraphina};
use crate::support::house::House;
use crate::support::project::Project;

/// A house that knows a project and has approved what its branch `fix` changes; the proposal.
async fn approved(project: &Project) -> (House, String) {
    let house = knowing(project).await;
    let data = house.line("/propose-code --repo shop --range main..fix").await.data();
    let id = data["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(&id).await;
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
    (house, id)
}

/// Checks a range as somebody without the home.
async fn checked(house: &House, project: &Project, range: &str) -> (i32, Value) {
    let store = house.engine.context().store().unwrap();
    let signers = house.file("signers", store.signers().await.unwrap().allowed_signers());
    let log = house.file("log.vkey", store.log_key().unwrap().unwrap().vkey());
    let folder = project.path().to_str().unwrap();
    let words = ["check", range, "--repo", folder, "--signers", &signers, "--log", &log, "--json"];
    let Told { code, stdout, stderr } = saraphina(&words);
    let answer: Value =
        serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout} {stderr}"));
    (code, answer["data"].clone())
}

#[tokio::test]
async fn a_commit_by_hand_with_the_approved_tree_gets_its_note_and_is_covered() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    let before = checked(&house, &project, "main..fix").await;

    let noted = house.line(&format!("/note-code {id} --commit fix")).await.data();
    let again = house.line(&format!("/note-code {id} --commit fix")).await.data();
    let after = checked(&house, &project, "main..fix").await;

    assert_eq!((before.0, &before.1["commits"][0]["reason"]["word"]), (1, &"no_note".into()));
    assert_eq!((&noted["revision"], &noted["decisions"]), (&1.into(), &1.into()));
    assert_eq!(noted, again);
    assert_eq!((after.0, &after.1["ok"]), (0, &true.into()), "{}", after.1);
    let approval = &after.1["commits"][0]["approved"];
    assert_eq!(
        (&approval["proposal_id"], &approval["approvals"][0]["by"]),
        (&Value::from(id), &"owner".into())
    );
    let note = project.git(&["notes", "--ref=saraphina", "show", "fix"]);
    let kinds: Vec<String> = note
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(kinds, ["change", "policy", "decision", "attestation", "attestation"]);
    assert_eq!(project.git(&["status", "--porcelain", "--ignored"]), "");
}

#[tokio::test]
async fn a_revocation_is_told_once_the_note_is_renewed() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    house.line(&format!("/note-code {id} --commit fix")).await.data();

    let revoked = house.line(&format!("/revoke-approval {id} it was a mistake")).await.data();
    let stale = checked(&house, &project, "main..fix").await;
    house.line(&format!("/note-code {id} --commit fix")).await.data();
    let renewed = checked(&house, &project, "main..fix").await;

    assert_eq!(revoked["repository"], "shop");
    assert_eq!((stale.0, renewed.0), (0, 1));
    assert_eq!(renewed.1["commits"][0]["reason"]["word"], "revoked");
}

#[tokio::test]
async fn a_commit_that_is_not_the_approved_change_gets_no_note() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    project.git(&["checkout", "--quiet", "-b", "more", "fix"]);
    project.write("extra.py", "x = 1\n");
    project.commit("More");
    project.git(&["checkout", "--quiet", "-b", "other", "main"]);
    project.git(&["checkout", "--quiet", "fix", "--", "."]);
    project.write("extra.py", "x = 1\n");
    project.commit("The change with more");
    let refused = |line: String| {
        let house = &house;
        async move { house.line(&line).await.refusal() }
    };

    let base = refused(format!("/note-code {id} --commit more")).await;
    let extra = refused(format!("/note-code {id} --commit other")).await;
    let first = refused(format!("/note-code {id} --commit main")).await;
    let nowhere = refused(format!("/note-code {id} --commit nowhere")).await;

    assert!(base.0 == ErrorKind::State && base.1.contains("starts from the tree"), "{}", base.1);
    assert!(extra.1.contains("extra.py is changed too"), "{}", extra.1);
    assert!(first.1.contains("has 0 parents"), "{}", first.1);
    assert_eq!(nowhere.0, ErrorKind::NotFound);
}

#[tokio::test]
async fn what_is_no_change_not_approved_or_not_ours_is_refused() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let module = house.approved().await;
    let data = house.line("/propose-code --repo shop --range main..fix").await.data();
    let id = data["proposal_id"].as_str().unwrap();

    let no_change = house.line(&format!("/note-code {module}")).await.refusal();
    let pending = house.line(&format!("/note-code {id} --commit fix")).await.refusal();
    let (house, id) = approved(&project).await;
    project.git(&["notes", "--ref=saraphina", "add", "-m", "looks good", "fix"]);
    let foreign = house.line(&format!("/note-code {id} --commit fix")).await.refusal();
    let agent = house.agent().line(&format!("/note-code {id} --commit fix")).await.refusal();

    assert_eq!(
        (no_change.0, pending.0, foreign.0),
        (ErrorKind::State, ErrorKind::State, ErrorKind::State)
    );
    assert!(pending.1.contains("was approved"), "{}", pending.1);
    assert!(foreign.1.contains("has a note that is none of ours"), "{}", foreign.1);
    assert_eq!(agent.0, ErrorKind::Forbidden);
}
