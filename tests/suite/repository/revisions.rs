//! Names of commits.

use super::sample::Sample;

#[tokio::test]
async fn a_revision_is_what_git_says_that_it_is() {
    let sample = Sample::with(&[("a", "1")]);
    sample.git(&["tag", "-m", "one", "v1.0"]);
    sample.write("a", "2");
    let second = sample.commit("second");
    sample.git(&["branch", "other"]);
    let repository = sample.open();

    for revision in
        ["HEAD", "main", "HEAD~1", "HEAD^", "v1.0", "refs/tags/v1.0", "other@{0}", "@", ":/first"]
    {
        let base = repository.resolve(revision).await.unwrap();
        let named = sample.id(revision);
        let commit = sample.id(&format!("{named}^{{commit}}"));
        let tree = sample.id(&format!("{named}^{{tree}}"));
        assert_eq!((base.commit, base.tree), (commit, tree), "{revision}");
    }
    let short = &second.as_str()[..8];
    assert_eq!(repository.resolve(short).await.unwrap().commit, second);
}

#[tokio::test]
async fn what_names_no_commit_is_refused_by_its_kind() {
    let sample = Sample::with(&[("a", "1")]);
    sample.git(&["tag", "twice"]);
    sample.git(&["branch", "twice"]);
    let tree = sample.id("HEAD^{tree}");
    let repository = sample.open();
    let mut said = Vec::new();

    for revision in
        ["nobody", "--help", "-x", "", "a\nb", "HEAD~9", "HEAD:a", "twice", "\u{202e}x", "HEAD:.."]
    {
        said.push(repository.resolve(revision).await.unwrap_err().to_string());
    }
    let of_tree = repository.resolve(tree.as_str()).await.unwrap_err().to_string();

    assert_eq!(
        said,
        [
            "there is no revision nobody",
            "there is no revision --help",
            "there is no revision -x",
            "there is no revision ",
            "there is no revision a b",
            "there is no revision HEAD~9",
            "HEAD:a is no commit",
            "twice is ambiguous",
            "there is no revision \\u{202e}x",
            "there is no revision HEAD:..",
        ]
    );
    assert_eq!(of_tree, format!("{tree} is no commit"));
}

#[tokio::test]
async fn the_start_of_an_id_that_two_commits_share_is_ambiguous() {
    let sample = Sample::with(&[("a", "1")]);
    let mut starts = std::collections::BTreeSet::new();
    let mut number = 0;
    let shared = loop {
        let commit = sample.git(&["commit-tree", "HEAD^{tree}", "-m", &number.to_string()]);
        number += 1;
        if !starts.insert(commit[..4].to_owned()) {
            break commit[..4].to_owned();
        }
    };

    let error = sample.open().resolve(&shared).await.unwrap_err();

    assert_eq!(error.to_string(), format!("{shared} is ambiguous"));
}

#[tokio::test]
async fn head_is_on_a_branch_or_detached_or_has_no_commit() {
    let sample = Sample::new();
    let unborn = sample.open().head().await.unwrap_err().to_string();
    sample.write("a", "1");
    let first = sample.commit("first");
    let on_branch = sample.open().head().await.unwrap();
    sample.git(&["checkout", "--quiet", "--detach"]);
    let detached = sample.open().head().await.unwrap();

    assert_eq!(unborn, "there is no commit on refs/heads/main yet");
    assert_eq!(on_branch.branch.as_deref(), Some("refs/heads/main"));
    assert_eq!((on_branch.base.commit, detached.branch), (first.clone(), None));
    assert_eq!(detached.base.commit, first);
}

#[tokio::test]
async fn a_commit_is_what_was_written_whatever_replaces_it() {
    let sample = Sample::with(&[("a", "1")]);
    sample.write("a", "2");
    let second = sample.commit("second");
    let before = sample.open().resolve("HEAD").await.unwrap();
    sample.write("a", "evil");
    let other = sample.commit("evil");
    sample.git(&["replace", second.as_str(), other.as_str()]);
    sample.git(&["update-ref", "refs/heads/main", second.as_str()]);
    sample.write(".git/info/grafts", format!("{second}\n"));
    let repository = sample.open();

    assert_eq!(sample.git(&["show", &format!("{second}:a")]), "evil");
    assert_eq!(repository.resolve("main").await.unwrap(), before);
    assert_eq!(repository.commits("main~1..main").await.unwrap()[0].parents.len(), 1);
}
