//! Changes as the commands make them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use foundation::store::query::LogState;
use record::audit::checkpoint::Checkpoint;
use record::audit::statement::{
    AsOf, DecisionStatement, Evidence as Ground, EvidenceSet, EvidenceVerdict, Nonce, Predicate,
};
use record::domain::act::{Act, ActKind, Subject};
use record::domain::approval::Grounds;
use record::domain::change::{Change, Expected, NewProposal, Write};
use record::domain::controls::Controls;
use record::domain::decision::Decision as Decided;
use record::domain::digest::Digest;
use record::domain::environment::{Environment, Guarantees};
use record::domain::evidence::{
    Coverage, Evidence, Integrity, IntegrityState, Lint, LintIssue, MissingLine, Output, Severity,
    Stability, Termination, TestCase, TestOutcome, Tests, Touched,
};
use record::domain::evidence_form::Form;
use record::domain::execution::Execution;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::policy::Policy;
use record::domain::principal::{Principal, Via};
use record::domain::proposal::Proposal;
use record::domain::review::{Comment, Owner, ReasonText, Review, Shown, Words, approve, reject};
use record::domain::revision::{Authorship, Origin, Revision};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::timings::Timings;
use record::domain::usage::Usage;
use record::domain::verdict::{Reason, Verdict, VerdictWord};

/// 2026-11-20T08:47:00.000Z.
pub(crate) const START: i64 = 1_795_164_420_000;

pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A clock that ticks a millisecond each time it is read.
pub(crate) fn ticking() -> Clock {
    let now = AtomicI64::new(START);
    Arc::new(move || Timestamp::from_millis(now.fetch_add(1, Ordering::Relaxed)))
}

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

pub(crate) fn proposal_id(n: u64) -> ProposalId {
    ProposalId::derived(&format!("proposal {n}"))
}

pub(crate) fn execution_id(n: u64, attempt: u32) -> ExecutionId {
    ExecutionId::derived(&format!("execution {n}/{attempt}"))
}

pub(crate) fn file(path: &str, role: Role, content: impl Into<Vec<u8>>) -> SourceFile {
    SourceFile { path: path.parse().unwrap(), role, content: content.into() }
}

pub(crate) fn source(n: u64, number: u32) -> Source {
    let code = format!(
        "import csv\nimport io\n\n\ndef parse_{n}(text, delimiter=','):\n    \
         \"\"\"Rows of revision {number}.\"\"\"\n    reader = csv.reader(io.StringIO(text), \
         delimiter=delimiter)\n    return [row for row in reader if row]\n"
    );
    let tests = format!(
        "from parser import parse_{n}\n\n\ndef test_rows():\n    assert parse_{n}('a,b') == \
         [['a', 'b']]\n\n\ndef test_delimiter():\n    assert parse_{n}('a;b', ';') == [['a', 'b']]\n"
    );
    Source::new(vec![
        file("parser.py", Role::Code, code),
        file("test_parser.py", Role::Test, tests),
    ])
    .unwrap()
}

pub(crate) fn revision(n: u64, number: u32, at: Timestamp) -> Revision {
    let source = source(n, number);
    Revision {
        proposal: proposal_id(n),
        number,
        parent: (number > 1).then(|| number - 1),
        content_hash: source.content_hash(),
        source,
        authorship: authorship(n),
        explanation: format!("It reads rows with the csv module; variant {}.", n % 97),
        feedback: (number > 1).then(|| "handle empty lines".to_owned()),
        created_at: at,
    }
}

pub(crate) fn authorship(n: u64) -> Authorship {
    match n % 3 {
        0 => Authorship::submitted(),
        kind => Authorship {
            origin: Origin::Generated,
            provider: Some("openai".to_owned()),
            model: (kind == 1).then(|| format!("model-{}", n % 2)),
            temperature_milli: Some(300),
            max_tokens: Some(2_000),
            usage: usage(n),
        },
    }
}

pub(crate) fn usage(n: u64) -> Usage {
    if n.is_multiple_of(4) {
        return Usage::default();
    }
    Usage {
        input_tokens: Some(400 + n % 50),
        output_tokens: (n % 8 != 3).then_some(600),
        cost_microusd: (n % 4 == 1).then_some(1_250),
        latency_ms: Some(900),
    }
}

pub(crate) fn request(n: u64) -> String {
    const THINGS: [&str; 8] = [
        "CSV parser",
        "retry decorator",
        "date range",
        "LRU cache",
        "trie",
        "queue",
        "diff",
        "slug",
    ];
    let thing = THINGS[usize::try_from(n % 8).unwrap()];
    format!("a {thing} that handles quoted fields, case{n} and custom delimiters")
}

/// An act of saraphina itself.
pub(crate) fn system(kind: ActKind) -> Act {
    Act::new(kind, Principal::system(), Via::internal())
}

fn act(kind: ActKind, n: u64) -> Act {
    let subject = Subject { proposal: Some(proposal_id(n)), ..Subject::default() };
    Act::new(kind, Principal::agent("model"), Via::internal()).about(subject)
}

pub(crate) fn change(act: Act, writes: Vec<Write>, key: String, at: Timestamp) -> Change {
    Change { act, consequences: vec![], writes, expected: None, idempotency: key, at }
}

/// A proposal with its first revision.
pub(crate) fn created(n: u64, at: Timestamp) -> Change {
    let proposal = NewProposal {
        id: proposal_id(n),
        request: request(n),
        language: Language::Python,
        module: "parser".to_owned(),
        related_concepts: vec!["CSV parsing".to_owned(), "quoting".to_owned()],
    };
    let writes =
        vec![Write::NewProposal(proposal), Write::NewRevision(Box::new(revision(n, 1, at)))];
    let act = act(ActKind::ProposalCreated, n).with("language", "python").with("module", "parser");
    change(act, writes, format!("create {n}"), at)
}

/// A further revision, which makes the proposal pending again.
pub(crate) fn refined(n: u64, number: u32, at: Timestamp) -> Change {
    let writes = vec![
        Write::NewRevision(Box::new(revision(n, number, at))),
        Write::SetStatus { proposal: proposal_id(n), status: Status::Pending },
    ];
    let act = act(ActKind::RevisionAdded, n).with("origin", "refined");
    change(act, writes, format!("refine {n} {number}"), at)
}

pub(crate) fn verdict(word: VerdictWord) -> Verdict {
    let reasons = match word {
        VerdictWord::Passed => vec![],
        VerdictWord::Failed => vec![Reason::Tests, Reason::LintCritical],
        VerdictWord::Inconclusive => vec![Reason::Flaky],
    };
    Verdict { word, reasons }
}

pub(crate) fn evidence(word: VerdictWord) -> Evidence {
    let failed = u32::from(word == VerdictWord::Failed);
    let case = |id: &str, outcome| TestCase {
        id: format!("test_parser.py::{id}"),
        outcome,
        duration_ms: 3,
        message: if outcome == TestOutcome::Passed {
            String::new()
        } else {
            "assert 1 == 2".into()
        },
    };
    let second = if failed == 1 { TestOutcome::Failed } else { TestOutcome::Passed };
    Evidence {
        termination: Termination::Completed,
        tests: Tests {
            collected: 2,
            executed: 2,
            passed: 2 - failed,
            failed,
            cases: vec![case("test_rows", TestOutcome::Passed), case("test_delimiter", second)],
            touched: Touched::Yes,
            ..Tests::default()
        },
        coverage: (word != VerdictWord::Inconclusive)
            .then(|| Coverage::of(5, 6, vec![MissingLine::Line(7)])),
        lint: Lint {
            tool: "pylint 4.0.1".to_owned(),
            score: Some(9.333_333_333_333_334),
            critical: false,
            issues: vec![LintIssue {
                line: 5,
                column: 0,
                symbol: "missing-module-docstring".to_owned(),
                severity: Severity::Convention,
                message: "Missing module docstring".to_owned(),
                path: None,
                ran: false,
            }],
            note: String::new(),
        },
        integrity: Integrity { state: IntegrityState::Observed, findings: vec![] },
        backend: "linux".to_owned(),
        guarantees: Guarantees(BTreeMap::from([("landlock".to_owned(), "abi 7".to_owned())])),
        environment: Environment(BTreeMap::from([("python".to_owned(), "3.12.4".to_owned())])),
        timings_ms: Timings { tests: 40, total: 120, ..Timings::default() },
        output: Output { stdout: "2 tests\n".to_owned(), ..Output::default() },
        stability: Stability::Once,
        change: None,
        form: Form::Rfc8785,
        controls: Controls::default(),
    }
}

pub(crate) fn execution(
    n: u64,
    number: u32,
    attempt: u32,
    word: VerdictWord,
    at: Timestamp,
) -> Execution {
    Execution {
        id: execution_id(n, attempt),
        proposal: proposal_id(n),
        revision: number,
        content_hash: source(n, number).content_hash(),
        executed_at: at,
        limits: Limits::default(),
        env_names: vec!["LANG".to_owned()],
        evidence: evidence(word),
        verdict: verdict(word),
    }
}

pub(crate) fn executed(n: u64, execution: Execution, status: Status, at: Timestamp) -> Change {
    let subject = Subject {
        proposal: Some(execution.proposal.clone()),
        revision: Some(execution.revision),
        revision_digest: Some(execution.content_hash),
        execution: Some(execution.id.clone()),
    };
    let act = act(ActKind::ExecutionVerdict, n)
        .about(subject)
        .with("verdict", execution.verdict.word.word())
        .with("evidence_digest", execution.evidence.digest().to_string());
    let key = format!("execute {}", execution.id);
    let writes = vec![
        Write::NewExecution {
            execution: Box::new(execution),
            authorship: Box::new(authorship(n)),
            language: Language::Python,
        },
        Write::SetStatus { proposal: proposal_id(n), status },
    ];
    change(act, writes, key, at)
}

fn words() -> Words {
    Words { despite: None, comment: Comment::new("looks right").unwrap() }
}

fn owner() -> Owner {
    Owner::of(&Principal::owner()).unwrap()
}

/// The owner's approval of what passed.
pub(crate) fn approved(
    proposal: &Proposal,
    execution: &Execution,
    log: &LogState,
    at: Timestamp,
) -> Change {
    let text_digest = Digest::of(b"shown");
    let shown = Shown { content_hash: proposal.content_hash, text_digest };
    let policy = Policy::default();
    let grounds = Grounds {
        policy: &policy,
        is_overtaken: false,
        execution,
        runs: &[],
        paths: &[],
        proposers: &[],
        approvals: &[],
        now: at,
        passed_ms: 0,
    };
    let review = approve(&owner(), proposal, &grounds, &shown, words()).unwrap();
    decided((ActKind::DecisionApproved, Decided::Approved), proposal, review, log, at)
}

/// The owner's refusal.
pub(crate) fn rejected(proposal: &Proposal, log: &LogState, at: Timestamp) -> Change {
    let review = reject(&owner(), proposal, ReasonText::new("too slow").unwrap()).unwrap();
    decided((ActKind::DecisionRejected, Decided::Rejected), proposal, review, log, at)
}

fn decided(
    (kind, decision): (ActKind, Decided),
    proposal: &Proposal,
    review: Review,
    log: &LogState,
    at: Timestamp,
) -> Change {
    let statement = statement(decision, proposal, &review, log, at);
    let mut act = Act::new(kind, Principal::owner(), Via::internal()).about(Subject {
        proposal: Some(proposal.id.clone()),
        revision: Some(proposal.head),
        revision_digest: Some(proposal.content_hash),
        execution: review.execution().cloned(),
    });
    act = act.with("review", review.id().as_str()).with("reason", review.reason());
    act.statement = Some(String::from_utf8(statement.to_bytes().unwrap()).unwrap());
    let status = review.decision().status();
    let key = format!("decide {}", review.id());
    let writes = vec![
        Write::NewReview(Box::new(review)),
        Write::SetStatus { proposal: proposal.id.clone(), status },
    ];
    let expected = Expected { proposal: proposal.id.clone(), version: proposal.version };
    Change { expected: Some(expected), ..change(act, writes, key, at) }
}

fn statement(
    decision: Decided,
    proposal: &Proposal,
    review: &Review,
    log: &LogState,
    at: Timestamp,
) -> DecisionStatement {
    let seen = Checkpoint::parse_unverified(&log.checkpoint).unwrap();
    let ground = review.execution().map(|execution| Ground {
        execution: execution.clone(),
        digest: Digest::of(b"evidence"),
        verdict: EvidenceVerdict::Passed,
    });
    let nonce = Digest::of(review.id().as_str().as_bytes());
    DecisionStatement {
        proposal: proposal.id.clone(),
        revision: proposal.head,
        revision_digest: proposal.content_hash,
        predicate: Predicate {
            decision,
            evidence_set: EvidenceSet::of(ground.as_slice()).unwrap(),
            evidence: ground,
            env_digest: Some(Digest::of(b"environment")),
            policy_digest: Digest::of(b"policy"),
            reason: review.reason().map(str::to_owned),
            comment: (!review.comment().is_empty()).then(|| review.comment().to_owned()),
            shown_digest: review.shown_digest(),
            as_of: AsOf { origin: seen.origin, size: seen.size, root: seen.root },
            issued_at: at,
            expires_at: None,
            nonce: Nonce(nonce.as_bytes()[..16].try_into().unwrap()),
            revokes: None,
            binding: None,
        },
    }
}
