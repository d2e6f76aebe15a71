//! Merges: nothing of their own where the parents merge to exactly their tree.

use super::shop::{Shop, last, told};

/// Two approved branches from one commit; the start, and what each side is called.
async fn branches(
    ours: &[(&str, Option<&str>)],
    theirs: &[(&str, Option<&str>)],
) -> (Shop, String) {
    let mut shop = Shop::new();
    let start = shop.head();
    shop.project.git(&["checkout", "--quiet", "-b", "side"]);
    shop.approved(theirs).await;
    shop.project.git(&["checkout", "--quiet", "main"]);
    shop.approved(ours).await;
    (shop, start)
}

#[tokio::test]
async fn a_merge_without_conflict_has_nothing_of_its_own() {
    let (shop, start) = branches(&[("a", Some("1"))], &[("b", Some("2"))]).await;
    shop.project.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "side"]);

    let checked = shop.check(&format!("{start}..HEAD")).await;

    assert_eq!(last(&checked), ("merge".to_owned(), 0));
    assert_eq!(checked.covered, 3);
}

#[tokio::test]
async fn a_merge_that_could_have_been_a_fast_forward_has_nothing_of_its_own() {
    let mut shop = Shop::new();
    let start = shop.head();
    shop.project.git(&["checkout", "--quiet", "-b", "side"]);
    shop.approved(&[("a", Some("1"))]).await;
    shop.project.git(&["checkout", "--quiet", "main"]);
    shop.project.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "side"]);

    assert_eq!(last(&shop.check(&format!("{start}..HEAD")).await), ("merge".to_owned(), 0));
}

#[tokio::test]
async fn a_merge_with_content_of_its_own_is_named_with_its_path() {
    let (shop, start) = branches(&[("a", Some("1"))], &[("b", Some("2"))]).await;
    shop.project.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
    shop.project.write("evil", "3");
    shop.project.commit("merge");

    let checked = shop.check(&format!("{start}..HEAD")).await;

    assert_eq!(last(&checked), ("merge_content".to_owned(), 1));
    assert_eq!(checked.commits[2].reason.as_ref().unwrap().path.as_deref(), Some("evil"));
}

#[tokio::test]
async fn a_merge_that_drops_one_side_is_named_although_its_tree_was_approved() {
    for strategy in ["ours", "theirs"] {
        let (shop, start) = branches(&[("a", Some("1"))], &[("b", Some("2"))]).await;
        let kept = if strategy == "ours" { "main" } else { "side" };
        let tree = shop.project.git(&["rev-parse", &format!("{kept}^{{tree}}")]);
        let words = ["commit-tree", &*tree, "-p", "main", "-p", "side", "-m", "merge"];
        let merge = shop.project.git(&words);

        let checked = shop.check(&format!("{start}..{merge}")).await;

        assert_eq!(last(&checked), ("merge_content".to_owned(), 1), "{strategy}");
    }
}

#[tokio::test]
async fn a_merge_back_to_an_old_commit_is_no_way_to_undo_what_was_approved() {
    let mut shop = Shop::new();
    let start = shop.head();
    shop.approved(&[("a", Some("1"))]).await;
    let tree = shop.project.git(&["rev-parse", &format!("{start}^{{tree}}")]);
    let words = ["commit-tree", &*tree, "-p", &*start, "-p", "main", "-m", "merge"];
    let merge = shop.project.git(&words);

    let checked = shop.check(&format!("{start}..{merge}")).await;

    assert_eq!(last(&checked), ("merge_content".to_owned(), 1));
}

#[tokio::test]
async fn a_conflict_that_somebody_resolved_is_named() {
    let (shop, start) = branches(&[("a", Some("1"))], &[("a", Some("2"))]).await;
    shop.project.write("a", "3");
    shop.project.git(&["add", "--all"]);
    let tree = shop.project.git(&["write-tree"]);
    let words = ["commit-tree", &*tree, "-p", "main", "-p", "side", "-m", "merge"];
    let merge = shop.project.git(&words);

    let checked = shop.check(&format!("{start}..{merge}")).await;

    assert_eq!(last(&checked), ("merge_conflicts".to_owned(), 1));
    assert!(checked.commits[2].reason.as_ref().unwrap().text.contains("(a)"));
}

#[tokio::test]
async fn more_than_two_parents_and_none_are_named() {
    let (shop, start) = branches(&[("a", Some("1"))], &[("b", Some("2"))]).await;
    let words =
        ["commit-tree", "main^{tree}", "-p", "main", "-p", "side", "-p", &*start, "-m", "many"];
    let many = shop.project.git(&words);
    let orphan = shop.project.git(&["commit-tree", "main^{tree}", "-m", "orphan"]);

    let checked = shop.check(&format!("{start}..{many}")).await;
    let first = shop.check(&format!("{start}..{orphan}")).await;

    assert_eq!(told(&shop, &checked)["many"], "not: many_parents");
    assert_eq!(last(&first), ("no_parent".to_owned(), 1));
}

#[tokio::test]
async fn an_unapproved_side_stays_uncovered_behind_its_merge() {
    let mut shop = Shop::new();
    let start = shop.head();
    shop.project.git(&["checkout", "--quiet", "-b", "side"]);
    shop.commit(&[("b", Some("2"))], "unapproved");
    shop.project.git(&["checkout", "--quiet", "main"]);
    shop.approved(&[("a", Some("1"))]).await;
    shop.project.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "side"]);

    let checked = shop.check(&format!("{start}..HEAD")).await;

    assert_eq!((checked.covered, checked.uncovered, checked.exit().code()), (2, 1, 1));
    assert_eq!(told(&shop, &checked)["unapproved"], "not: no_note");
}
