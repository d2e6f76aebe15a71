//! The example of digests in docs/record.md, computed again.

use std::collections::BTreeMap;

use record::audit::statement::{self, EvidenceSet};
use record::domain::digest::Digest;
use record::domain::environment::Environment;
use record::domain::evidence::Evidence;
use record::domain::evidence_form::Form;
use record::domain::policy::Policy;

/// The bytes of each example, by the name of its digest, with the digest that the page gives.
fn examples() -> BTreeMap<String, (String, Digest)> {
    let page = include_str!("../../../docs/record.md");
    let blocks = page.split("```text\n");
    let parts = blocks.clone().zip(blocks.skip(1)).filter_map(|(before, block)| {
        let (name, _) = before.trim_end().lines().last()?.strip_prefix('`')?.split_once('`')?;
        let (text, rest) = block.split_once("\n```\n\nSHA-256 `")?;
        let text = if name == "environment_digest" { format!("{text}\n") } else { text.to_owned() };
        Some((name.to_owned(), (text, rest.get(..64)?.parse().unwrap())))
    });
    parts.collect()
}

#[test]
fn the_examples_of_digests_are_those_of_their_bytes() {
    let examples = examples();

    let names: Vec<&str> = examples.keys().map(String::as_str).collect();
    let wanted = [
        "environment_digest",
        "evidenceSet.digest",
        "evidence_digest",
        "policy_digest",
        "revision_digest",
    ];
    assert_eq!(names, wanted);
    for (name, (text, digest)) in &examples {
        assert_eq!(Digest::of(text.as_bytes()), *digest, "{name}");
    }
}

#[test]
fn the_program_computes_the_same_digests() {
    let examples = examples();
    let evidence: Evidence = serde_json::from_str(&examples["evidence_digest"].0).unwrap();
    let all: Vec<statement::Evidence> =
        serde_json::from_str(&examples["evidenceSet.digest"].0).unwrap();
    let environment: Environment = evidence.environment.clone();

    assert_eq!(evidence.form, Form::Rfc8785);
    assert_eq!(String::from_utf8(evidence.bytes()).unwrap(), examples["evidence_digest"].0);
    assert_eq!(evidence.digest(), examples["evidence_digest"].1);
    assert_eq!(environment.digest(), examples["environment_digest"].1);
    assert_eq!(EvidenceSet::of(&all).unwrap().digest, examples["evidenceSet.digest"].1);
    assert_eq!(all.first().map(|one| one.digest), Some(evidence.digest()));
    assert_eq!(Policy::default().digest(), examples["policy_digest"].1);
}

/// Evidence from before there were forms is hashed as it always was.
#[test]
fn evidence_without_a_form_keeps_its_digest() {
    let (text, _) = &examples()["evidence_digest"];
    let older = text.replace("\"form\":\"rfc8785\",", "");
    let evidence: Evidence = serde_json::from_str(&older).unwrap();

    assert_eq!(evidence.form, Form::Declared);
    let declared = evidence.bytes();
    assert!(declared.starts_with(br#"{"termination":{"kind":"completed"},"tests":{"#));
    assert!(!String::from_utf8(declared).unwrap().contains("\"form\""));
}
