//! What a review gives to decide with: what is copied, what a form asks for, and which revision is meant.

use super::html::{Html, Tag, resolved};
use super::reading::lived;
use super::visits::Console;
use crate::commands::auto_refine_hints::unsettled;
use crate::commands::repository::knowing;
use crate::support::house::House;
use crate::support::project::Project;

/// Everything on a page that a button copies.
fn copied(html: &Html) -> Vec<String> {
    let buttons = html.all("button").filter_map(|tag| tag.get("data-copy"));
    buttons.map(resolved).collect()
}

/// The field of a page with this name.
fn field<'a>(html: &'a Html, id: &str) -> &'a Tag {
    html.tags.iter().find(|tag| tag.get("id") == Some(id)).unwrap()
}

/// What the panel says that a decision binds to.
fn bound(html: &Html) -> Vec<&str> {
    let panel = html.tags.iter().skip_while(|tag| tag.get("id") != Some("decision"));
    let codes = panel.take_while(|tag| tag.name != "form").filter(|tag| tag.name == "code");
    codes.map(|tag| tag.after.trim()).collect()
}

async fn refused(house: &House, command: &str) -> bool {
    let line = command.replacen("saraphina ", "/", 1);
    house.line(line.trim_end()).await.exit() == 2
}

#[tokio::test]
async fn what_is_copied_before_a_reason_decides_nothing_by_itself() {
    let lived = lived().await;
    let console = Console::of(&lived.house);

    let mut begun = Vec::new();
    for id in [&lived.tested, &lived.failed, &lived.rejected, &lived.approved] {
        let html = console.get(&format!("/proposals/{id}")).await.html();
        begun.extend(copied(&html).into_iter().filter(|command| command.ends_with(' ')));
    }

    // To reject twice, to approve despite, to reopen, and to apply into a folder.
    assert_eq!(begun.len(), 5, "{begun:?}");
    for command in begun {
        assert!(!command.contains('\''), "{command}");
        assert!(refused(&lived.house, &command).await, "{command}");
    }
}

#[tokio::test]
async fn an_approved_change_of_a_repository_is_applied_as_it_is_copied() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let data = house.line(line).await.data();
    let id = data["proposal_id"].as_str().unwrap();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(id).await;
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();

    let html = Console::of(&house).get(&format!("/proposals/{id}")).await.html();

    assert_eq!(copied(&html), [format!("saraphina apply-code {id}")]);
}

#[tokio::test]
async fn an_older_revision_shows_its_own_bytes_and_is_run_by_its_number() {
    let house = House::new();
    let id = unsettled(&house).await;
    let console = Console::of(&house);
    let at = async |number: u32| {
        let html = console.get(&format!("/proposals/{id}?revision={number}")).await.html();
        (bound(&html).first().map(|hash| (*hash).to_owned()).unwrap(), copied(&html))
    };

    let ((first, _), (second, unrun), (newest, _)) = (at(1).await, at(2).await, at(3).await);

    assert!(first != second && second != newest && first != newest, "{first} {second} {newest}");
    assert_eq!(unrun, [format!("saraphina sandbox-code {id} --revision 2")]);
}

#[tokio::test]
async fn a_repair_that_is_not_settled_is_told_in_the_inbox_and_another_patch_can_be_taken() {
    let house = House::new();
    let id = unsettled(&house).await;
    let console = Console::of(&house);

    let inbox = console.get("/").await.html();
    let review = console.get(&format!("/proposals/{id}")).await.html();

    let text = inbox.text();
    assert!(text.contains("Passed, not settled") && text.contains("2 behaviours"), "{text}");
    let take = format!("saraphina auto-refine {id} --take ");
    assert!(copied(&review).contains(&take), "{:?}", copied(&review));
    assert!(review.text().contains("the revision of another patch: 2"), "{}", review.text());
    assert!(!review.text().contains("(/auto-refine"), "{}", review.text());
}

#[tokio::test]
async fn a_form_says_what_it_needs_and_its_warnings_come_first() {
    let lived = lived().await;
    let console = Console::of(&lived.house);
    let page = async |id: &str| console.get(&format!("/proposals/{id}")).await.html();

    let (passed, failed) = (page(&lived.tested).await, page(&lived.failed).await);

    let needs = |html: &Html, id: &str| {
        let field = field(html, id);
        (field.get("required").is_some(), field.get("minlength").map(str::to_owned))
    };
    let ten = Some("10".to_owned());
    assert_eq!((needs(&passed, "words"), needs(&failed, "words")), ((false, None), (true, ten)));
    assert_eq!(needs(&passed, "reason"), (true, Some("1".to_owned())));
    let label = failed.all("label").find(|tag| tag.get("for") == Some("words")).unwrap();
    assert!(label.after.contains("At least 10 characters"), "{label:?}");
    let places = |wanted: fn(&Tag) -> bool| failed.tags.iter().position(wanted).unwrap();
    let warnings = places(|tag| tag.get("id") == Some("before"));
    assert!(warnings < places(|tag| tag.get("name") == Some("decision")));
}

#[tokio::test]
async fn what_was_typed_is_there_again_after_an_error() {
    let house = House::in_memory().owner();
    let code = "def add(a, b):\n    return a + b  # \u{202e}\n";
    house.reply(code, crate::support::house::TESTS);
    let id = house.line("/propose-code an adder").await.data()["proposal_id"].clone();
    let id = id.as_str().unwrap();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let console = Console::of(&house);
    let hash = house.hash(id).await;
    let asked =
        format!("proposal={id}&decision=approve&expect={hash}&words=read+%26+%22understood%22");

    let refused = console.submit("/sign", &asked).await.html();
    let back = refused.all("a").filter_map(|tag| tag.get("href"));
    let back = back.map(resolved).find(|href| href.starts_with("/proposals/")).unwrap();
    let again = console.get(back.trim_end_matches("#decision")).await.html();

    let text = refused.text();
    assert!(text.contains("tick the box") && !text.contains("--allow-hidden"), "{text}");
    assert_eq!(resolved(field(&again, "words").after.trim_end()), "read & \"understood\"");
    assert_eq!(field(&again, "reason").after.trim(), "");
    assert!(field(&again, "hiding").get("required").is_some());
}

#[tokio::test]
async fn hints_on_pages_are_commands_of_a_shell() {
    let house = House::new();
    let id = house.proposed().await;
    let console = Console::of(&house);

    let missing = console.get("/knowledge/nothing%20of%20the%20kind").await.html().text();
    let revision = console.get(&format!("/proposals/{id}?revision=9")).await.html().text();

    assert!(missing.contains("saraphina learn-code"), "{missing}");
    assert!(revision.contains("It has revision 1 alone."), "{revision}");
}
