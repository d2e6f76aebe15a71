//! Frozen logs: stored records never change.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use ed25519_dalek::SigningKey;
use record::audit::key::VerifierKey;
use record::audit::local_key::LocalKey;
use record::audit::record::Record;
use record::audit::verify::{Verifier, lines};
use record::domain::act::{Act, ActKind};
use record::domain::decision::Decision;
use record::domain::id::JobId;
use serde_json::{Value, json};

use super::bound::bound;
use super::forge::{Log, digest, executed, owner, proposed, repl, review, revised, system};
use super::later::{applying, findings, healing, history, repositories, roles, tokens};
use super::quorum;
use record::domain::principal::Principal;

const DECISIONS: [(ActKind, Decision, Option<&str>); 5] = [
    (ActKind::DecisionApproved, Decision::Approved, None),
    (
        ActKind::DecisionApprovedDespite,
        Decision::ApprovedDespite,
        Some("the linter is wrong about line 3"),
    ),
    (ActKind::DecisionRejected, Decision::Rejected, Some("quotes are lost – „so“")),
    (ActKind::DecisionRevoked, Decision::Revoked, Some("contested")),
    (ActKind::DecisionReopened, Decision::Reopened, Some("a second look")),
];

pub(super) fn fixture(name: &str, file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden").join(name).join(file)
}

pub(super) fn submitted() -> Act {
    owner(ActKind::ProposalCreated)
        .about(proposed())
        .with("language", "python")
        .with("module", "csv_parser")
        .with(
            "request",
            "a CSV parser \"with\" quotes,\ttabs, \u{1b}[31mcolour\u{1b}[0m, é, 🧪 and \u{7f}",
        )
        .with("request_digest", digest("request"))
        .with("provider", "submission")
}

pub(super) fn revision_added() -> Act {
    owner(ActKind::RevisionAdded).about(revised()).with("origin", "submitted").with(
        "files",
        json!([
            {"path": "csv_parser.py", "role": "code", "digest": digest("code"), "size": 1042},
            {"path": "test_csv_parser.py", "role": "test", "digest": digest("test"), "size": 512},
        ]),
    )
}

pub(super) fn leased() -> Act {
    system(ActKind::ExecutionLeased)
        .about(executed())
        .with("job", JobId::derived("golden").to_string())
        .with("backend", "linux")
        .with("timeout_ms", 60_000)
}

pub(super) fn verdict() -> Act {
    system(ActKind::ExecutionVerdict)
        .about(executed())
        .with("verdict", "passed")
        .with("reasons", json!([]))
        .with("termination", "exited")
        .with("integrity", "observed")
        .with("evidence_digest", digest("evidence"))
        .with("environment_digest", digest("environment"))
        .with("policy_digest", digest("policy"))
        .with(
            "tests",
            json!({"collected": 7, "executed": 7, "passed": 7, "failed": 0, "errors": 0,
                   "skipped": 0, "xfailed": 0}),
        )
        .with("coverage_bp", 9_520)
        .with("lint_centi", 987)
        .with("lint_tool", "pylint 4.0.1")
        .with("duration_ms", 843)
}

fn small() -> Log {
    let mut log = Log::begun();
    for act in [submitted(), revision_added(), leased(), verdict()] {
        log.append(&act);
    }
    let approval = log.decision((ActKind::DecisionApproved, Decision::Approved), None, None);
    log.append(&approval);
    log
}

fn decisions() -> Log {
    let owner = SigningKey::from_bytes(&[0x77; 32]);
    let mut log = Log::begun();
    for act in [submitted(), revision_added(), verdict()] {
        log.append(&act);
    }
    for (kind, decision, reason) in DECISIONS {
        let signed = log.decision((kind, decision), reason, Some(&owner));
        log.append(&signed);
        let unsigned = log.decision((kind, decision), reason, None);
        log.append(&unsigned);
    }
    log.append(&dismissed());
    log
}

fn dismissed() -> Act {
    system(ActKind::DecisionDismissed)
        .about(revised())
        .with("dismisses", review())
        .with("decision", "approved")
        .with("cause", "revision")
}

fn model_called() -> Act {
    Act::new(ActKind::ModelCalled, Principal::agent("gpt-4o"), repl())
        .about(proposed())
        .with("provider", "openai")
        .with("model", "gpt-4o")
        .with("input_tokens", 1_200)
        .with("output_tokens", 800)
        .with("cost_microusd", 11_000)
        .with("latency_ms", 2_310)
        .with("temperature_milli", 300)
        .with("max_tokens", 2_000)
        .with("prompt_digest", digest("prompt"))
        .with("reply_digest", digest("reply"))
}

fn of_operation() -> Vec<Act> {
    vec![
        system(ActKind::StoreMigrated)
            .with("from", 1)
            .with("to", 2)
            .with("backup_digest", digest("b")),
        system(ActKind::ExecutionInfraError)
            .about(executed())
            .with("cause", "spawn")
            .with("message", "no user namespaces"),
        system(ActKind::ExecutionAbandoned).about(executed()).with("cause", "restart"),
        system(ActKind::DecisionExpired).about(revised()).with("expires", review()),
        owner(ActKind::ConceptLearned)
            .with("name", "context managers")
            .with("language", "python")
            .with("source", "library")
            .with("difficulty", 2),
        Act::new(ActKind::AuthDenied, Principal::agent("client"), repl())
            .with("command", "approve-code")
            .with("needs", "own")
            .with("has", "propose"),
        system(ActKind::ClockRegressed)
            .with("from", "2026-11-20T08:47:00.000Z")
            .with("to", "2026-11-20T08:46:00.000Z"),
        system(ActKind::DaemonStarted).with("version", "0.1.0").with("pid", 4_242),
        system(ActKind::DaemonStopped).with("cause", "request"),
        owner(ActKind::ExportCreated).with("entries", 12).with("root", digest("root")),
    ]
}

fn kinds() -> Log {
    let mut log = Log::begun();
    for act in [submitted(), revision_added(), model_called(), leased(), verdict(), dismissed()] {
        log.append(&act);
    }
    for act in of_operation() {
        log.append(&act);
    }
    for (kind, decision, reason) in DECISIONS {
        let act = log.decision((kind, decision), reason, None);
        log.append(&act);
    }
    log
}

/// Two owners: keys, a policy, and decisions that only enrolled keys may sign.
fn owners() -> Log {
    let (alice, bob) = (LocalKey::from_seed(&[0x77; 32]), LocalKey::from_seed(&[0x78; 32]));
    let mut log = Log::begun();
    log.append(&log.key_added(&alice, ("alice", &alice)));
    log.append(&log.key_added(&bob, ("alice", &alice)));
    let policy = json!({"approval": {"quorum": 2}, "version": 1});
    let data = [("before", json!(digest("old"))), ("policy", policy)];
    let data = data.into_iter().chain([("policy_digest", json!(digest("new")))]);
    log.append(&log.changed(ActKind::PolicyChanged, data, ("bob", &bob)));
    for act in [submitted(), revision_added(), verdict()] {
        log.append(&act);
    }
    let decision = (ActKind::DecisionApproved, Decision::Approved);
    let mut approval = log.decision(decision, None, Some(&SigningKey::from_bytes(&[0x78; 32])));
    approval.actor.id = "bob".to_owned();
    log.append(&approval);
    let data = [("fingerprint", json!(bob.public().fingerprint())), ("principal", json!("bob"))];
    log.append(&log.changed(ActKind::OwnerKeyRemoved, data, ("alice", &alice)));
    log
}

fn answered() -> Act {
    Act::new(ActKind::ModelAnswered, Principal::agent("gpt-4o"), repl())
        .about(proposed())
        .with("provider", "openai")
        .with("model", "gpt-4o")
        .with("input_tokens", 1_200)
        .with("output_tokens", 800)
        .with("latency_ms", 2_310)
        .with("prompt_digest", digest("prompt"))
        .with("reply_digest", digest("reply"))
}

/// What came after the first release of the record.
fn recovery() -> Log {
    let mut log = Log::begun();
    for act in [submitted(), answered(), model_called(), revision_added()] {
        log.append(&act);
    }
    let left = owner(ActKind::LogRestored)
        .with("size", 5)
        .with("root", digest("root"))
        .with("backup_digest", digest("backup"))
        .with("from_size", 9)
        .with("from_root", digest("left behind"))
        .with("reason", "the disk failed");
    log.append(&left);
    let pruned = owner(ActKind::BlobPruned)
        .with("count", 2)
        .with("bytes", 81_920)
        .with("digest", digest("the sorted digests"))
        .with("rule", "older than 90 days, beyond the last 5 executions, not approved");
    log.append(&pruned);
    log
}

/// A head outside that was gone.
fn heads() -> Log {
    let mut log = Log::begun();
    log.append(&system(ActKind::HeadRemade).with("entries", 1));
    log
}

pub(super) fn all() -> [(&'static str, Log); 15] {
    [
        ("small", small()),
        ("decisions", decisions()),
        ("kinds", kinds()),
        ("owners", owners()),
        ("recovery", recovery()),
        ("history", history()),
        ("healing", healing()),
        ("applying", applying()),
        ("roles", roles()),
        ("bound", bound()),
        ("quorum", quorum::frozen()),
        ("repositories", repositories()),
        ("tokens", tokens()),
        ("findings", findings()),
        ("heads", heads()),
    ]
}

fn schema(kind: ActKind) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("schemas/record")
        .join(format!("{}.json", kind.word()));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn sealing_the_same_acts_gives_the_frozen_bytes() {
    for (name, log) in all() {
        let frozen = fs::read_to_string(fixture(name, "records.jsonl")).unwrap();
        let checkpoint = fs::read_to_string(fixture(name, "checkpoint")).unwrap();
        let vkey = fs::read_to_string(fixture(name, "vkey")).unwrap();

        assert_eq!(String::from_utf8(log.jsonl()).unwrap(), frozen, "{name}");
        assert_eq!(log.checkpoint(), checkpoint, "{name}");
        assert_eq!(format!("{}\n", log.key.verifier().vkey()), vkey, "{name}");
    }
}

#[test]
fn every_frozen_log_verifies_from_its_files_alone() {
    let logs = [
        ("small", 6),
        ("decisions", 15),
        ("kinds", 22),
        ("owners", 9),
        ("recovery", 7),
        ("history", 4),
        ("healing", 7),
        ("applying", 9),
        ("roles", 5),
        ("bound", 19),
        ("quorum", 9),
        ("tokens", 4),
        ("findings", 3),
    ];
    for (name, entries) in logs {
        let vkey = fs::read_to_string(fixture(name, "vkey")).unwrap();
        let checkpoint = fs::read_to_string(fixture(name, "checkpoint")).unwrap();
        let mut verifier = Verifier::new(Some(VerifierKey::parse(&vkey).unwrap()));

        for line in lines(&fs::read(fixture(name, "records.jsonl")).unwrap()) {
            verifier.push(line).unwrap();
        }
        let verification = verifier.finish(Some(&checkpoint), None);

        assert_eq!(
            (verification.ok, verification.problem, verification.entries),
            (true, None, entries),
            "{name}"
        );
    }
}

#[test]
fn every_frozen_record_meets_the_schema_of_its_kind() {
    for (name, _) in all() {
        for line in lines(&fs::read(fixture(name, "records.jsonl")).unwrap()) {
            let kind = Record::parse(line).unwrap().kind;
            let validator = jsonschema::draft202012::new(&schema(kind)).unwrap();
            let value: Value = serde_json::from_slice(line).unwrap();

            let errors: Vec<String> =
                validator.iter_errors(&value).map(|error| error.to_string()).collect();

            assert_eq!(errors, Vec::<String>::new(), "{name}: {}", kind.word());
        }
    }
}

#[test]
fn every_kind_has_a_schema_and_a_frozen_record() {
    let mut found = BTreeSet::new();
    for (name, _) in all() {
        let frozen = fs::read(fixture(name, "records.jsonl")).unwrap();
        found.extend(lines(&frozen).map(|line| Record::parse(line).unwrap().kind));
    }
    let wanted: BTreeSet<ActKind> = ActKind::ALL.iter().copied().collect();

    assert_eq!(found, wanted);
    for kind in ActKind::ALL {
        assert_eq!(schema(*kind)["properties"]["kind"]["const"], kind.word());
    }
}

#[test]
fn schemas_refuse_what_is_not_listed() {
    for line in small().records {
        let value: Value = serde_json::from_slice(&line).unwrap();
        let validator =
            jsonschema::draft202012::new(&schema(Record::parse(&line).unwrap().kind)).unwrap();

        for place in ["", "/actor", "/via", "/subject", "/data"] {
            let mut surplus = value.clone();
            surplus.pointer_mut(place).unwrap()["surplus"] = json!(1);
            assert!(!validator.is_valid(&surplus), "{place} of {value}");
        }
    }
}

#[test]
#[ignore = "writes the frozen files; run by hand only when a log is added, never to make a test pass"]
fn write_golden_logs_that_are_not_there_yet() {
    for (name, log) in all() {
        let vkey = format!("{}\n", log.key.verifier().vkey());
        fs::create_dir_all(fixture(name, "")).unwrap();
        for (file, bytes) in [
            ("records.jsonl", log.jsonl()),
            ("checkpoint", log.checkpoint().into_bytes()),
            ("vkey", vkey.into_bytes()),
        ] {
            let path = fixture(name, file);
            if !path.exists() {
                fs::write(path, bytes).unwrap();
            }
        }
    }
}
