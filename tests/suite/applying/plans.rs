//! What the plan refuses, and that it depends on nothing but what it sees.

use record::domain::application::State;
use record::domain::changeset::Mode;
use record::domain::source_path::{SourcePath, is_of_git};
use work::applying::error::{Misfit, Problem};
use work::applying::folder::{file_state, link_state};
use work::applying::plan::{Expected, Manner, Wanted, leads_out, plan};
use work::applying::seen::{Found, Seen, SeenFolder};

fn path(text: &str) -> SourcePath {
    text.parse().unwrap()
}

fn file(content: &str) -> State {
    file_state(0o644, content.as_bytes())
}

fn seen(paths: &[(&str, Found)], folders: &[(&str, &[&str])]) -> Seen {
    let folder = |(path, names): &(&str, &[&str])| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        ((*path).to_owned(), SeenFolder { permissions: 0o755, names })
    };
    Seen {
        paths: paths.iter().map(|(name, found)| (path(name), found.clone())).collect(),
        folders: folders.iter().map(folder).collect(),
    }
}

fn wanted(name: &str, before: Option<State>, after: Option<State>) -> Wanted {
    Wanted { path: path(name), before: Expected::Exactly(before), after }
}

fn refused(wanted: &[Wanted], seen: &Seen) -> Vec<(String, Problem)> {
    let misfits = plan(wanted, seen, Manner::Apply).unwrap_err();
    misfits.into_iter().map(|Misfit { path, problem }| (path.to_string(), problem)).collect()
}

#[test]
fn every_path_that_is_not_as_the_base_has_it_is_named_with_what_differs() {
    let link = link_state(b"elsewhere");
    let blocked = Found::Blocked { by: "in".to_owned(), what: "a link" };
    let seen = seen(
        &[
            ("content", Found::Held(file("2"))),
            ("mode", Found::Held(file_state(0o755, b"1"))),
            ("link", Found::Held(link)),
            ("gone", Found::Nothing),
            ("there", Found::Held(file("1"))),
            ("folder", Found::Folder),
            ("pipe", Found::Other),
            ("in/it", blocked),
            ("fine", Found::Held(file_state(0o664, b"1"))),
        ],
        &[("", &[])],
    );
    let from_one = |name| wanted(name, Some(file("1")), Some(file("3")));
    let all = [
        from_one("content"),
        from_one("mode"),
        from_one("link"),
        from_one("gone"),
        wanted("there", None, Some(file("3"))),
        wanted("folder", None, Some(file("3"))),
        from_one("pipe"),
        wanted("in/it", None, Some(file("3"))),
        from_one("fine"),
    ];

    let mode = |found| Problem::Mode { found, wanted: Mode::File };
    let expected = [
        ("content", Problem::Content),
        ("mode", mode(Mode::Executable)),
        ("link", mode(Mode::Link)),
        ("gone", Problem::Missing),
        ("there", Problem::Present),
        ("folder", Problem::NoFile("a folder")),
        ("pipe", Problem::NoFile("neither a file nor a folder")),
        ("in/it", Problem::Blocked { by: "in".to_owned(), what: "a link" }),
    ];
    assert_eq!(refused(&all, &seen), expected.map(|(name, problem)| (name.to_owned(), problem)));
}

#[test]
fn no_name_of_a_git_folder_is_touched_however_it_is_spelt() {
    for name in [
        ".git",
        ".GIT",
        ".Git",
        "git~1",
        "GIT~1",
        ".git.",
        ".git ",
        ".git . .",
        ".g\u{200c}it",
        "\u{feff}.git",
        ".git::$INDEX_ALLOCATION",
        ".gi\u{202e}t",
    ] {
        assert!(is_of_git(name), "{name:?}");
        let there = seen(&[], &[("", &[])]);
        for whole in [format!("{name}/config"), format!("deep/{name}/hooks/pre-commit")] {
            let Ok(path) = whole.parse::<SourcePath>() else { continue };
            let one = Wanted { path, before: Expected::Exactly(None), after: Some(file("1")) };
            assert_eq!(refused(&[one], &there), [(whole, Problem::GitFolder)]);
        }
    }
    for name in [".gitignore", ".github", "git", "git~10", ".gitattributes", "x.git"] {
        assert!(!is_of_git(name), "{name:?}");
    }
}

#[test]
fn names_that_are_one_where_case_does_not_count_are_refused_unless_the_other_goes() {
    let there = seen(
        &[("src/shop.py", Found::Nothing), ("SRC/x", Found::Nothing)],
        &[("", &["src"]), ("src", &["Shop.py"])],
    );

    let collides = refused(&[wanted("src/shop.py", None, Some(file("1")))], &there);
    let folder = refused(&[wanted("SRC/x", None, Some(file("1")))], &there);
    let both = [wanted("a", None, Some(file("1"))), wanted("A", None, Some(file("2")))];
    let renamed = seen(
        &[("shop.py", Found::Nothing), ("Shop.py", Found::Held(file("1")))],
        &[("", &["Shop.py"])],
    );
    let fine = [wanted("Shop.py", Some(file("1")), None), wanted("shop.py", None, Some(file("1")))];

    let alike = |name: &str| Problem::SameButCase(name.to_owned());
    assert_eq!(collides, [("src/shop.py".to_owned(), alike("Shop.py"))]);
    assert_eq!(folder, [("SRC/x".to_owned(), alike("src"))]);
    assert_eq!(
        refused(&both, &seen(&[], &[("", &[])])),
        [("a".to_owned(), alike("A")), ("A".to_owned(), alike("a"))]
    );
    assert_eq!(plan(&fine, &renamed, Manner::Apply).unwrap().steps.len(), 2);
}

#[test]
fn links_that_lead_out_of_the_target_are_known() {
    let at = path("src/deep/link");
    for target in ["/etc/passwd", "../../../x", "../../..", "a/../../../../x", "", "\0"] {
        assert!(leads_out(&at, target.as_bytes()), "{target:?}");
    }
    for target in ["x", "../x", "../../x", "./x", "a/../b"] {
        assert!(!leads_out(&at, target.as_bytes()), "{target:?}");
    }
    assert!(leads_out(&at, b"\xff"));
}

#[test]
fn paths_that_go_come_first_and_emptied_folders_are_named_inside_out() {
    let there = seen(
        &[
            ("old/in/a", Found::Held(file("1"))),
            ("old/b", Found::Held(file("1"))),
            ("new/in/c", Found::Nothing),
            ("same", Found::Held(file("1"))),
        ],
        &[("", &["old", "same"]), ("old", &["in", "b"]), ("old/in", &["a"])],
    );
    let all = [
        wanted("new/in/c", None, Some(file("1"))),
        wanted("old/b", Some(file("1")), None),
        wanted("old/in/a", Some(file("1")), None),
        wanted("same", Some(file("1")), Some(file("2"))),
    ];

    let steps = plan(&all, &there, Manner::Apply).unwrap();

    let names = |folders: &[record::domain::application::Folder]| -> Vec<String> {
        folders.iter().map(|folder| folder.path.to_string()).collect()
    };
    let paths: Vec<&str> = steps.steps.iter().map(|step| step.path.as_str()).collect();
    assert_eq!(paths, ["old/b", "old/in/a", "new/in/c", "same"]);
    assert_eq!(names(&steps.removed), ["old/in", "old"]);
    assert_eq!(names(&steps.made), ["new", "new/in"]);
}
