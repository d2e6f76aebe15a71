//! Where a repository lies, and how it is laid out.

use std::fs;

use foundation::repository::repository::Repository;
use foundation::repository::shadow::Shadow;
use foundation::repository::target::Target;

use super::sample::{Sample, git_in, name, said};

#[test]
fn a_repository_is_found_from_any_folder_in_it() {
    let sample = Sample::with(&[("src/a", "1")]);
    let root = sample.root().canonicalize().unwrap();

    let from = |path: &str| Target::find(&sample.root().join(path)).unwrap().work_tree;

    assert_eq!([from("."), from("src"), from(".git")], [(); 3].map(|()| Some(root.clone())));
    let nowhere = tempfile::tempdir_in("/").unwrap();
    let error = Target::find(nowhere.path()).unwrap_err().to_string();
    assert_eq!(error, format!("{} is in no git repository", nowhere.path().display()));
}

#[tokio::test]
async fn a_linked_work_tree_has_its_own_head_and_files() {
    let sample = Sample::with(&[("a", "1")]);
    let other = sample.folder().join("a linked: tree");
    sample.git(&["worktree", "add", "--quiet", "-b", "side", other.to_str().unwrap()]);
    fs::write(other.join("a"), "2").unwrap();
    let repository = sample.open_at(&other);

    assert_eq!(repository.head().await.unwrap().branch.as_deref(), Some("refs/heads/side"));
    assert_eq!(
        said(repository.work_tree().await),
        Ok(vec![r#"a: 100644 "1" > 100644 "2""#.to_owned()])
    );
    assert_eq!(said(sample.open().work_tree().await), Ok(vec![]));
}

#[tokio::test]
async fn a_bare_repository_has_commits_but_no_work_tree() {
    let sample = Sample::with(&[("a", "1")]);
    let bare = sample.folder().join("bare.git");
    git_in(sample.folder(), &["clone", "--quiet", "--bare", "target", "bare.git"]);
    let repository = sample.open_at(&bare);

    assert_eq!(repository.head().await.unwrap().base.commit, sample.id("HEAD"));
    let error = repository.work_tree().await.unwrap_err().to_string();
    assert_eq!(error, format!("{} has no work tree", bare.canonicalize().unwrap().display()));
}

#[tokio::test]
async fn a_shallow_clone_says_what_it_lacks() {
    let sample = Sample::with(&[("a", "1")]);
    sample.git(&["branch", "side"]);
    sample.write("a", "2");
    sample.commit("second");
    sample.write("a", "3");
    sample.commit("third");
    sample.git(&["checkout", "--quiet", "side"]);
    sample.write("b", "1");
    sample.commit("other");
    let from = format!("file://{}", sample.root().display());
    git_in(sample.folder(), &["clone", "-q", "--depth=2", "--no-single-branch", &from, "cut"]);
    let repository = sample.open_at(&sample.folder().join("cut"));

    assert!(repository.target.is_shallow() && !sample.open().target.is_shallow());
    let fine = said(repository.range("origin/main~1..origin/main").await);
    assert_eq!(fine, Ok(vec![r#"a: 100644 "2" > 100644 "3""#.to_owned()]));
    let cut = repository.range("origin/side..origin/main").await.unwrap_err().to_string();
    assert!(cut.starts_with("the clone is shallow: what "), "{cut}");
    assert_eq!(repository.commits("origin/main~1..origin/main").await.unwrap().len(), 1);
}

#[tokio::test]
async fn ids_of_both_kinds_are_read() {
    let sample = Sample::of_kind(&["--object-format=sha256"]);
    sample.write("a", "1");
    sample.commit("first");
    sample.write("a", "2");
    sample.commit("second");
    let repository = sample.open();

    let difference = repository.range("HEAD~1..HEAD").await.unwrap();
    repository.shadow.keep(&difference.base).await.unwrap();
    let tree = repository.shadow.result_tree(&super::sample::changeset(difference)).await.unwrap();

    assert_eq!(tree, sample.id("HEAD^{tree}"));
    let other = Sample::with(&[("a", "1")]);
    let error = Repository::open(&sample.home(), &name(), &other.root()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "what is kept of sample has ids of another kind than the repository"
    );
}

#[tokio::test]
async fn references_in_tables_are_read_and_moved() {
    let sample = Sample::of_kind(&["--ref-format=reftable"]);
    sample.write("a", "1");
    let first = sample.commit("first");
    let repository = sample.open();

    assert_eq!(repository.head().await.unwrap().base.commit, first);
    repository.update_ref("refs/heads/new", &first, None).await.unwrap();
    assert_eq!(sample.id("refs/heads/new"), first);
}

#[tokio::test]
async fn a_folder_may_have_any_name() {
    let sample = Sample::with(&[("a", "1")]);
    let folder = sample.folder().join("odd: \"n\u{e4}me\" \\n");
    fs::rename(sample.root(), &folder).unwrap();
    fs::write(folder.join("a"), "2").unwrap();
    let repository = sample.open_at(&folder);

    assert_eq!(
        said(repository.work_tree().await),
        Ok(vec![r#"a: 100644 "1" > 100644 "2""#.to_owned()])
    );
}

#[tokio::test]
async fn what_a_partial_clone_left_out_is_missed_by_its_id() {
    let sample = Sample::with(&[("a", "1")]);
    sample.write("a", "2");
    sample.commit("second");
    sample.git(&["config", "uploadpack.allowFilter", "true"]);
    let from = format!("file://{}", sample.root().display());
    let words = ["clone", "-q", "--bare", "--filter=blob:none", &from, "partial.git"];
    git_in(sample.folder(), &words);
    let repository = sample.open_at(&sample.folder().join("partial.git"));

    let error = repository.range("HEAD~1..HEAD").await.unwrap_err().to_string();
    let base = repository.head().await.unwrap().base;
    let files = repository.shadow.files(&base.tree).await.unwrap_err().to_string();

    let missing = |name: &str| format!("the object {} is not in the repository", sample.id(name));
    assert_eq!(error, missing("HEAD~1:a"));
    assert_eq!(files, missing("HEAD:a"));
}

#[test]
fn what_a_home_keeps_is_made_once_and_swept() {
    let sample = Sample::with(&[("a", "1")]);
    let settings = sample.home().join("sample.git/config");
    assert!(Shadow::kept(&sample.home(), &name()).is_err());

    let opened: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| sample.open())).collect();
        threads.into_iter().map(|thread| thread.join().is_ok()).collect()
    });
    let written = fs::metadata(&settings).unwrap().modified().unwrap();
    let left = sample.home().join("sample.git/work/git-left");
    fs::create_dir(&left).unwrap();
    fs::write(left.join("in-use"), "").unwrap();
    sample.open();

    assert_eq!(opened, [true; 8]);
    assert_eq!(fs::metadata(&settings).unwrap().modified().unwrap(), written);
    assert!(!left.exists());
    assert_eq!(fs::read_dir(sample.home()).unwrap().count(), 1);
}
