//! Notes that try to break the reader: named, and nothing else happens.

use super::shop::{Shop, last, told};

#[tokio::test]
async fn notes_that_are_none_are_named() {
    let mut shop = Shop::new();
    let commit = shop.approved(&[("a", Some("1"))]).await;
    let good = shop.noted(&commit);
    let first = good.lines().next().unwrap();
    let huge = vec![b'a'; (4 << 20) + 1];
    let notes: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("words", b"looks good to me\n".to_vec()),
        ("not UTF-8", b"\xff\xfe\n".to_vec()),
        ("NUL", b"\0\0\0\n".to_vec()),
        ("deep", ("[".repeat(1 << 20) + "\n").into_bytes()),
        ("deep objects", ("{\"a\":".repeat(1 << 19) + "\n").into_bytes()),
        ("huge", huge),
        ("many lines", "{}\n".repeat(300_000).into_bytes()),
        ("a number", b"1e999999999\n".to_vec()),
        ("twice", format!("{good}{first}\n").into_bytes()),
        ("cut off", good.trim_end().as_bytes().to_vec()),
        ("a blank line", format!("{good}\n").into_bytes()),
        ("another version", good.replace("\"v\":1}", "\"v\":9}").into_bytes()),
        ("an unknown field", good.replace("\"v\":1}", "\"v\":1,\"w\":1}").into_bytes()),
    ];

    for (case, bytes) in notes {
        shop.note_bytes(&commit, &bytes);
        let checked = shop.check("HEAD~1..HEAD").await;
        assert_eq!(last(&checked), ("unreadable_note".to_owned(), 1), "{case}");
    }
    shop.note_bytes(&commit, good.as_bytes());
    assert_eq!(last(&shop.check("HEAD~1..HEAD").await).1, 0);
}

#[tokio::test]
async fn a_hostile_note_says_nothing_about_other_commits() {
    let mut shop = Shop::new();
    let start = shop.head();
    shop.approved(&[("a", Some("1"))]).await;
    let bad = shop.commit(&[("a", Some("2"))], "bad");
    shop.note_bytes(&bad, &vec![b'{'; (4 << 20) + 1]);
    shop.approved(&[("a", Some("3"))]).await;

    let checked = shop.check(&format!("{start}..HEAD")).await;

    assert_eq!((checked.covered, checked.uncovered), (2, 1));
    assert_eq!(told(&shop, &checked)["bad"], "not: unreadable_note");
}

#[tokio::test]
async fn what_lies_in_the_place_of_a_note_and_is_none_is_named() {
    let shop = Shop::new();
    let commit = shop.commit(&[("a", Some("1"))], "change");
    for (mode, kind) in [("160000", "commit"), ("040000", "tree")] {
        let object = match kind {
            "commit" => commit.clone(),
            _ => shop.project.git(&["rev-parse", "HEAD^{tree}"]),
        };
        let file = shop.project.at("listing");
        std::fs::write(&file, format!("{mode} {kind} {object}\t{commit}\n")).unwrap();
        let tree = shop.project.try_git(&["mktree", "--missing"], "listing").unwrap();
        let tip = shop.project.git(&["commit-tree", &tree, "-m", "notes"]);
        shop.project.git(&["update-ref", "refs/notes/saraphina", &tip]);

        let checked = shop.check("HEAD~1..HEAD").await;

        let word = last(&checked).0;
        assert!(["unreadable_note", "no_note"].contains(&word.as_str()), "{kind}: {word}");
    }
}

#[tokio::test]
async fn words_of_a_repository_are_escaped_where_they_are_shown() {
    let mut shop = Shop::new();
    let commit = shop.approved(&[("a", Some("1"))]).await;
    let note = shop.noted(&commit);
    let message = "change\n\nSaraphina-Content: \u{1b}[2Jgone\u{202e}\n";
    shop.project.git(&["commit", "--quiet", "--amend", "--message", message]);
    shop.note_bytes(&shop.head(), note.as_bytes());

    let page = shop.check("HEAD~1..HEAD").await.page().plain();

    assert!(page.contains("the trailer Saraphina-Content says"), "{page}");
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'), "{page:?}");
}
