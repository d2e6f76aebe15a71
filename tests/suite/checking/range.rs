//! Ranges, the start of control, and questions that cannot be answered.

use work::checking::check::check;
use work::contract::error::ErrorKind;

use super::shop::{Log, Shop};

#[tokio::test]
async fn a_gap_after_the_start_of_control_is_named_although_the_range_is_covered() {
    let mut shop = Shop::new();
    let start = shop.head();
    shop.approved(&[("a", Some("1"))]).await;
    let gap = shop.commit(&[("a", Some("2"))], "unapproved");
    shop.approved(&[("a", Some("3"))]).await;
    let mut wish = shop.wish("HEAD~1..HEAD", Log::Known);

    let without = check(&wish).await.unwrap();
    wish.since = Some(start);
    let since = check(&wish).await.unwrap();
    wish.since = Some("HEAD~1".to_owned());
    let later = check(&wish).await.unwrap();

    assert!(without.ok && later.ok);
    assert_eq!(
        (since.ok, since.covered, since.commits.len(), since.exit().code()),
        (false, 1, 1, 1)
    );
    assert_eq!(since.gap.as_ref().unwrap().commit.as_ref().unwrap().as_str(), gap);
    assert!(since.page().plain().contains("Control is broken before the range, at "));
}

#[tokio::test]
async fn a_start_that_is_not_in_the_history_is_a_gap() {
    let mut shop = Shop::new();
    shop.project.git(&["branch", "old"]);
    shop.approved(&[("a", Some("1"))]).await;
    let start = shop.head();
    shop.project.git(&["checkout", "--quiet", "old"]);
    shop.approved(&[("b", Some("1"))]).await;
    let mut wish = shop.wish("HEAD~1..HEAD", Log::Known);
    wish.since = Some(start);

    let checked = check(&wish).await.unwrap();

    assert_eq!((checked.ok, checked.uncovered, checked.exit().code()), (false, 0, 1));
    assert!(checked.gap.unwrap().text.contains("is not in the history"));
}

#[tokio::test]
async fn commits_before_the_start_are_not_asked_about() {
    let mut shop = Shop::new();
    let first = shop.head();
    shop.commit(&[("a", Some("1"))], "before control");
    let start = shop.head();
    shop.approved(&[("a", Some("2"))]).await;
    let mut wish = shop.wish(&format!("{first}..HEAD"), Log::Known);
    wish.since = Some(start);

    let checked = check(&wish).await.unwrap();

    assert_eq!((checked.ok, checked.covered), (true, 1));
}

#[tokio::test]
async fn what_cannot_be_asked_is_an_error_by_its_kind() {
    let shop = Shop::new();
    let kind = |range: &str| {
        let wish = shop.wish(range, Log::Known);
        async move { check(&wish).await.unwrap_err().kind }
    };

    assert_eq!(kind("nowhere..HEAD").await, ErrorKind::NotFound);
    assert_eq!(kind("HEAD").await, ErrorKind::Usage);
    assert_eq!(kind("HEAD...main").await, ErrorKind::Usage);
    let empty = shop.check("HEAD..HEAD").await;
    assert!(empty.ok && empty.commits.is_empty());
}

#[tokio::test]
async fn a_range_whose_ends_have_changed_places_is_refused() {
    let mut shop = Shop::new();
    shop.approved(&[("a", Some("1"))]).await;

    let refused = check(&shop.wish("HEAD..HEAD~1", Log::Known)).await.unwrap_err();

    assert_eq!(refused.kind, ErrorKind::Usage);
    assert!(refused.message.contains("has no commits"), "{refused:?}");
}

/// Its time is in `docs/measurements.md`; what it holds is that the time of a long range stays short.
#[tokio::test]
#[ignore = "it makes a thousand commits first, which takes minutes"]
async fn a_thousand_commits_are_checked_at_once() {
    let mut shop = Shop::new();
    let start = shop.head();
    for number in 0..1_000 {
        shop.approved(&[("shop/a.py", Some(&format!("{number}\n")))]).await;
    }
    let begun = std::time::Instant::now();

    let checked = shop.check(&format!("{start}..HEAD")).await;

    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!((checked.ok, checked.covered), (true, 1_000));
    println!("{seconds:.2} s for 1,000 commits");
    assert!(seconds < 10.0, "{seconds:.2} s");
}
