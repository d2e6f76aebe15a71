//! `/dismiss-finding`.

use inspection::findings::finding::{File, Severity, finding};
use record::domain::role::Role;
use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use super::repository::knowing;
use crate::support::house::House;
use crate::support::project::{CART, Project};

#[tokio::test]
async fn a_finding_is_dismissed_by_its_place_and_rule_under_the_id_that_looks_give_it() {
    let project = Project::new();
    let house = knowing(&project).await;

    let line = "/dismiss-finding --repo shop shop/cart.py:9 no_zero prices are never empty -- said \"ops\"";
    let data = house.line(line).await.data();
    let listed = house.line("/dismiss-finding").await.data();

    let file = File { path: "shop/cart.py".to_owned(), role: Role::Code, text: CART.to_owned() };
    let seen = finding(&file, 9, "no_zero", Severity::Low, (String::new(), String::new()));
    let record = house.records().await.pop().unwrap();
    assert_eq!(record.kind.word(), "owner.finding_dismissed");
    assert_eq!(
        Value::Object(record.data),
        json!({"repository": "shop", "finding": seen.id, "rule": "no_zero", "path": "shop/cart.py",
            "reason": "prices are never empty -- said \"ops\""})
    );
    assert_eq!(
        (&data["dismissed"], &data["audit"]["seq"]),
        (&listed["dismissed"], &json!(record.seq))
    );
    assert_eq!(listed["dismissed"][0]["finding"], seen.id);
    assert_eq!(house.line("/audit verify").await.data()["ok"], true);
}

#[tokio::test]
async fn what_names_no_finding_is_refused_and_leaves_no_trace() {
    let project = Project::new();
    let house = knowing(&project).await;
    let before = house.kinds().await.len();

    for (line, kind) in [
        ("shop/cart.py no_zero why", ErrorKind::Usage),
        ("shop/cart.py:2", ErrorKind::Usage),
        ("shop/cart.py:2 no_zero", ErrorKind::Usage),
        ("shop/cart.py:2 ../rule why", ErrorKind::Usage),
        ("shop/cart.py:900 no_zero why", ErrorKind::NotFound),
        ("shop/nothing.py:1 no_zero why", ErrorKind::NotFound),
    ] {
        assert_eq!(
            house.line(&format!("/dismiss-finding {line}")).await.refusal().0,
            kind,
            "{line}"
        );
    }

    assert_eq!(house.kinds().await.len(), before);
    let elsewhere = House::new().line("/dismiss-finding a.py:1 no_zero why").await.refusal();
    assert_eq!(elsewhere.0, ErrorKind::Usage);
}

#[tokio::test]
async fn an_agent_dismisses_nothing_and_that_is_recorded() {
    let project = Project::new();
    let house = knowing(&project).await.agent();

    let refused = house.line("/dismiss-finding shop/cart.py:2 no_zero why").await.refusal();

    assert_eq!(refused.0, ErrorKind::Forbidden);
    assert_eq!(house.kinds().await.last(), Some(&"auth.denied"));
}
