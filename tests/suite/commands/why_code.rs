//! `/why-code`: from a line to whatever led to it.

use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use super::apply_change::{approved, typed};
use crate::memory::history::remembering;
use crate::repository::sample::Sample;
use crate::support::house::House;
use crate::support::project::{MENDED, Project};

async fn why(house: &House, sample: &Sample, place: &str) -> Value {
    house.line(&format!("/why-code {place} --repo {}", sample.root().display())).await.data()
}

fn told(hops: &Value) -> Vec<String> {
    let hop = |hop: &Value| {
        format!("{} {}", hop["kind"].as_str().unwrap(), hop["name"].as_str().unwrap())
    };
    hops.as_array().unwrap().iter().map(hop).collect()
}

#[tokio::test]
async fn a_line_leads_through_moves_and_past_ignored_commits_to_who_wrote_it() {
    let function = |n| format!("def function_{n}(value):\n    return value + {n}\n\n\n");
    let body = (0..12).map(function).collect::<Vec<_>>().concat();
    let sample = Sample::with(&[("old.py", &body), ("b.py", "x = 1\n")]);
    let wrote = sample.id("HEAD");
    sample.git(&["mv", "old.py", "new.py"]);
    sample.commit("Move it");
    sample.write("new.py", body.replace("    return", "  return"));
    let formatted = sample.commit("Lay it out anew");
    sample.write(
        ".git-blame-ignore-revs",
        format!("# layout\n{formatted}\nnonsense --output=/tmp/x\n"),
    );
    sample.commit("Pass over the layout");
    let house = remembering(&sample).await;

    let line = why(&house, &sample, "new.py:6").await;
    let again = why(&house, &sample, "new.py:6").await;
    let missing = format!("/why-code new.py:999 --repo {}", sample.root().display());

    assert_eq!(line["hops"][0]["name"], wrote.as_str());
    let proof = line["hops"][0]["proof"].as_str().unwrap();
    assert!(proof.contains("git blame -M -C") && proof.ends_with("there as old.py"), "{proof}");
    assert_eq!(line["hops"], again["hops"]);
    assert_eq!(
        house.line(&missing).await.refusal(),
        (ErrorKind::NotFound, "new.py has no line 999".to_owned())
    );
}

#[tokio::test]
async fn messages_lead_to_pull_requests_issues_reverts_and_tries() {
    let sample = Sample::with(&[("a.py", "x = 1\n")]);
    sample.git(&["checkout", "--quiet", "-b", "side"]);
    sample.write("a.py", "x = 2\n");
    let tried = sample.commit("Try two\n\nBecause two is more. Fixes #7");
    sample.git(&["checkout", "--quiet", "main"]);
    sample.git(&[
        "merge",
        "--quiet",
        "--no-ff",
        "-m",
        "Merge pull request #12 from ada/side",
        "side",
    ]);
    let merge = sample.id("HEAD");
    sample.write("a.py", "x = 1\n");
    let back = sample.commit(&format!("Revert \"Try two\"\n\nThis reverts commit {tried}."));
    sample.write("a.py", "x = 1\ny = 3\n");
    sample.commit("Add y");
    let house = remembering(&sample).await;

    let first = why(&house, &sample, "a.py:1").await;
    let file = why(&house, &sample, "a.py").await;

    assert_eq!(told(&first["hops"])[..2], [format!("commit {back}"), format!("revert {tried}")]);
    assert_eq!(told(&first["tries"]), [format!("revert {tried}")]);
    assert_eq!(file["line"], Value::Null);
    let house = House::new();
    sample.git(&["reset", "--quiet", "--hard", merge.as_str()]);
    house.line(&format!("/build-graph {}", sample.root().display())).await.data();
    let tried_line = why(&house, &sample, "a.py:1").await;
    assert_eq!(
        told(&tried_line["hops"]),
        [
            format!("commit {tried}"),
            "issue #7".to_owned(),
            format!("merge {merge}"),
            "pull request #12".to_owned()
        ]
    );
    assert_eq!(tried_line["hops"][0]["says"], "Try two: Because two is more.");
}

#[tokio::test]
async fn a_commit_of_ours_leads_to_its_proposal_evidence_review_and_application() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    house.line(&typed(&house, "apply-code", &id, "--commit").await).await.data();
    house.line("/build-graph shop").await.data();
    let line = 1 + MENDED.lines().position(|line| line.contains("if not prices")).unwrap();

    let why = house.line(&format!("/why-code shop/cart.py:{line} --repo shop")).await.data();

    let kinds: Vec<&str> =
        why["hops"].as_array().unwrap().iter().map(|hop| hop["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["commit", "proposal", "application", "evidence", "review"]);
    assert_eq!(why["hops"][1]["name"], id);
    let proof = why["hops"][1]["proof"].as_str().unwrap();
    assert!(
        proof.starts_with("entry ") && proof.ends_with("of the record wrote the commit"),
        "{proof}"
    );
}

#[tokio::test]
async fn rejected_attempts_on_a_file_belong_to_the_answer() {
    let project = Project::with_fix();
    let house = super::repository::knowing(&project).await;
    let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let id = house.line(line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/reject-code {id} nothing has no mean")).await.data();
    house.line("/build-graph shop").await.data();

    let why = house.line("/why-code shop/cart.py:1 --repo shop").await.data();

    assert_eq!(told(&why["tries"]), [format!("proposal {id}")]);
    let says = why["tries"][0]["says"].as_str().unwrap();
    assert_eq!(says, "rejected, no verdict: Give nothing the mean 0: nothing has no mean");
}

#[tokio::test]
async fn what_was_applied_and_taken_out_belongs_to_the_answer() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    house.line(&typed(&house, "apply-code", &id, "--commit").await).await.data();
    house.line("/build-graph shop").await.data();
    let applied = house.line("/why-code shop/cart.py:1 --repo shop").await.data();
    house.line(&typed(&house, "rollback-code", &id, "").await).await.data();
    house.line("/build-graph shop").await.data();

    let why = house.line("/why-code shop/cart.py:1 --repo shop").await.data();

    assert_eq!(applied["tries"], json!([]));
    assert_eq!(told(&why["tries"]), [format!("proposal {id}")]);
    let (says, proof) = (why["tries"][0]["says"].as_str(), why["tries"][0]["proof"].as_str());
    assert_eq!(says.unwrap(), "applied and taken out, passed: Give nothing the mean 0");
    assert!(proof.unwrap().ends_with("of the record took it out"), "{proof:?}");
}

#[tokio::test]
async fn a_memory_that_is_behind_says_so() {
    let sample = Sample::with(&[("a.py", "x = 1\n")]);
    let house = remembering(&sample).await;

    let before = why(&house, &sample, "a.py").await;
    sample.write("a.py", "x = 2\n");
    sample.commit("second");
    let after = why(&house, &sample, "a.py").await;

    assert_eq!((&before["moved"], &after["moved"]), (&false.into(), &true.into()));
}

#[tokio::test]
async fn where_the_home_can_only_be_read_a_kept_blame_still_answers() {
    let sample = Sample::with(&[("a.py", "x = 1\n")]);
    let mut house = remembering(&sample).await;
    why(&house, &sample, "a.py:1").await;
    house.close().await;

    let read =
        house.reading(&format!("/why-code a.py:1 --repo {}", sample.root().display())).await.data();

    assert_eq!(read["hops"][0]["kind"], "commit");
    house.reopen();
}

#[tokio::test]
async fn where_the_home_can_only_be_read_git_is_asked_each_time() {
    let sample = Sample::with(&[("a.py", "x = 1\n")]);
    let mut house = remembering(&sample).await;
    house.close().await;
    let line = format!("/why-code a.py:1 --repo {}", sample.root().display());

    let once = house.reading(&line).await.data();
    let twice = house.reading(&line).await.data();

    assert_eq!((&once["hops"][0]["kind"], &once["hops"]), (&"commit".into(), &twice["hops"]));
    house.reopen();
}

#[tokio::test]
async fn an_export_of_a_forge_says_what_a_number_is_about() {
    let sample = Sample::with(&[("a.py", "x = 1\n")]);
    sample.write("a.py", "x = 2\n");
    let became = sample.commit("Say two\n\nFixes #7");
    let house = House::new();
    let export = json!([
        {"number": 7, "title": "One is \u{202e}too few", "state": "closed", "user": {"login": "ada"}, "created_at": "2026-01-02"},
        {"number": 12, "title": "Two", "state": "closed", "user": {"login": "bob"}, "merged_at": "2026", "merge_commit_sha": became},
    ]);
    let file = sample.folder().join("issues.json");
    std::fs::write(&file, export.to_string()).unwrap();
    let line = format!("/build-graph {} --issues {}", sample.root().display(), file.display());

    let built = house.line(&line).await.data();
    let why = why(&house, &sample, "a.py:1").await;
    std::fs::write(&file, "{\"message\":\"Not Found\"}").unwrap();
    let refused = house.line(&line).await.refusal();

    assert_eq!(built["items"], 2);
    assert_eq!(told(&why["hops"])[1..], ["issue #7".to_owned(), "pull request #12".to_owned()]);
    assert_eq!(why["hops"][1]["says"], "closes: One is \\u{202e}too few, closed");
    assert_eq!((&why["hops"][1]["by"], &why["hops"][2]["by"]), (&"ada".into(), &"bob".into()));
    let proof = why["hops"][1]["proof"].as_str().unwrap();
    assert!(proof.contains("names it; the export sha256:"), "{proof}");
    let proof = why["hops"][2]["proof"].as_str().unwrap();
    assert!(proof.ends_with("says so, and that it became the commit"), "{proof}");
    assert_eq!(refused.0, ErrorKind::Usage);
    assert!(refused.1.ends_with("it holds no list of issues or pull requests"), "{refused:?}");
}

#[tokio::test]
async fn a_note_on_a_commit_tells_the_decision_to_a_home_that_made_none() {
    let project = Project::with_fix();
    let (house, id) = approved(&project).await;
    house.line(&typed(&house, "apply-code", &id, "--commit").await).await.data();
    let stranger = House::new();
    let root = project.path().display();
    let line = 1 + MENDED.lines().position(|line| line.contains("if not prices")).unwrap();

    let built = stranger.line(&format!("/build-graph {root}")).await.data();
    let why = stranger.line(&format!("/why-code shop/cart.py:{line} --repo {root}")).await.data();
    project.git(&["notes", "--ref=saraphina", "add", "-f", "-m", "looks good", "HEAD"]);
    let spoilt = stranger.line(&format!("/build-graph {root}")).await.data();
    let after = stranger.line(&format!("/why-code shop/cart.py:{line} --repo {root}")).await.data();

    let note = why["hops"].as_array().unwrap().iter().find(|hop| hop["kind"] == "note").unwrap();
    assert_eq!(note["name"], id);
    assert!(note["says"].as_str().unwrap().starts_with("approved revision 1"), "{note}");
    assert!(note["proof"].as_str().unwrap().ends_with("`saraphina check` proves it"), "{note}");
    assert_eq!(built["missing"], json!([]));
    assert_eq!(spoilt["missing"], json!(["1 note cannot be read"]));
    assert!(!told(&after["hops"]).iter().any(|hop| hop.starts_with("note ")));
}

#[tokio::test]
async fn a_line_of_a_changed_work_tree_is_the_one_that_the_commit_has() {
    let sample = Sample::with(&[("a.py", "x = 1\ny = 2\n")]);
    sample.write("a.py", "x = 1\ny = 3\n");
    let second = sample.commit("second");
    let house = remembering(&sample).await;
    sample.write("a.py", "# new\nx = 1\ny = 3\n");
    let root = sample.root();

    let moved = house.line(&format!("/why-code a.py:3 --repo {}", root.display())).await.data();
    let new = house.line(&format!("/why-code a.py:1 --repo {}", root.display())).await.refusal();

    assert_eq!((&moved["line"], &moved["commit_line"]), (&3.into(), &2.into()));
    assert_eq!(moved["hops"][0]["name"], second.as_str());
    assert!(new.1.contains("only in the work tree"), "{new:?}");
}

#[tokio::test]
async fn a_place_is_taken_as_it_is_typed_or_told_what_may_be_meant() {
    let sample = Sample::with(&[("pkg/cart.py", "x = 1\n"), ("old.py", "y = 1\n")]);
    sample.remove("old.py");
    sample.commit("Take the old one out");
    let house = remembering(&sample).await;
    sample.write("new.py", "z = 1\n");
    let root = sample.root();
    let whole = format!("{}/pkg/cart.py:1", root.display());

    let found = [whole.as_str(), "./pkg/../pkg/cart.py:1"].map(|place| why(&house, &sample, place));
    let [by_root, by_steps] = found;
    assert_eq!(by_root.await["path"], "pkg/cart.py");
    assert_eq!(by_steps.await["path"], "pkg/cart.py");
    for (place, said) in [
        ("pkg/cart.py:1-3", "pkg/cart.py:1-3 names several lines"),
        ("old.py", "old.py is no longer there; the last commit to touch it is"),
        ("new.py", "new.py is in the work tree, not in the commit"),
        ("pkg/crat.py", "pkg/crat.py is neither a file nor a symbol"),
        ("../pkg/cart.py", "../pkg/cart.py is neither a file nor a symbol"),
    ] {
        let refused = house.line(&format!("/why-code {place} --repo {}", root.display())).await;
        let told = refused.refusal().1;
        assert!(told.starts_with(said), "{told}");
    }
}

/// Git gives every older line to the commit at which a shallow clone begins, whose message is about something else.
#[tokio::test]
async fn where_a_shallow_clone_begins_nothing_is_made_of_the_message() {
    let sample = Sample::with(&[("a.py", "x = 1\n")]);
    sample.write("b.py", "y = 1\n");
    sample.commit("Add b (#7)");
    sample.write("c.py", "z = 1\n");
    sample.commit("Add c (#8)");
    let from = format!("file://{}", sample.root().display());
    let clone = Sample::new();
    let folder = clone.root().join("clone");
    let place = folder.display().to_string();
    clone.git(&["clone", "--quiet", "--depth", "2", &from, &place]);
    let house = House::new();
    house.line(&format!("/build-graph {place}")).await.data();

    let old = house.line(&format!("/why-code a.py:1 --repo {place}")).await.data();
    let new = house.line(&format!("/why-code c.py:1 --repo {place}")).await.data();

    assert_eq!(old["hops"].as_array().unwrap().len(), 1, "{old:#}");
    let proof = old["hops"][0]["proof"].as_str().unwrap();
    assert!(proof.ends_with("the clone begins there, so it may be older"), "{proof}");
    assert!(told(&new["hops"]).iter().any(|hop| hop.ends_with("#8")), "{new:#}");
}
