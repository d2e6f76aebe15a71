//! Repositories that want something of theirs to be run, or want to be taken for what they are not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use foundation::repository::commits::{Author, NewCommit};
use foundation::repository::notes::NewNote;
use foundation::repository::repository::Repository;
use record::domain::changeset::GitId;
use record::domain::time::Timestamp;

use super::sample::{Sample, changeset, git_in, said, try_git_in};
use super::writing::set_note;

const HOOKS: &[&str] = &[
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-commit",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-merge",
    "pre-push",
    "pre-receive",
    "update",
    "proc-receive",
    "post-receive",
    "post-update",
    "reference-transaction",
    "push-to-checkout",
    "pre-auto-gc",
    "post-rewrite",
    "sendemail-validate",
    "fsmonitor-watchman",
    "post-index-change",
];

/// A repository in which everything that git can be told to run leaves a mark.
pub(crate) struct Trap {
    pub(crate) sample: Sample,
    /// What is there if anything was run.
    mark: PathBuf,
}

impl Trap {
    pub(crate) fn new() -> Self {
        let sample = Sample::with(&[("a.evil", "1\n"), ("b.txt", "1\n"), ("sub/c", "1\n")]);
        sample.git(&["checkout", "--quiet", "-b", "side"]);
        sample.write("a.evil", "2\n");
        sample.write(".gitattributes", "* filter=evil diff=evil merge=evil\n");
        sample.commit("second");
        let mark = sample.folder().join("mark");
        let trap = Self { sample, mark };
        trap.set(".git");
        trap
    }

    /// Fills a git folder with hooks and settings that leave the mark.
    fn set(&self, git_folder: &str) {
        let run = self.sample.folder().join("run");
        let script = format!("#!/bin/sh\ntouch '{}'\ncat\n", self.mark.display());
        fs::write(&run, &script).unwrap();
        fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).unwrap();
        for hook in HOOKS {
            let path = format!("{git_folder}/hooks/{hook}");
            self.sample.write(&path, &script);
            self.sample.make_executable(&path);
        }
        let run = run.display();
        let hooks = self.sample.root().join(git_folder).join("hooks");
        let more = format!("{git_folder}/more");
        self.sample.write(&more, format!("[core]\n\tpager = {run}\n\teditor = {run}\n"));
        let settings = format!(
            "[core]\n\trepositoryFormatVersion = 0\n\tfsmonitor = {run}\n\thooksPath = {}\n\tsshCommand = {run}\n\
             \tworktree = /etc\n\taskPass = {run}\n\tpager = {run}\n\talternateRefsCommand = {run}\n\tgitProxy = {run}\n\
             [include]\n\tpath = more\n[diff]\n\texternal = {run}\n[diff \"evil\"]\n\ttextconv = {run}\n\tcommand = {run}\n\
             [filter \"evil\"]\n\tclean = {run}\n\tsmudge = {run}\n\tprocess = {run}\n\trequired = true\n\
             [merge \"evil\"]\n\tdriver = {run}\n[alias]\n\trev-parse = !{run}\n\tcat-file = !{run}\n\
             [uploadpack]\n\tpackObjectsHook = {run}\n[gpg]\n\tprogram = {run}\n[commit]\n\tgpgSign = true\n\
             [credential]\n\thelper = !{run}\n[remote \"origin\"]\n\turl = ext::{run}\n\tuploadpack = {run}\n\tpromisor = true\n\
             [extensions]\n\tpartialClone = origin\n[pager]\n\tlog = {run}\n[core]\n\tattributesFile = /etc/passwd\n",
            hooks.display()
        );
        self.sample.write(&format!("{git_folder}/config"), settings);
    }

    pub(crate) fn is_sprung(&self) -> bool {
        self.mark.exists()
    }
}

#[test]
fn the_trap_works_where_git_is_called_as_usual() {
    let trap = Trap::new();
    let root = trap.sample.root();
    let settings = ["-c", "core.worktree="];
    try_git_in(&root, &[&settings[..], &["status"]].concat());

    assert!(trap.is_sprung());
}

const NOTES: &str = "refs/notes/saraphina";

/// Reads all that there is to read, and gives the tree of a change.
async fn read_all(repository: &Repository) -> GitId {
    let range = repository.range("main..side").await.unwrap();
    repository.resolve("side~1").await.unwrap();
    repository.commits("main..side").await.unwrap();
    let shadow = &repository.shadow;
    shadow.keep(&range.base).await.unwrap();
    shadow.files(&range.base.tree).await.unwrap();
    let patch = b"--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-1\n+2\n";
    shadow.patched(&range.base, patch).await.unwrap();
    let given = vec![(super::sample::path("b.txt"), b"3".to_vec())];
    shadow.pairs(&range.base, given).await.unwrap();
    let (base, tree) = (range.base.tree.clone(), shadow.result_tree(&changeset(range)).await);
    let tree = tree.unwrap();
    shadow.merge(&base, &tree, &base).await.unwrap();
    shadow.deltas(&base, &tree).await.unwrap();
    tree
}

/// Writes all that there is to write.
async fn write_all(repository: &Repository, tree: &GitId) {
    let head = repository.head().await.unwrap().base.commit;
    let author = Author::new("Ada", "ada@example.org").unwrap();
    let (author, at) = (&author, Timestamp::from_millis(1_795_164_420_000));
    let parents = [head.clone()];
    let new = NewCommit { tree, parents: &parents, message: "m", author, at };
    let commit = repository.commit(new).await.unwrap();
    repository.update_ref("refs/heads/new", &commit, None).await.unwrap();
    repository.update_ref("refs/heads/side", &commit, Some(&head)).await.unwrap();
    let note = NewNote { commit: &commit, content: b"n", author, at };
    set_note(repository, NOTES, note).await.unwrap();
    assert!(repository.note(NOTES, &commit).await.unwrap().is_some());
}

#[tokio::test]
async fn nothing_that_a_repository_names_is_ever_run() {
    let trap = Trap::new();
    trap.sample.write("a.evil", "3\n");
    trap.sample.write("new.evil", "n\n");
    let repository = trap.sample.open();

    let work_tree = said(repository.work_tree().await).unwrap();
    let tree = read_all(&repository).await;
    write_all(&repository, &tree).await;

    assert_eq!(
        work_tree,
        [r#"a.evil: 100644 "2\n" > 100644 "3\n""#, r#"new.evil: - > 100644 "n\n""#,]
    );
    assert!(!trap.is_sprung());
}

#[tokio::test]
async fn nothing_that_a_submodule_names_is_ever_run() {
    let trap = Trap::new();
    trap.sample.write(".git/config", "[core]\n");
    fs::remove_dir_all(trap.sample.root().join(".git/hooks")).unwrap();
    let inner = trap.sample.root().join("inner");
    fs::create_dir(&inner).unwrap();
    git_in(&inner, &["init", "--quiet"]);
    git_in(&inner, &["commit", "--quiet", "--allow-empty", "-m", "x"]);
    trap.sample.commit("a submodule");
    trap.sample.write("inner/new", "x");
    trap.set("inner/.git");

    assert_eq!(said(trap.sample.open().work_tree().await), Ok(vec![]));
    assert!(!trap.is_sprung());
}

#[tokio::test]
async fn the_settings_of_a_user_and_of_a_machine_are_not_in_play() {
    let sample = Sample::with(&[("a", "1\n")]);
    // The folder that stands in for the home of a user is one of ours; nothing else can be named to git.
    sample.write(".git/config", "[core]\n\tautocrlf = true\n\tfileMode = false\n\texcludesFile = /etc/hosts\n\tignoreCase = true\n");
    sample.write("a", "1\r\n");
    sample.make_executable("a");

    let deltas = said(sample.open().work_tree().await).unwrap();

    assert_eq!(deltas, [r#"a: 100644 "1\n" > 100755 "1\r\n""#]);
}

#[tokio::test]
async fn an_object_with_other_bytes_than_its_id_says_is_found_out() {
    let sample = Sample::with(&[("a", "honest"), ("b", "forged")]);
    let place = |name: &str| {
        let id = sample.id(name);
        sample.root().join(format!(".git/objects/{}/{}", &id.as_str()[..2], &id.as_str()[2..]))
    };
    let (honest, forged) = (place("HEAD:a"), place("HEAD:b"));
    fs::remove_file(&honest).unwrap();
    fs::copy(forged, honest).unwrap();
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;
    let expected = format!("the object {} is not what its id says", sample.id("HEAD:a"));

    let files = repository.shadow.files(&base.tree).await.unwrap_err();
    let kept = repository.shadow.keep(&base).await.unwrap_err();

    assert_eq!(files.to_string(), expected);
    assert!(kept.to_string().contains("failed") || kept.to_string() == expected, "{kept}");
}

#[tokio::test]
async fn files_that_wait_or_never_end_keep_nobody_waiting() {
    let pipe = |path: PathBuf| {
        fs::remove_file(&path).ok();
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
    };
    let sample = Sample::with(&[("a", "1")]);
    for name in ["config", "info/exclude", "HEAD"] {
        pipe(sample.root().join(".git").join(name));
    }
    let error = sample.open().head().await.unwrap_err().to_string();
    let other = Sample::with(&[("a", "1")]);
    fs::write(other.root().join(".git/HEAD"), vec![b'x'; (1 << 20) + 1]).unwrap();
    let large = other.open().head().await.unwrap_err().to_string();

    assert!(error.ends_with("/.git/HEAD cannot be used"), "{error}");
    assert!(large.ends_with("/.git/HEAD cannot be used"), "{large}");
}
