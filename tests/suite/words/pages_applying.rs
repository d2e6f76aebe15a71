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

#[tokio::test]
async fn the_question_before_something_is_applied() {
    let _masked = masked();
    let (house, id, into) = approved().await;

    let shown = asked(&house, &format!("/apply-code {id} {into}")).await;

    insta::assert_snapshot!(shown, @"
    Apply proposal_[___id___] revision 1?
    Target    /folder/shop
    Content   [hash]
    Request   an adder for two numbers
    Approved  by owner, entry 7

    - changed  adder_two_numbers.py
    - new      test_adder_two_numbers.py

    Apply proposal_[___id___] revision 1, content [digest]…, into /folder/shop?
    ");
}

#[tokio::test]
async fn what_was_applied_and_rolled_back() {
    let _masked = masked();
    let (house, id, into) = approved().await;
    let yes = format!("--yes --expect {}", house.hash(&id).await);

    let applied = typed(&house, &format!("/apply-code {id} {into} {yes}")).await;
    let back = typed(&house, &format!("/rollback-code {id} {yes}")).await;

    insta::assert_snapshot!(applied, @"
    Applied

    Proposal  proposal_[___id___] revision 1
    Target    /folder/shop
    Tests     exec_[___id___] ran exactly this
    Record    9 ([hash])

    - changed  adder_two_numbers.py
    - new      test_adder_two_numbers.py

    next: /rollback-code proposal_[___id___]  takes it out again
    ");
    insta::assert_snapshot!(back, @"
    Rolled back

    Proposal  proposal_[___id___] revision 1
    Target    /folder/shop
    Record    11 ([hash])

    - deleted  test_adder_two_numbers.py
    - changed  adder_two_numbers.py
    ");
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

    insta::assert_snapshot!(not_approved, @"
    exit 4
    error: proposal_[___id___] is pending, not approved
    hint: Look at it with `/report-code proposal_[___id___]`, then `/approve-code
      proposal_[___id___]`.
    ");
    insta::assert_snapshot!(no_target, @"
    exit 2
    error: a target is needed: this is no change of a repository
    hint: Give `--folder FOLDER`.
    ");
    insta::assert_snapshot!(changed, @"
    exit 4
    error: adder_two_numbers.py: it was changed since
    hint: Nothing was written. Bring it to what is expected there, then run it
      again.
    ");
}
