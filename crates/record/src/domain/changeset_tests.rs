//! Tests of changes of repositories.

use super::changeset::{Base, Changeset, ChangesetError, RepositoryName, Side, Touched};
use super::digest::Digest;
use super::role::Role;
use super::source_path::SourcePath;

fn touched(path: &str, before: Option<&str>, after: Option<&str>) -> Touched {
    let side = |text: &str| Side::file(text.as_bytes());
    let (before, after) = (before.map(side), after.map(side));
    Touched { path: path.parse().unwrap(), role: Role::Code, before, after }
}

fn changeset(paths: Vec<Touched>) -> Result<Changeset, ChangesetError> {
    let id = |digit: &str| digit.repeat(40).parse().unwrap();
    let base = Base { commit: id("a"), tree: id("b") };
    Changeset::new("shop".parse().unwrap(), base, paths)
}

#[test]
fn the_content_hash_is_that_of_the_canonical_manifest_of_both_sides() {
    let change =
        changeset(vec![touched("b.py", Some("1"), None), touched("a.py", None, Some("2"))]);
    let (commit, tree) = ("a".repeat(40), "b".repeat(40));
    let manifest = format!(
        r#"{{"base":{{"commit":"{commit}","tree":"{tree}"}},"files":[{{"after":"{}","before":null,"mode":"100644","mode_before":null,"path":"a.py","role":"code"}},{{"after":null,"before":"{}","mode":null,"mode_before":"100644","path":"b.py","role":"code"}}],"v":2}}"#,
        Digest::of(b"2"),
        Digest::of(b"1"),
    );

    assert_eq!(change.unwrap().content_hash(), Digest::of(manifest.as_bytes()));
}

#[test]
fn what_is_no_change_of_a_tree_is_refused() {
    let path = |text: &str| text.parse::<SourcePath>().unwrap();
    let created = |name: &str| touched(name, None, Some("1"));

    let refused = |paths| changeset(paths).unwrap_err();

    assert_eq!(refused(vec![]), ChangesetError::Empty);
    assert_eq!(
        refused(vec![touched("a", Some("1"), Some("1"))]),
        ChangesetError::Unchanged(path("a"))
    );
    assert_eq!(refused(vec![created("a"), created("a")]), ChangesetError::Twice(path("a")));
    assert_eq!(
        refused(vec![created("a"), created("a/b/c")]),
        ChangesetError::Nested(path("a/b/c"))
    );
    assert_eq!(
        refused(vec![created("A.py"), created("a.py")]),
        ChangesetError::SameButCase(path("A.py"), path("a.py"))
    );
    assert!(changeset(vec![touched("A.py", Some("1"), None), created("a.py")]).is_ok());
}

#[test]
fn names_of_repositories_are_plain() {
    for name in ["", "Shop", "-a", ".git", "a/b", "a b", "ü"] {
        assert_eq!(name.parse::<RepositoryName>(), Err(ChangesetError::Name(name.to_owned())));
    }
    assert!("shop-2.x_y".parse::<RepositoryName>().is_ok());
}
