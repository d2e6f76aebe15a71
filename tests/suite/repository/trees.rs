//! The files of a tree, and what is kept of them.

use std::fs;

use foundation::repository::listing::Listing;
use foundation::repository::shadow::Shadow;
use record::domain::changeset::Mode;

use super::sample::{Sample, name};

/// The files of the head of a sample and what is left out, as text.
async fn listed(sample: &Sample) -> (Vec<String>, Vec<String>) {
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;
    let Listing { files, left_out } = repository.shadow.files(&base.tree).await.unwrap();
    let files = files.iter().map(|file| {
        format!("{} {} {}", file.mode, file.path, String::from_utf8_lossy(&file.content))
    });
    let left_out = left_out.iter().map(|left| format!("{}: {}", left.path, left.why));
    (files.collect(), left_out.collect())
}

#[tokio::test]
async fn a_box_gets_every_file_whatever_its_attributes_say() {
    let attributes = "a.py export-ignore\nsub export-subst\n";
    let sample = Sample::with(&[
        ("a.py", "1"),
        (".gitattributes", attributes),
        ("sub", "$Format:%H$"),
        ("empty", ""),
    ]);
    sample.write("run", "#!");
    sample.make_executable("run");
    sample.write("a\nb", "x");
    sample.commit("more");

    let (files, left_out) = listed(&sample).await;

    assert_eq!(
        files,
        [
            "100644 .gitattributes a.py export-ignore\nsub export-subst\n",
            "100644 a.py 1",
            "100644 empty ",
            "100755 run #!",
            "100644 sub $Format:%H$",
        ]
    );
    assert_eq!(
        left_out,
        [
            "a b: a name that is very long, or has a leading dash, a backslash or control characters, is not taken"
        ]
    );
}

#[tokio::test]
async fn a_box_gets_copies_of_what_links_lead_to() {
    let sample = Sample::with(&[("a.py", "1"), ("pkg/data/x", "2")]);
    for (link, target) in [
        ("pkg/link", "../a.py"),
        ("pkg/again", "link"),
        ("folder", "pkg/data"),
        ("through", "folder/x"),
        ("out", "../x"),
        ("by", "out/y"),
        ("gone", "nothing"),
        ("round", "round"),
        ("abs", "/etc/passwd"),
    ] {
        sample.link(link, target);
    }
    sample.commit("links");

    let (files, left_out) = listed(&sample).await;

    let expected = ["a.py 1", "pkg/again 1", "pkg/data/x 2", "pkg/link 1", "through 2"];
    assert_eq!(files, expected.map(|file| format!("100644 {file}")));
    assert_eq!(
        left_out,
        [
            "abs: the link leads out of the repository",
            "by: the link leads out of the repository",
            "folder: the link leads to no file of the repository",
            "gone: the link leads to no file of the repository",
            "out: the link leads out of the repository",
            "round: the link leads to no file of the repository",
        ]
    );
}

#[tokio::test]
async fn what_does_not_fit_a_box_is_left_out_largest_first_and_python_last() {
    let sample = Sample::new();
    let mebibyte = |number: usize| vec![b'x'; (1 << 20) - number];
    sample.write("large", vec![b'x'; (8 << 20) + 1]);
    for number in 0..55 {
        sample.write(&format!("{number:02}.py"), mebibyte(number));
    }
    for number in 0..3 {
        sample.write(&format!("data{number}"), mebibyte(60 + number));
    }
    sample.commit("large");
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;

    let listing = repository.shadow.files(&base.tree).await.unwrap();

    let left_out: Vec<_> =
        listing.left_out.iter().map(|left| format!("{}: {}", left.path, left.why)).collect();
    assert_eq!(
        left_out,
        [
            "large: 8388609 bytes are too many",
            "data0: all files together have too many bytes",
            "data1: all files together have too many bytes",
        ]
    );
    assert_eq!(listing.files.len(), 56);
    assert!(listing.files.iter().map(|file| file.content.len()).sum::<usize>() <= 56 << 20);
}

#[tokio::test]
async fn what_is_kept_outlives_the_repository() {
    let sample = Sample::with(&[("a", "1"), ("b/c", "2")]);
    for number in 0..150 {
        sample.write(&format!("many/{number}"), number.to_string());
    }
    sample.write("a", "2");
    sample.commit("second");
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;
    let before = repository.shadow.files(&base.tree).await.unwrap();
    repository.shadow.keep(&base).await.unwrap();
    let packs = || fs::read_dir(sample.home().join("sample.git/objects/pack")).unwrap().count();
    let kept_once = packs();
    repository.shadow.keep(&base).await.unwrap();
    fs::remove_dir_all(sample.root()).unwrap();

    let shadow = Shadow::kept(&sample.home(), &name()).unwrap();

    assert_eq!(packs(), kept_once);
    assert_eq!(shadow.files(&base.tree).await.unwrap(), before);
    assert_eq!(repository.shadow.files(&base.tree).await.unwrap(), before);
    assert_eq!(before.files.iter().filter(|file| file.mode == Mode::File).count(), 152);
    shadow.keep(&base).await.unwrap();
    let error = repository.resolve("HEAD").await.unwrap_err().to_string();
    assert!(error.ends_with(".git/HEAD cannot be used"), "{error}");
}

#[tokio::test]
async fn what_was_never_kept_is_missed_by_name() {
    let sample = Sample::with(&[("a", "1")]);
    let repository = sample.open();
    let base = repository.head().await.unwrap().base;
    fs::remove_dir_all(sample.root()).unwrap();
    let shadow = Shadow::kept(&sample.home(), &name()).unwrap();

    for error in
        [shadow.keep(&base).await.unwrap_err(), shadow.files(&base.tree).await.unwrap_err()]
    {
        assert_eq!(error.to_string(), "git ls-tree failed: fatal: not a tree object");
    }
}
