//! The trees that changes and merges lead to.

use foundation::repository::merging::Merged;
use record::domain::changeset::{Base, Changeset, Mode, Touched};
use record::domain::role::Role;

use super::sample::{Sample, changeset, name, path, side};

#[tokio::test]
async fn a_change_leads_to_the_tree_of_its_commit() {
    let sample =
        Sample::with(&[("a", "1"), ("b", "2"), ("f", "3"), ("d/e", "4"), ("keep/me", "5")]);
    sample.write("a", "changed\r\n");
    sample.remove("b");
    sample.remove("f");
    sample.write("f/now a folder", "x");
    std::fs::remove_dir_all(sample.root().join("d")).unwrap();
    sample.write("d", "now a file");
    sample.make_executable("d");
    sample.link("keep/link", "../a");
    sample.commit("second");
    let repository = sample.open();
    let difference = repository.range("HEAD~1..HEAD").await.unwrap();
    repository.shadow.keep(&difference.base).await.unwrap();

    let tree = repository.shadow.result_tree(&changeset(difference.clone())).await.unwrap();
    let again = repository.shadow.result_tree(&changeset(difference)).await.unwrap();

    assert_eq!(tree, sample.id("HEAD^{tree}"));
    assert_eq!(again, tree);
}

#[tokio::test]
async fn names_that_a_change_may_not_touch_may_lie_in_its_base() {
    let sample =
        Sample::with(&[("a", "1"), ("back\\slash", "1"), ("new\nline", "1"), ("-dash", "1")]);
    sample.write("git~1", "1");
    sample.link("out", "/etc");
    sample.commit("odd names");
    sample.write("a", "2");
    sample.commit("second");
    let repository = sample.open();
    let difference = repository.range("HEAD~1..HEAD").await.unwrap();
    let base = difference.base.clone();

    let tree = repository.shadow.result_tree(&changeset(difference)).await.unwrap();
    let patch = b"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n\\ No newline at end of file\n+2\n";
    let patched = repository.shadow.patched(&base, patch).await.unwrap();

    assert_eq!(tree, sample.id("HEAD^{tree}"));
    assert_eq!(super::sample::told(&patched), [r#"a: 100644 "1" > 100644 "2\n""#]);
    assert_eq!(super::sample::said(repository.work_tree().await), Ok(vec![]));
    for place in ["git~1/x", "x/.GIT/y"] {
        let after = Some(side(Mode::File, "new"));
        let touched = Touched { path: path(place), role: Role::Code, before: None, after };
        let error = repository.shadow.result_tree(&change(&base, touched)).await.unwrap_err();
        assert_eq!(error.to_string(), format!("{place}: it would lie in a git folder"));
    }
}

fn change(base: &Base, touched: Touched) -> Changeset {
    Changeset::new(name(), base.clone(), vec![touched]).unwrap()
}

#[tokio::test]
async fn a_change_that_says_something_else_of_its_base_leads_nowhere() {
    let sample = Sample::with(&[("a", "1")]);
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;
    let after = || Some(side(Mode::File, "new"));
    let wrong = [
        ("a", Some(side(Mode::File, "2")), after()),
        ("a", Some(side(Mode::Executable, "1")), after()),
        ("a", None, after()),
        ("b", Some(side(Mode::File, "1")), None),
    ];

    for (place, before, after) in wrong {
        let role = Role::Code;
        let touched = Touched { path: path(place), role, before, after };
        let error = repository.shadow.result_tree(&change(&base, touched)).await.unwrap_err();
        let expected = format!("the base has other content at {place} than the change says");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_file_below_a_file_of_the_base_leads_nowhere() {
    let sample = Sample::with(&[("a", "1")]);
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;
    let after = Some(side(Mode::File, "new"));
    let touched = Touched { path: path("a/b"), role: Role::Code, before: None, after };

    let error = repository.shadow.result_tree(&change(&base, touched)).await.unwrap_err();

    assert_eq!(error.to_string(), "the change would touch a too, and does not say so");
}

#[tokio::test]
async fn what_goes_together_is_merged_and_what_does_not_is_named() {
    let sample = Sample::with(&[("a", "1\n2\n3\n4\n5\n6\n"), ("b", "1\n"), ("c", "1\n")]);
    let base = sample.id("HEAD^{tree}");
    sample.write("a", "1\n2\n3\n4\n5\nsechs\n");
    sample.write("b", "ours\n");
    sample.commit("ours");
    let ours = sample.id("HEAD^{tree}");
    sample.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    sample.write("a", "eins\n2\n3\n4\n5\n6\n");
    sample.commit("theirs");
    let theirs = sample.id("HEAD^{tree}");
    sample.write("b", "theirs\n");
    sample.git(&["mv", "c", "\u{202e}moved"]);
    sample.commit("more of theirs");
    let further = sample.id("HEAD^{tree}");
    let shadow = sample.open().shadow;

    let Merged::Clean(tree) = shadow.merge(&base, &ours, &theirs).await.unwrap() else {
        panic!("a conflict")
    };
    let conflict = shadow.merge(&base, &ours, &further).await.unwrap();

    let deltas = shadow.deltas(&base, &tree).await.unwrap();
    assert_eq!(
        super::sample::told(&deltas),
        [
            r#"a: 100644 "1\n2\n3\n4\n5\n6\n" > 100644 "eins\n2\n3\n4\n5\nsechs\n""#,
            r#"b: 100644 "1\n" > 100644 "ours\n""#,
        ]
    );
    assert_eq!(conflict, Merged::Conflicts(vec!["b".to_owned()]));
}
