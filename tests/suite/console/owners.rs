//! What owners do from pages: they stop a run, and see each other's votes.

use super::visits::Console;
use crate::commands::quorum::two_owners;
use crate::support::fakes::Doing;
use crate::support::house::House;

#[tokio::test]
async fn a_run_is_stopped_by_its_button() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Hang);
    let console = Console::of(&house);
    let line = format!("/sandbox-code {id}");
    let going_on = async {
        let mut page = console.get(&format!("/runs/{id}")).await.html();
        while page.all("form").all(|form| !is_cancel(form.get("action"))) {
            tokio::task::yield_now().await;
            page = console.get(&format!("/runs/{id}")).await.html();
        }
        page
    };

    let (ended, (page, listed, stopped)) = tokio::join!(house.line(&line), async {
        let page = going_on.await;
        let listed = console.get("/runs").await.html();
        let action =
            page.all("form").find_map(|form| form.get("action").filter(|one| is_cancel(Some(one))));
        let stopped = console.post(action.unwrap()).await;
        (page, listed, stopped)
    });

    assert_eq!((page.faults(), listed.faults()), (Vec::new(), Vec::new()));
    assert!(page.text().contains("at work") && listed.text().contains("Cancel"));
    let place = stopped.headers["location"].clone();
    assert_eq!((ended.exit(), stopped.status, place), (130, 303, format!("/runs/{id}")));
    let after = console.get("/runs").await.html().text();
    assert!(after.contains("Nothing runs"), "{after}");
    let trace = console.get(&format!("/runs/{id}")).await.html().text();
    assert!(trace.contains("cancelled before it ended"), "{trace}");
    let gone = console.post("/runs/job_000000000000/cancel").await;
    assert_eq!((gone.status, gone.html().faults()), (404, Vec::new()));
}

fn is_cancel(action: Option<&str>) -> bool {
    action.is_some_and(|action| action.starts_with("/runs/") && action.ends_with("/cancel"))
}

#[tokio::test]
async fn owners_see_each_others_votes_on_a_revision() {
    let house = two_owners().await;
    let id = house.tested().await;
    let console = Console::of(&house);
    let text = async || console.get(&format!("/proposals/{id}")).await.html().text();

    let before = text().await;
    house.sign_with(0x52);
    let hash = house.hash(&id).await;
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
    let after = text().await;

    assert!(before.contains("0 of 2 approvals") && before.contains("Nobody has voted"), "{before}");
    assert!(after.contains("1 of 2 approvals") && after.contains("bob, revision 1"), "{after}");
    assert!(after.contains("Approve and sign"), "{after}");
    let alone = House::new();
    let id = alone.tested().await;
    let single = Console::of(&alone).get(&format!("/proposals/{id}")).await.html().text();
    assert!(!single.contains("Votes on this revision"), "{single}");
}

#[tokio::test]
async fn who_has_approved_is_not_asked_again() {
    let house = two_owners().await.agent();
    let id = house.tested().await;
    let house = house.owner();
    let console = Console::of(&house);
    let hash = house.hash(&id).await;
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();

    let page = console.get(&format!("/proposals/{id}")).await.html();

    let text = page.text();
    assert_eq!(page.faults(), Vec::<String>::new());
    assert!(
        text.contains("You (owner) have approved this revision; it waits for another owner."),
        "{text}"
    );
    assert!(!text.contains("Approve and sign") && text.contains("Reject"), "{text}");
    assert!(!text.contains("saraphina approve-code"), "{text}");
}
