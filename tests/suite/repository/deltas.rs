//! What lies between two commits.

use super::sample::{Sample, changeset, said};

#[tokio::test]
async fn every_kind_of_change_is_told_with_both_sides() {
    let sample = Sample::with(&[
        ("changed", "1\n"),
        ("deleted", "2"),
        ("renamed", "3\r\n"),
        ("mode", "4"),
        ("folder/file", "5"),
    ]);
    sample.write("changed", "1");
    sample.remove("deleted");
    sample.git(&["mv", "renamed", "ünïcode with \"quotes\" and spaces"]);
    sample.make_executable("mode");
    sample.remove("folder/file");
    std::fs::remove_dir(sample.root().join("folder")).unwrap();
    sample.write("folder", "a file now");
    sample.write("empty", "");
    sample.write("binary", [0, 255, 10]);
    sample.write("e\u{301}", "NFD");
    sample.write("\u{e9}", "NFC");
    sample.link("link", "changed");
    sample.commit("second");

    let deltas = said(sample.open().range("HEAD~1..HEAD").await).unwrap();

    assert_eq!(
        deltas,
        [
            "binary: - > 100644 \"\\0\u{fffd}\\n\"",
            r#"changed: 100644 "1\n" > 100644 "1""#,
            r#"deleted: 100644 "2" > -"#,
            r#"empty: - > 100644 """#,
            "e\u{301}: - > 100644 \"NFD\"",
            r#"folder: - > 100644 "a file now""#,
            r#"folder/file: 100644 "5" > -"#,
            r#"link: - > 120000 "changed""#,
            r#"mode: 100644 "4" > 100755 "4""#,
            r#"renamed: 100644 "3\r\n" > -"#,
            "\u{e9}: - > 100644 \"NFC\"",
            r#"ünïcode with "quotes" and spaces: - > 100644 "3\r\n""#,
        ]
    );
}

#[tokio::test]
async fn a_range_begins_where_the_branch_did() {
    let sample = Sample::with(&[("a", "1"), ("b", "1")]);
    let first = sample.id("HEAD");
    sample.git(&["checkout", "--quiet", "-b", "side"]);
    sample.write("a", "2");
    sample.commit("side");
    sample.git(&["checkout", "--quiet", "main"]);
    sample.write("b", "2");
    sample.commit("main");
    let repository = sample.open();
    let apart = repository.range("main..side").await.unwrap();
    sample.git(&["checkout", "--quiet", "side"]);
    sample.git(&["merge", "--quiet", "--no-edit", "main"]);

    assert_eq!(apart.base.commit, first);
    assert_eq!(super::sample::told(&apart.deltas), [r#"a: 100644 "1" > 100644 "2""#]);
    let merged = repository.range("main..").await.unwrap();
    assert_eq!(merged.base.commit, sample.id("main"));
    assert_eq!(said(Ok(merged)), Ok(vec![r#"a: 100644 "1" > 100644 "2""#.to_owned()]));
    assert_eq!(said(repository.range("HEAD..HEAD").await), Ok(vec![]));
}

#[tokio::test]
async fn what_is_no_range_is_refused() {
    let sample = Sample::with(&[("a", "1")]);
    sample.git(&["checkout", "--quiet", "--orphan", "alone"]);
    sample.commit("alone");
    let repository = sample.open();

    for range in ["main", "main...alone", "..", ""] {
        let error = repository.range(range).await.unwrap_err().to_string();
        assert_eq!(error, format!("{range} is no range of the form A..B"));
    }
    let (from, to) = (sample.id("main"), sample.id("alone"));
    assert_eq!(
        repository.range("main..alone").await.unwrap_err().to_string(),
        format!("{from} and {to} have no commit in common")
    );
}

/// What a range of one commit says, with a change made to a sample.
async fn refused(change: impl FnOnce(&Sample)) -> String {
    let sample = Sample::with(&[("a", "1"), ("b", "1")]);
    change(&sample);
    sample.commit("second");
    said(sample.open().range("HEAD~1..HEAD").await).unwrap_err()
}

#[tokio::test]
async fn what_cannot_be_judged_byte_for_byte_is_refused_with_its_path() {
    let submodule = refused(|sample| {
        let inner = sample.root().join("inner");
        std::fs::create_dir(&inner).unwrap();
        super::sample::git_in(&inner, &["init", "--quiet"]);
        super::sample::git_in(&inner, &["commit", "--quiet", "--allow-empty", "-m", "x"]);
    });
    assert_eq!(submodule.await, "inner: a submodule is not taken");

    for target in
        ["/etc/passwd", "../x", "folder/../../x", ".git/config", "./.GIT/config", "..", "a/./../.."]
    {
        let said = refused(|sample| sample.link("link", target)).await;
        assert_eq!(said, "link: the link leads out of the repository", "{target}");
    }
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    assert_eq!(
        refused(|sample| sample.write("a", pointer)).await,
        "a: the content is kept by git-lfs, not in the repository"
    );
    assert_eq!(
        refused(|sample| sample.write("a", vec![b'x'; (4 << 20) + 1])).await,
        "a: 4194305 bytes are too many"
    );
    for (name, shown) in [("a\nb", r"a\nb"), ("-rf", "-rf"), ("a\\b", "a\\b"), ("a\u{7}", "a\\x07")]
    {
        let said = refused(|sample| sample.write(name, "x")).await;
        assert_eq!(
            said,
            format!(
                "{shown}: a name that is very long, or has a leading dash, a backslash or control characters, is not taken"
            )
        );
    }
    let many =
        refused(|sample| (0..2_001).for_each(|number| sample.write(&format!("n{number}"), "x")));
    assert_eq!(many.await, "more than 2000 paths are touched");
    let large = refused(|sample| {
        (0..5).for_each(|number| sample.write(&format!("n{number}"), vec![number; 4 << 20]));
    });
    assert_eq!(large.await, "the change has more than 16777216 bytes");
}

#[tokio::test]
async fn a_name_that_is_not_utf8_is_refused_and_shown() {
    use std::os::unix::ffi::OsStrExt as _;
    let sample = Sample::with(&[("a", "1")]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    std::fs::write(sample.root().join(name), "x").unwrap();
    sample.commit("second");

    let error = sample.open().range("HEAD~1..HEAD").await.unwrap_err().to_string();

    assert_eq!(error, "caf\u{fffd}: the name is not UTF-8");
}

#[tokio::test]
async fn a_link_that_leads_out_may_go() {
    let sample = Sample::with(&[("a", "1")]);
    sample.link("out", "../x");
    sample.commit("bad");
    sample.remove("out");
    sample.commit("good");

    let difference = sample.open().range("HEAD~1..HEAD").await.unwrap();

    assert_eq!(changeset(difference).touched().len(), 1);
}
