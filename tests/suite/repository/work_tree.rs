//! What lies in a work tree.

use std::fs;

use foundation::repository::leaving::{Leaving, User};

use super::sample::{Sample, git_in, said};

#[tokio::test]
async fn what_is_new_changed_and_gone_is_told_and_what_is_ignored_is_not() {
    let sample = Sample::with(&[
        ("a", "1"),
        ("gone", "1"),
        ("mode", "1"),
        ("staged", "1"),
        ("d/x", "1"),
        ("f", "1"),
        (".gitignore", "*.pyc\n/build\n"),
    ]);
    sample.write("kept.pyc", "1");
    sample.git(&["add", "--force", "kept.pyc"]);
    sample.commit("one of those that are ignored");
    let status = || sample.git(&["status", "--porcelain"]);
    sample.write(".git/info/exclude", "secret\n");
    for (path, content) in [
        ("a", "2"),
        ("new file", "n"),
        ("x.pyc", "i"),
        ("build/y", "i"),
        ("secret", "i"),
        ("kept.pyc", "2"),
        ("deep/er/z", "z"),
    ] {
        sample.write(path, content);
    }
    sample.remove("gone");
    sample.make_executable("mode");
    sample.write("staged", "2");
    sample.git(&["add", "staged"]);
    sample.write("staged", "3");
    fs::remove_dir_all(sample.root().join("d")).unwrap();
    sample.link("d", "deep");
    sample.remove("f");
    sample.write("f/g", "1");
    let before = status();
    let index = fs::read(sample.root().join(".git/index")).unwrap();

    let deltas = said(sample.open().work_tree().await).unwrap();

    assert_eq!(
        deltas,
        [
            r#"a: 100644 "1" > 100644 "2""#,
            r#"d: - > 120000 "deep""#,
            r#"d/x: 100644 "1" > -"#,
            r#"deep/er/z: - > 100644 "z""#,
            r#"f: 100644 "1" > -"#,
            r#"f/g: - > 100644 "1""#,
            r#"gone: 100644 "1" > -"#,
            r#"kept.pyc: 100644 "1" > 100644 "2""#,
            r#"mode: 100644 "1" > 100755 "1""#,
            r#"new file: - > 100644 "n""#,
            r#"staged: 100644 "1" > 100644 "3""#,
        ]
    );
    assert_eq!(fs::read(sample.root().join(".git/index")).unwrap(), index);
    assert_eq!(status(), before);
}

#[tokio::test]
async fn a_tree_that_is_as_its_head_has_no_deltas() {
    let sample = Sample::with(&[("a", "1\r\n"), ("empty", ""), ("b/c", "no end")]);
    sample.link("link", "a");
    sample.commit("link");

    assert_eq!(said(sample.open().work_tree().await), Ok(vec![]));
}

#[tokio::test]
async fn line_ends_are_as_the_attributes_say() {
    let sample = Sample::with(&[
        (".gitattributes", "*.txt text\n*.bin -text\n"),
        ("a.txt", "1\n"),
        ("a.bin", "1\n"),
        ("auto", "1\r\n"),
    ]);
    sample.write("a.txt", "1\r\n2\r\n");
    sample.write("a.bin", "1\r\n");
    sample.write("auto", "1\r\n2\r\n");
    sample.write(".git/info/attributes", "auto text=auto\n");

    assert_eq!(
        said(sample.open().work_tree().await).unwrap(),
        [
            r#"a.bin: 100644 "1\n" > 100644 "1\r\n""#,
            r#"a.txt: 100644 "1\n" > 100644 "1\n2\n""#,
            r#"auto: 100644 "1\r\n" > 100644 "1\r\n2\r\n""#,
        ]
    );
}

#[tokio::test]
async fn a_file_that_git_lfs_put_there_is_not_changed_until_it_is() {
    let content = "large".repeat(1_000);
    let digest = record::domain::digest::Digest::of(content.as_bytes()).hex();
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 5000\n");
    let sample = Sample::with(&[("model.bin", &pointer), ("a", "1")]);
    sample.write(".gitattributes", "*.bin filter=lfs\n");
    sample.write("model.bin", &content);
    sample.write("a", "2");
    let as_it_was = said(sample.open().work_tree().await).unwrap();
    sample.write("model.bin", content + "r");

    assert_eq!(
        as_it_was,
        [r#".gitattributes: - > 100644 "*.bin filter=lfs\n""#, r#"a: 100644 "1" > 100644 "2""#,]
    );
    assert_eq!(
        said(sample.open().work_tree().await).unwrap_err(),
        "model.bin: the content is kept by git-lfs, not in the repository"
    );
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_its_path() {
    let sample = Sample::with(&[("a", "1"), ("p", "1")]);
    let refused = async || said(sample.open().work_tree().await).unwrap_err();

    sample.remove("p");
    nix::unistd::mkfifo(&sample.root().join("p"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert_eq!(refused().await, "p: it is neither file nor link");
    sample.remove("p");
    sample.write("big", vec![0; (4 << 20) + 1]);
    assert_eq!(refused().await, "big: 4194305 bytes are too many");
    sample.remove("big");
    sample.write("a", vec![b'x'; (4 << 20) + 1]);
    assert_eq!(refused().await, "a: 4194305 bytes are too many");
    sample.write("a", "1");
    sample.write(".GIT/config", "x");
    assert_eq!(refused().await, ".GIT/config: it would lie in a git folder");
    fs::remove_dir_all(sample.root().join(".GIT")).unwrap();
    sample.link("out", "/etc");
    assert_eq!(refused().await, "out: the link leads out of the repository");
    sample.remove("out");
    git_in(sample.folder(), &["clone", "--quiet", "target", "target/inner"]);
    assert_eq!(refused().await, "inner/: it is a repository of its own, and none is taken");
}

#[tokio::test]
async fn a_submodule_is_looked_at_and_left_alone() {
    let inner = Sample::with(&[("x", "1")]);
    let sample = Sample::with(&[("a", "1")]);
    let from = inner.root();
    sample.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        from.to_str().unwrap(),
        "sub",
    ]);
    sample.commit("submodule");
    sample.write("a", "2");
    let beside = said(sample.open().work_tree().await);
    sample.write("sub/x", "changed, but that is for its own repository");
    let changed = said(sample.open().work_tree().await);
    git_in(&sample.root().join("sub"), &["commit", "-qam", "further"]);
    let moved = said(sample.open().work_tree().await);

    let without = said(sample.open().work_tree_but(&without(&["./sub/"])).await);

    let deltas = Ok(vec![r#"a: 100644 "1" > 100644 "2""#.to_owned()]);
    assert_eq!((&beside, &without), (&deltas, &deltas));
    let told = "sub: the submodule has changes of its own, and none is taken";
    assert_eq!(changed, Err(told.to_owned()));
    let told = "sub: the submodule is at another commit, and no submodule is taken";
    assert_eq!(moved, Err(told.to_owned()));
}

#[tokio::test]
async fn what_a_sparse_checkout_left_out_is_not_gone() {
    let sample = Sample::with(&[("in/a", "1"), ("out/b", "1")]);
    sample.git(&["sparse-checkout", "set", "in"]);
    assert!(!sample.root().join("out/b").exists());
    sample.write("in/a", "2");

    let deltas = said(sample.open().work_tree().await).unwrap();

    assert_eq!(deltas, [r#"in/a: 100644 "1" > 100644 "2""#]);
}

fn without(parts: &[&str]) -> Leaving {
    Leaving { without: parts.iter().map(|part| (*part).to_owned()).collect(), user: None }
}

#[tokio::test]
async fn what_a_user_ignores_everywhere_is_not_taken_and_the_repository_has_the_last_word() {
    let sample = Sample::with(&[(".gitignore", "!kept.log\n")]);
    for (path, content) in [(".envrc", "token"), ("a.log", "1"), ("kept.log", "1"), ("new", "1")] {
        sample.write(path, content);
    }
    let folder = sample.folder();
    let user =
        User { home: folder.join("user"), settings: folder.join("user/settings"), only: None };
    let leaving = Leaving { without: Vec::new(), user: Some(user) };
    let list = |path: &str| {
        let path = folder.join("user").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, ".envrc\n*.log\n").unwrap();
        path
    };
    let expected = [r#"kept.log: - > 100644 "1""#, r#"new: - > 100644 "1""#];

    let usual = list("settings/git/ignore");
    assert_eq!(said(sample.open().work_tree_but(&leaving).await).unwrap(), expected);
    fs::remove_file(usual).unwrap();
    assert_eq!(said(sample.open().work_tree_but(&leaving).await).unwrap().len(), 4);
    list("my-list");
    let settings = "[core]\n\texcludesFile = ~/my-list\n\tfsmonitor = touch ran\n";
    fs::write(folder.join("user/.gitconfig"), settings).unwrap();
    assert_eq!(said(sample.open().work_tree_but(&leaving).await).unwrap(), expected);
    assert!(!sample.root().join("ran").exists());
}

#[tokio::test]
async fn what_was_staged_is_taken_though_it_is_ignored() {
    let sample = Sample::with(&[(".gitignore", "*.out\n")]);
    sample.write("a.out", "1");
    sample.write("b.out", "1");
    sample.git(&["add", "--force", "a.out"]);

    assert_eq!(said(sample.open().work_tree().await).unwrap(), [r#"a.out: - > 100644 "1""#]);
}

#[tokio::test]
async fn parts_are_left_out_and_one_that_is_not_there_is_told() {
    let sample = Sample::with(&[("a", "1"), ("-dash.py", "1"), ("d/b", "1")]);
    for (path, content) in
        [("a", "2"), ("-dash.py", "2"), ("d/b", "2"), ("d/c", "n"), ("t\tab\n", "n")]
    {
        sample.write(path, content);
    }
    let open = || sample.open();
    let all = said(open().work_tree_but(&without(&["-dash.py"])).await).unwrap_err();
    let dash = said(open().work_tree_but(&without(&["t\tab\n"])).await).unwrap_err();
    let some = said(open().work_tree_but(&without(&["-dash.py", "t\tab\n", "d"])).await).unwrap();
    let named = without(&["-dash.py", "t\tab\n", "e"]);
    let missed = said(open().work_tree_but(&named).await).unwrap_err();

    assert_eq!(
        all,
        r"t\tab\n: a name that is very long, or has a leading dash, a backslash or control characters, is not taken"
    );
    assert_eq!(
        dash,
        "-dash.py: a name that is very long, or has a leading dash, a backslash or control characters, is not taken"
    );
    assert_eq!(some, [r#"a: 100644 "1" > 100644 "2""#]);
    assert_eq!(missed, r#"nothing lies at "e", which is to be left out"#);
}

#[tokio::test]
async fn the_middle_of_a_merge_is_refused_with_its_paths() {
    let sample = Sample::with(&[("a", "1\n"), ("b", "1\n")]);
    sample.git(&["checkout", "--quiet", "-b", "other"]);
    sample.write("a", "2\n");
    sample.commit("other");
    sample.git(&["checkout", "--quiet", "main"]);
    sample.write("a", "3\n");
    sample.commit("main");
    // What a merge leaves that met both sides.
    sample.git(&["read-tree", "-m", "HEAD~1", "HEAD", "other"]);

    let refused = said(sample.open().work_tree().await).unwrap_err();
    let rest = said(sample.open().work_tree_but(&without(&["a"])).await).unwrap();

    assert_eq!(refused, "a merge is not finished: a");
    assert_eq!(rest, Vec::<String>::new());
}
