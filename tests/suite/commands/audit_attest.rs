//! `/audit attest`.

use std::path::{Path, PathBuf};

use record::audit::dsse::Envelope;
use record::audit::key::VerifierKey;
use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing};
use crate::support::house::House;

#[tokio::test]
async fn an_approval_leaves_as_envelopes_that_the_log_key_signed() {
    let house = House::new();
    let id = house.approved().await;

    let (answer, folder) = attested(&house, &id).await;

    let summary = opened(&house, &folder.join("verification-summary.dsse.json")).await;
    let predicate = &summary["predicate"];
    assert_eq!(summary["predicateType"], "https://slsa.dev/verification_summary/v1");
    assert_eq!(predicate["verificationResult"], "PASSED");
    assert_eq!(predicate["resourceUri"], format!("urn:saraphina:{id}/r1"));
    let levels = ["SARAPHINA_TESTS_PASSED", "SARAPHINA_OWNER_APPROVED"];
    assert_eq!(predicate["verifiedLevels"], serde_json::json!(levels));
    let names: Vec<&str> = summary["subject"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["adder_two_numbers.py", "test_adder_two_numbers.py"]);
    let records = house.records().await;
    let approved = records.iter().find(|one| one.kind.word() == "decision.approved").unwrap();
    let decision = folder.join(format!("decision-{}.dsse.json", approved.seq));
    let statement = opened(&house, &decision).await;
    assert_eq!(serde_json::to_string(&statement).unwrap(), *approved.stmt.as_ref().unwrap());
    assert_eq!(answer["verification_result"], "PASSED");
    let pem = std::fs::read_to_string(folder.join("log-key.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"), "{pem}");
}

#[tokio::test]
async fn an_approval_despite_the_verdict_is_no_passed_verification() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    let hash = house.hash(&id).await;
    let line = format!("/approve-code {id} --despite \"the test is wrong\" --yes --expect {hash}");
    house.line(&line).await.data();

    let (answer, folder) = attested(&house, &id).await;

    let summary = opened(&house, &folder.join("verification-summary.dsse.json")).await;
    assert_eq!(answer["verification_result"], "FAILED");
    assert_eq!(summary["predicate"]["verificationResult"], "FAILED");
}

#[tokio::test]
async fn what_is_not_approved_or_not_as_recorded_is_not_attested() {
    let house = House::new();
    let tested = house.tested().await;
    let early =
        house.line(&format!("/audit attest {} --proposal {tested}", target(&house, "a"))).await;
    let approved = house.approved().await;
    house.tamper("UPDATE revision_files SET text = text || '# more'").await;
    let altered =
        house.line(&format!("/audit attest {} --proposal {approved}", target(&house, "b"))).await;

    assert_eq!(early.refusal().0, ErrorKind::State);
    assert_eq!(altered.refusal().0, ErrorKind::Integrity);
    assert!(!Path::new(&target(&house, "b")).exists());
}

#[tokio::test]
async fn the_statements_fit_their_published_schemas() {
    let house = House::new();
    let id = house.approved().await;
    house.line(&format!("/revoke-approval {id} too early")).await.data();
    let mut checked = Vec::new();

    for record in house.records().await {
        let Some(text) = &record.stmt else { continue };
        let statement: Value = serde_json::from_str(text).unwrap();
        let kind = statement["predicateType"].as_str().unwrap().to_owned();
        let name = kind.strip_prefix("urn:saraphina:").unwrap().replace(':', "-");
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/predicate/{name}.json"));
        let schema = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let problems: Vec<String> =
            validator.iter_errors(&statement).map(|error| error.to_string()).collect();
        assert_eq!(problems, Vec::<String>::new(), "{statement:#}");
        let mut altered = statement.clone();
        altered["predicate"]["more"] = Value::Bool(true);
        assert!(!validator.is_valid(&altered));
        checked.push(name);
    }

    assert_eq!(checked, ["change-v1", "decision-v2", "decision-v2"]);
}

fn target(house: &House, name: &str) -> String {
    house.beside(name).to_str().unwrap().to_owned()
}

async fn attested(house: &House, id: &str) -> (Value, PathBuf) {
    let folder = target(house, "attestations");
    let answer = house.line(&format!("/audit attest {folder} --proposal {id}")).await.data();
    (answer, PathBuf::from(folder))
}

async fn opened(house: &House, path: &Path) -> Value {
    let vkey = house.line("/audit checkpoint").await.data()["vkey"].as_str().unwrap().to_owned();
    let key = VerifierKey::parse(&vkey).unwrap();
    let envelope: Envelope = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    serde_json::from_slice(&envelope.open(&key).unwrap()).unwrap()
}

#[tokio::test]
async fn what_entries_do_not_say_and_what_may_not_be_applied_is_not_attested() {
    let house = House::new();
    let id = house.approved().await;
    let target = house.beside("attestation");
    let line = format!("/audit attest {} --proposal {id}", target.display());

    house.line(&format!("/revoke-approval {id} \"it was a mistake\"")).await.data();
    house.tamper("update proposals set status = 'approved'").await;
    let altered = house.line(&line).await.error();

    assert_eq!(altered.kind, ErrorKind::Integrity, "{altered:?}");
    assert!(!target.exists());

    let house = House::new();
    let id = house.approved().await;
    let line = format!("/audit attest {} --proposal {id}", target.display());
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    let contested = house.line(&line).await.error();

    assert_eq!(contested.kind, ErrorKind::State, "{contested:?}");
    assert!(contested.message.contains("an execution disagrees"), "{contested:?}");
}
