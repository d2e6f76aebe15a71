//! `/replay`.

use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing, passing};
use crate::support::house::House;

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}

#[tokio::test]
async fn an_execution_run_once_more_is_stored_and_comes_to_the_same() {
    let house = House::new();
    let id = house.proposed().await;
    let terms = "--processes 70 --timeout 30 --env MODE=fast";
    let first = house.line(&format!("/sandbox-code {id} {terms}")).await.data();
    let execution = text(&first, "execution_id").to_owned();

    let reply = house.line(&format!("/replay {execution} --env MODE=fast")).await;

    let (exit, data) = (reply.exit(), reply.data());
    assert_eq!((exit, data["same"].as_bool(), data["total"].as_u64()), (0, Some(true), Some(0)));
    assert_ne!(text(&data, "replay_id"), execution);
    let jobs = std::mem::take(&mut *house.backend.jobs.lock().unwrap());
    let [one, other] = jobs.as_slice() else { panic!("{jobs:?}") };
    assert_eq!((&one.limits, &one.env), (&other.limits, &other.env));
    assert_eq!(
        house.kinds().await[3..],
        ["execution.leased", "execution.verdict", "execution.leased", "execution.verdict"]
    );
}

#[tokio::test]
async fn what_differs_is_told_with_both_sides_and_exit_1() {
    let house = House::new();
    let id = house.proposed().await;
    house.line(&format!("/sandbox-code {id}")).await.data();
    let execution =
        text(&house.line(&format!("/sandbox-code {id}")).await.data(), "execution_id").to_owned();
    let mut other = failing("assert 1 == 2");
    other.environment.0.insert("python".to_owned(), "3.13.0".to_owned());
    house.doing(Doing::Give(Box::new(other)));

    let reply = house.line(&format!("/replay {execution}")).await;

    let (exit, data) = (reply.exit(), reply.data());
    let told: Vec<String> = data["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let [part, before, after] = ["part", "before", "after"].map(|name| text(it, name));
            format!("{part}: {before} -> {after}")
        })
        .collect();
    assert_eq!((exit, data["same"].as_bool()), (1, Some(false)));
    assert!(told.contains(&"verdict: passed -> failed (tests)".to_owned()), "{told:?}");
    assert!(told.contains(&"environment: 3.12.4 -> 3.13.0".to_owned()), "{told:?}");
    assert_eq!(told.len(), usize::try_from(data["total"].as_u64().unwrap()).unwrap());
}

#[tokio::test]
async fn another_toolchain_alone_is_told_and_is_no_difference() {
    let house = House::new();
    let id = house.proposed().await;
    let first = house.line(&format!("/sandbox-code {id}")).await.data();
    let mut other = passing();
    other.environment.0.insert("python".to_owned(), "3.13.0".to_owned());
    house.doing(Doing::Give(Box::new(other)));

    let reply = house.line(&format!("/replay {}", text(&first, "execution_id"))).await;

    let (exit, data) = (reply.exit(), reply.data());
    assert_eq!((exit, data["same"].as_bool(), data["total"].as_u64()), (0, Some(true), Some(1)));
}

#[tokio::test]
async fn variables_have_to_be_given_again_and_a_network_is_the_owners() {
    let house = House::new();
    let id = house.proposed().await;
    let first = house.line(&format!("/sandbox-code {id} --env MODE=fast")).await.data();
    let mut open = passing();
    let network = record::domain::environment::HOST_NETWORK.to_owned();
    open.guarantees.0.insert("network".to_owned(), network);
    house.doing(Doing::Give(Box::new(open)));
    let second = house.line(&format!("/sandbox-code {id} --network")).await.data();

    let bare = house.line(&format!("/replay {}", text(&first, "execution_id"))).await.refusal();
    house.line(&format!("/replay {}", text(&second, "execution_id"))).await.data();
    let networks: Vec<_> =
        house.backend.jobs.lock().unwrap().iter().map(|job| job.network).collect();
    let unknown = house.line("/replay exec_000000000000").await.refusal();
    let agent = house.agent();
    let refused = agent.line(&format!("/replay {}", text(&second, "execution_id"))).await.refusal();

    assert_eq!(bare.0, ErrorKind::Usage);
    assert!(bare.1.contains("had MODE"), "{bare:?}");
    assert_eq!(networks.last(), Some(&sandbox::backend::Network::Host));
    assert_eq!((unknown.0, refused.0), (ErrorKind::NotFound, ErrorKind::Forbidden));
}
