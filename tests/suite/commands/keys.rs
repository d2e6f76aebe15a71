//! `/keys`.

use record::audit::record::Record;
use record::audit::sshsig::SshSig;
use saraphina::commands::registry;
use serde_json::{Value, json};
use work::contract::catalogue;
use work::contract::error::ErrorKind;

use crate::support::house::House;
use crate::support::reply::with_signature;

/// Adds the key of another seed, signed by the present one.
async fn add(house: &House, seed: u8, name: &str) -> String {
    let signer = house.public();
    house.sign_with(seed);
    let file = house.file(&format!("{name}.pub"), house.public().to_string());
    let fingerprint = house.public().fingerprint();
    house.sign_with(0x51);
    assert_eq!(house.public(), signer);
    let line = format!("/keys add --key {file} --principal {name} --assurance agent");
    house.worded(&line).await.data();
    fingerprint
}

async fn rejection(house: &House) -> String {
    let id = house.proposed().await;
    format!("/reject-code {id} no")
}

#[tokio::test]
async fn the_first_decision_enrols_the_key_that_signs_it() {
    let house = House::new();
    let id = house.tested().await;
    let hash = house.hash(&id).await;

    let none = house.line("/keys").await.page();
    let data = house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
    let keys = house.line("/keys").await.data();

    assert!(none.contains("the first decision enrols"), "{none}");
    let fingerprint = house.public().fingerprint();
    assert_eq!(
        (data["key"].as_str(), data["assurance"].as_str()),
        (Some(&*fingerprint), Some("low"))
    );
    assert_eq!(keys["keys"][0]["fingerprint"], fingerprint);
    let records = house.records().await;
    let (added, decision) = (&records[records.len() - 2], &records[records.len() - 1]);
    assert_eq!((added.kind.word(), decision.kind.word()), ("owner.key_added", "decision.approved"));
    let signature = SshSig::parse(decision.sig.as_ref().unwrap()).unwrap();
    assert_eq!(signature.verify(decision.stmt.as_ref().unwrap().as_bytes()), Ok(()));
    assert_eq!(decision.actor.key, Some(fingerprint));
}

#[tokio::test]
async fn a_key_that_is_not_enrolled_decides_nothing() {
    let house = House::new();
    house.approved().await;
    let line = rejection(&house).await;
    house.sign_with(0x99);

    let refused = house.line(&line).await.refusal();
    let file = house.file("own.pub", house.public().to_string());
    let added =
        house.worded(&format!("/keys add --key {file} --principal mallory")).await.refusal();

    let fingerprint = house.public().fingerprint();
    let expected = (ErrorKind::Forbidden, format!("the key {fingerprint} is not enrolled"));
    assert_eq!([refused, added], [expected.clone(), expected]);
}

#[tokio::test]
async fn owners_add_owners_and_remove_them() {
    let house = House::new();
    house.approved().await;
    let bob = add(&house, 0x52, "bob").await;
    let line = rejection(&house).await;
    house.sign_with(0x52);

    let data = house.line(&line).await.data();
    let again = {
        house.sign_with(0x51);
        let file = house.file("bob.pub", data_key(&house, &bob).await);
        house.worded(&format!("/keys add --key {file} --principal bob")).await.refusal()
    };
    house.worded(&format!("/keys remove --fingerprint {bob}")).await.data();
    let line = rejection(&house).await;
    house.sign_with(0x52);
    let removed = house.line(&line).await.refusal();
    house.sign_with(0x51);
    let own = house.public().fingerprint();
    let last = house.worded(&format!("/keys remove --fingerprint {own}")).await.refusal();

    assert_eq!(
        (data["reviewer"].as_str(), data["assurance"].as_str()),
        (Some("bob"), Some("agent"))
    );
    assert_eq!(again, (ErrorKind::State, format!("the key {bob} is enrolled already")));
    assert_eq!(removed, (ErrorKind::Forbidden, format!("the key {bob} is not enrolled")));
    assert_eq!(last, (ErrorKind::State, "the last key cannot be removed".to_owned()));
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

async fn data_key(house: &House, fingerprint: &str) -> String {
    let keys = house.line("/keys").await.data();
    let keys = keys["keys"].as_array().unwrap().clone();
    let key = keys.iter().find(|key| key["fingerprint"] == fingerprint).unwrap();
    key["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn only_the_exact_fresh_statement_counts_and_only_once() {
    let house = House::new();
    house.approved().await;
    let id = house.tested().await;
    let reject = catalogue::find_in(registry::ENTRIES, "reject-code").unwrap();
    let revoke = catalogue::find_in(registry::ENTRIES, "reopen-code").unwrap();
    let args = json!({"id": id, "reason": ["no"]});
    let wanted = house.ask(reject, args.clone(), "1").await.unwrap_err().signing.unwrap();
    let signed = house.sign(&wanted);

    let mut forged = signed.clone();
    forged.statement = forged.statement.replace("\"no\"", "\"yes\"");
    let forged = house.ask(reject, with_signature(args.clone(), &forged), "2").await;
    let other = with_signature(json!({"id": id, "reason": ["another"]}), &signed);
    let other = house.ask(reject, other, "3").await;
    let exact = with_signature(args, &signed);
    house.ask(reject, exact.clone(), "4").await.unwrap();
    let reopen = house.line(&format!("/reopen-code {id} a second look")).await;
    reopen.data();
    let replayed = house.ask(reject, exact.clone(), "5").await.unwrap_err();
    house.wait_hours(2);
    let stale = house.ask(reject, exact, "6").await.unwrap_err();
    let wrong = house.ask(revoke, with_signature(json!({"id": id}), &signed), "7").await;

    assert_eq!(forged.unwrap_err().kind, ErrorKind::Forbidden);
    assert_eq!(other.unwrap_err().message, "what was signed is not what would be recorded now");
    assert_eq!(replayed.kind, ErrorKind::State);
    assert!(stale.message.contains("cannot be used any more"), "{}", stale.message);
    assert!(wrong.is_err());
    let decisions = house.kinds().await;
    assert_eq!(decisions.iter().filter(|kind| **kind == "decision.rejected").count(), 1);
}

#[tokio::test]
async fn a_statement_from_the_future_is_refused() {
    let house = House::new();
    house.approved().await;
    let id = house.tested().await;
    let reject = catalogue::find_in(registry::ENTRIES, "reject-code").unwrap();
    let args = json!({"id": id, "reason": ["no"]});
    let wanted = house.ask(reject, args.clone(), "1").await.unwrap_err().signing.unwrap();
    let signed = house.sign(&wanted);
    house.wait_hours(-1);

    let refused = house.ask(reject, with_signature(args, &signed), "2").await.unwrap_err();

    assert_eq!(refused.kind, ErrorKind::State);
    assert!(refused.hints[0].contains("Check the clocks"), "{refused:?}");
    assert_eq!(house.show(&id).await["status"], "tested");
}

#[tokio::test]
async fn bad_keys_and_names_are_refused_with_what_to_do() {
    let house = House::new();
    let rsa = house.file("rsa.pub", "ssh-rsa AAAAB3NzaC1yc2EAAAABAQ== x");
    let good = house.file("good.pub", house.public().to_string());

    let refusals = [
        house.line("/keys add").await.refusal().0,
        house.line(&format!("/keys add --key {rsa}")).await.refusal().0,
        house.line(&format!("/keys add --key {good} --principal \"a b\"")).await.refusal().0,
        house.line("/keys remove --fingerprint SHA256:x").await.refusal().0,
        house.line("/keys remove").await.refusal().0,
    ];

    let usage = ErrorKind::Usage;
    assert_eq!(refusals, [usage, usage, usage, ErrorKind::NotFound, usage]);
    assert_eq!(house.kinds().await, Vec::<&str>::new());
}

#[tokio::test]
async fn an_unsigned_or_foreign_decision_in_the_log_is_found() {
    let unsigned: fn(&mut Value) = |record| drop(record.as_object_mut().unwrap().remove("sig"));
    let foreign: fn(&mut Value) = |record| record["actor"]["id"] = json!("mallory");
    let cases = [(unsigned, "the entry's sig is not"), (foreign, "is not by an enrolled key")];
    for (change, words) in cases {
        let house = House::new();
        house.approved().await;
        let record = house.records().await.pop().unwrap();
        let mut value = serde_json::to_value(&record).unwrap();
        change(&mut value);
        let mut verifier = record::audit::verify::Verifier::new(None);
        for record in house.records().await.iter().rev().skip(1).rev() {
            verifier.push(&bytes(record)).unwrap();
        }

        let changed = serde_json::from_value(value).unwrap();
        let found = verifier.push(&bytes(&changed)).unwrap_err();

        assert_eq!(found.seq, record.seq);
        assert!(found.problem.to_string().contains(words), "{found}");
    }
}

fn bytes(record: &Record) -> Vec<u8> {
    record::audit::canonical::canonical_bytes(record).unwrap()
}
