//! Questions and pages of what is written into targets.

use super::screen::{asked, masked, typed};
use crate::support::house::House;

/// A house with an approved module and a folder for it, where one of its files is another.
async fn approved() -> (House, String, String) {
    let house = House::new();
    let id = house.approved().await;
    let folder = house.beside("shop");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("adder_two_numbers.py"), "old").unwrap();
    let into = format!("--folder {}", folder.display());
    (house, id, into)
}

/// What is shown, with the folder's name instead of its place.
fn placed(shown: &str, house: &House) -> String {
    shown.replace(house.beside("").to_str().unwrap(), "[beside]/")
}

#[tokio::test]
async fn the_question_before_something_is_applied() {
    let _masked = masked();
    let (house, id, into) = approved().await;

    let shown = asked(&house, &format!("/apply-code {id} {into}")).await;

    insta::assert_snapshot!(placed(&shown, &house), @"");
}

#[tokio::test]
async fn what_was_applied_and_rolled_back() {
    let _masked = masked();
    let (house, id, into) = approved().await;
    let yes = format!("--yes --expect {}", house.hash(&id).await);

    let applied = typed(&house, &format!("/apply-code {id} {into} {yes}")).await;
    let back = typed(&house, &format!("/rollback-code {id} {yes}")).await;

    insta::assert_snapshot!(placed(&applied, &house), @"");
    insta::assert_snapshot!(placed(&back, &house), @"");
}

#[tokio::test]
async fn what_keeps_a_change_out() {
    let _masked = masked();
    let (house, id, into) = approved().await;
    let yes = format!("--yes --expect {}", house.hash(&id).await);
    let untested = house.proposed().await;

    let not_approved = typed(&house, &format!("/apply-code {untested} {into} {yes}")).await;
    let no_target = typed(&house, &format!("/apply-code {id} {yes}")).await;
    typed(&house, &format!("/apply-code {id} {into} {yes}")).await;
    std::fs::write(house.beside("shop/adder_two_numbers.py"), "mine").unwrap();
    let changed = typed(&house, &format!("/rollback-code {id} {yes}")).await;

    insta::assert_snapshot!(not_approved, @"");
    insta::assert_snapshot!(no_target, @"");
    insta::assert_snapshot!(changed, @"");
}
