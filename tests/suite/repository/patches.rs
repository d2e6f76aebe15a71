//! Differences and files from outside.

use std::fmt::Write as _;

use record::domain::changeset::Mode;

use super::sample::{Sample, git_in, path, said, told, try_git_in};
use foundation::repository::range::Difference;

/// What a difference changes in the head of a sample, or what is wrong with it.
async fn patched(sample: &Sample, patch: impl AsRef<[u8]>) -> Result<Vec<String>, String> {
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;
    let deltas = repository.shadow.patched(&base, patch.as_ref()).await;
    said(deltas.map(|deltas| Difference { base, deltas }))
}

#[tokio::test]
async fn a_difference_that_git_made_changes_what_the_commit_changed() {
    let sample =
        Sample::with(&[("a", "1\n2\n3\n"), ("b", "x"), ("mode", "1"), ("r\u{e9}n", "same\n")]);
    sample.write("a", "1\nzwei\n3");
    sample.remove("b");
    sample.make_executable("mode");
    sample.git(&["mv", "r\u{e9}n", "moved here"]);
    sample.write("bin", [0, 1, 2, 255]);
    sample.write("new \"x\"", "n\r\n");
    sample.link("link", "a");
    sample.commit("second");
    let repository = sample.open();
    let expected = said(repository.range("HEAD~1..HEAD").await).unwrap();
    let output = try_git_in(&sample.root(), &["diff", "--binary", "-M", "HEAD~1", "HEAD"]);
    sample.git(&["reset", "--quiet", "--hard", "HEAD~1"]);

    assert_eq!(patched(&sample, output.stdout).await, Ok(expected));
    assert_eq!(sample.git(&["status", "--porcelain"]), "");
}

const FITS: &str = "--- a/a\n+++ b/a\n@@ -2,3 +2,3 @@\n 1\n-2\n+zwei\n 3\n";

#[tokio::test]
async fn a_difference_is_applied_exactly_or_not_at_all() {
    let sample = Sample::with(&[("a", "0\n1\n2\n3\n")]);
    let fits = patched(&sample, FITS).await;
    let shifted = Sample::with(&[("a", "\n0\n1\n2\n3\n")]);
    let moved = patched(&shifted, FITS).await;
    let changed = Sample::with(&[("a", "0\n1\n2\ndrei\n")]);
    let conflict = patched(&changed, FITS).await;

    assert_eq!(fits, Ok(vec![r#"a: 100644 "0\n1\n2\n3\n" > 100644 "0\n1\nzwei\n3\n""#.to_owned()]));
    assert_eq!(
        moved.unwrap_err(),
        "the difference applies only at other lines than it says: Hunk #1 succeeded at 3 (offset 1 line)."
    );
    assert_eq!(
        conflict.unwrap_err(),
        "the difference does not apply: error: patch failed: a:2; error: a: patch does not apply"
    );
    for nothing in ["", "no difference at all\n", "\0\u{1}\u{2}"] {
        let error = patched(&sample, nothing).await.unwrap_err();
        assert_eq!(
            error,
            "the difference does not apply: error: No valid patches in input (allow with \"--allow-empty\")"
        );
    }
}

#[tokio::test]
async fn a_difference_cannot_leave_the_tree_or_enter_its_git_folder() {
    let sample = Sample::with(&[("a", "1\n")]);
    sample.link("out", "..");
    sample.commit("a link that leads out");
    let create = |path: &str| {
        format!(
            "diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n"
        )
    };
    let mut said = Vec::new();

    for path in [
        "../evil",
        "x/../../evil",
        ".git/hooks/post-commit",
        ".GIT/config",
        "a/.git/x",
        "git~1/config",
        ".g\u{200c}it/config",
        "/etc/evil",
        "out/evil",
    ] {
        said.push(patched(&sample, create(path)).await.unwrap_err());
    }

    assert_eq!(
        said,
        [
            "the difference does not apply: error: invalid path '../evil'",
            "the difference does not apply: error: invalid path 'x/../../evil'",
            "the difference does not apply: error: invalid path '.git/hooks/post-commit'",
            "the difference does not apply: error: invalid path '.GIT/config'",
            "the difference does not apply: error: invalid path 'a/.git/x'",
            "git~1/config: it would lie in a git folder",
            ".g\\u{200c}it/config: it would lie in a git folder",
            "the difference does not apply: error: invalid path '/etc/evil'",
            "the difference does not apply: error: affected file 'out/evil' is beyond a symbolic link",
        ]
    );
    assert!(!sample.folder().join("evil").exists());
    let link = "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+../../x\n\\ No newline at end of file\n";
    assert_eq!(
        patched(&sample, link).await.unwrap_err(),
        "l: the link leads out of the repository"
    );
    let submodule = format!(
        "diff --git a/s b/s\nnew file mode 160000\n--- /dev/null\n+++ b/s\n@@ -0,0 +1 @@\n+Subproject commit {}\n",
        sample.id("HEAD")
    );
    assert_eq!(patched(&sample, submodule).await.unwrap_err(), "s: a submodule is not taken");
}

#[tokio::test]
async fn a_difference_of_many_files_is_read_to_its_end() {
    let sample = Sample::with(&[("last", "\n0\n1\n2\n3\n")]);
    let mut patch = String::new();
    for number in 0..1_500 {
        let name = format!("{}/{number}", "long-name-".repeat(18));
        write!(patch, "diff --git a/{name} b/{name}\nnew file mode 100644\n--- /dev/null\n+++ b/{name}\n@@ -0,0 +1 @@\n+x\n").unwrap();
    }
    let fine = patched(&sample, &patch).await.unwrap();
    patch.push_str(&FITS.replace("/a\n", "/last\n"));

    assert_eq!(fine.len(), 1_500);
    assert!(
        patched(&sample, &patch)
            .await
            .unwrap_err()
            .starts_with("the difference applies only at other lines")
    );
}

#[tokio::test]
async fn given_files_take_the_place_of_those_that_are_there() {
    let sample = Sample::with(&[("run", "1"), ("same", "1")]);
    sample.make_executable("run");
    sample.commit("mode");
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;
    let files = |paths: &[&str]| paths.iter().map(|text| (path(text), b"2".to_vec())).collect();
    let given: Vec<_> = [("run", "2"), ("same", "1"), ("new/x", "3")]
        .map(|(name, content)| (path(name), content.into()))
        .into();

    let deltas = repository.shadow.pairs(&base, given).await.unwrap();
    let error = repository.shadow.pairs(&base, files(&[".git/config"])).await.unwrap_err();

    assert_eq!(told(&deltas), [r#"run: 100755 "1" > 100755 "2""#, r#"new/x: - > 100644 "3""#]);
    assert_eq!(deltas[1].after.as_ref().unwrap().mode, Mode::File);
    assert_eq!(error.to_string(), ".git/config: it would lie in a git folder");
    assert_eq!(git_in(&sample.root(), &["status", "--porcelain"]), "");
}
