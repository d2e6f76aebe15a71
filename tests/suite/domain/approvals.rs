//! Approvals over every combination of facts.

use proptest::prelude::*;

use record::domain::approval::{Grounds, Run};
use record::domain::approval_rules::{ApprovalRules, PathOwners, SelfApproval};
use record::domain::concern::Concern;
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::environment::{Environment, Guarantees};
use record::domain::evidence::IntegrityState;
use record::domain::execution::Execution;
use record::domain::id::{ExecutionId, ProposalId};
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::policy::Policy;
use record::domain::principal::Principal;
use record::domain::proposal::{Latest, Proposal, Standing};
use record::domain::review::{Comment, Owner, ReasonText, Shown, Words, approve};
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::verdict::{Verdict, VerdictWord};

use crate::support::fakes::passing;

const NOW: Timestamp = Timestamp::from_millis(1_795_164_420_000);
const STATES: [IntegrityState; 5] = [
    IntegrityState::Broken,
    IntegrityState::Suspect,
    IntegrityState::Observed,
    IntegrityState::Controlled,
    IntegrityState::Confirmed,
];
const VERDICTS: [VerdictWord; 3] =
    [VerdictWord::Passed, VerdictWord::Failed, VerdictWord::Inconclusive];

/// Everything that a ruling depends on.
#[derive(Clone, Debug)]
struct World {
    status: Status,
    verdict: VerdictWord,
    integrity: IntegrityState,
    landlock: bool,
    age_ms: i64,
    is_other_content: bool,
    runs: Vec<(VerdictWord, bool)>,
    proposers: Vec<String>,
    approvals: Vec<String>,
    policy_age_ms: Option<i64>,
    rules: ApprovalRules,
    principal: String,
    has_reason: bool,
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["owner", "bob", "carol"]).prop_map(str::to_owned)
}

fn rules() -> impl Strategy<Value = ApprovalRules> {
    let lists = (prop::collection::vec(name(), 0..2), prop::collection::vec(name(), 0..2));
    let scalars = (1..3_u32, any::<bool>(), prop::sample::select(STATES.to_vec()), any::<bool>());
    (lists, scalars).prop_map(|((approvers, owners), (quorum, denies, minimum, wants))| {
        let path_owners = if owners.is_empty() {
            Vec::new()
        } else {
            vec![PathOwners { path: "*.py".to_owned(), owners }]
        };
        ApprovalRules {
            quorum,
            approvers,
            path_owners,
            self_approval: if denies { SelfApproval::Deny } else { SelfApproval::Warn },
            minimum_integrity: minimum,
            required_guarantees: if wants { vec!["landlock".to_owned()] } else { Vec::new() },
            ..ApprovalRules::default()
        }
    })
}

fn world() -> impl Strategy<Value = World> {
    let statuses = vec![Status::Pending, Status::Tested, Status::Approved, Status::Rejected];
    let facts = (
        prop::sample::select(statuses),
        prop::sample::select(VERDICTS.to_vec()),
        prop::sample::select(STATES.to_vec()),
        any::<bool>(),
        prop::sample::select(vec![-400_000_i64, 0, 3_600_000, 700 * 3_600_000]),
        prop::bool::weighted(0.1),
        prop::collection::vec((prop::sample::select(VERDICTS.to_vec()), any::<bool>()), 0..4),
    );
    let people = (
        prop::collection::vec(name(), 0..3),
        prop::collection::vec(name(), 0..2),
        prop::option::of(prop::sample::select(vec![1_000_i64, 10_000_000])),
        rules(),
        name(),
        any::<bool>(),
    );
    (facts, people).prop_map(|(facts, people)| {
        let (status, verdict, integrity, landlock, age_ms, is_other_content, runs) = facts;
        let (proposers, approvals, policy_age_ms, rules, principal, has_reason) = people;
        World {
            status,
            verdict,
            integrity,
            landlock,
            age_ms,
            is_other_content,
            runs,
            proposers,
            approvals,
            policy_age_ms,
            rules,
            principal,
            has_reason,
        }
    })
}

/// A ruling in short: the decision, and where the proposal stands after it.
fn rule(world: &World) -> Result<(Decision, Status), String> {
    with(world, |proposal, grounds| {
        let owner = Owner::of(&Principal::owner_named(&world.principal)).unwrap();
        let shown =
            Shown { content_hash: proposal.content_hash, text_digest: Digest::of(b"shown") };
        let despite = world.has_reason.then(|| ReasonText::new("seen by hand").unwrap());
        let words = Words { despite, comment: Comment::default() };
        let review = approve(&owner, proposal, grounds, &shown, words);
        review.map(|review| (review.decision(), review.status())).map_err(|error| error.to_string())
    })
}

fn with<T>(world: &World, work: impl FnOnce(&Proposal, &Grounds<'_>) -> T) -> T {
    let content_hash = Digest::of(b"content");
    let id = ProposalId::derived("one");
    let mut evidence = passing();
    evidence.integrity.state = world.integrity;
    let value = if world.landlock { "abi 7" } else { "absent: no kernel" };
    evidence.guarantees = Guarantees([("landlock".to_owned(), value.to_owned())].into());
    evidence.environment = Environment([("toolchain".to_owned(), "py311".to_owned())].into());
    let ground = evidence.environment.ground();
    let ran = if world.is_other_content { Digest::of(b"other") } else { content_hash };
    let execution = Execution {
        id: ExecutionId::derived("one"),
        proposal: id.clone(),
        revision: 1,
        content_hash: ran,
        executed_at: Timestamp::from_millis(NOW.millis() - world.age_ms),
        limits: Limits::default(),
        env_names: Vec::new(),
        evidence,
        verdict: Verdict { word: world.verdict, reasons: Vec::new() },
    };
    let runs = world.runs.iter().map(|(verdict, is_same)| Run {
        verdict: *verdict,
        ground: if *is_same { ground } else { Digest::of(b"elsewhere") },
    });
    let runs: Vec<Run> = runs.chain([Run { verdict: world.verdict, ground }]).collect();
    let proposal = Proposal {
        id,
        request: "x".to_owned(),
        language: Language::Python,
        module: "x".to_owned(),
        status: world.status,
        standing: Standing::Clear,
        related_concepts: Vec::new(),
        head: 1,
        content_hash,
        latest: Some(Latest { execution: execution.id.clone(), verdict: world.verdict }),
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    };
    let policy = Policy { approval: world.rules.clone(), ..Policy::default() };
    let grounds = Grounds {
        policy: &policy,
        is_overtaken: world.policy_age_ms.is_some_and(|age| world.age_ms > age),
        execution: &execution,
        runs: &runs,
        paths: &["a.py".to_owned()],
        proposers: &world.proposers,
        approvals: &world.approvals,
        now: NOW,
        passed_ms: 0,
    };
    work(&proposal, &grounds)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_plain_approval_has_passed_and_nothing_speaks_against_it(world in world()) {
        let Ok((decision, status)) = rule(&world) else { return Ok(()) };

        prop_assert_eq!(world.status, Status::Tested);
        prop_assert!(!world.is_other_content);
        if decision == Decision::Approved {
            prop_assert_eq!(world.verdict, VerdictWord::Passed);
            prop_assert!(world.integrity >= world.rules.minimum_integrity);
            let failed_here = world.runs.contains(&(VerdictWord::Failed, true));
            prop_assert!(!failed_here);
        } else {
            prop_assert!(world.has_reason);
        }
        let mut owners = world.approvals.clone();
        owners.push(world.principal.clone());
        owners.sort();
        owners.dedup();
        let is_complete = owners.len() >= world.rules.quorum as usize
            && world.rules.path_owners.iter().all(|one| {
                one.owners.iter().any(|owner| owners.contains(owner))
            });
        prop_assert_eq!(status == Status::Approved, is_complete);
    }

    #[test]
    fn nobody_approves_twice_and_proposers_only_where_it_counts(world in world()) {
        if rule(&world).is_ok() {
            prop_assert!(!world.approvals.contains(&world.principal));
            let is_own = world.proposers.contains(&world.principal);
            let counts = world.rules.self_approval == SelfApproval::Warn && world.rules.quorum < 2;
            prop_assert!(!is_own || counts);
            prop_assert!(world.rules.may_approve(&world.principal));
        }
    }

    #[test]
    fn worse_evidence_is_never_easier_to_approve(world in world()) {
        let mut worse = world.clone();
        worse.verdict = VerdictWord::Failed;
        worse.integrity = IntegrityState::Broken;
        worse.landlock = false;
        let concerns = |world: &World| with(world, |_, grounds| grounds.concerns());

        let (before, after) = (concerns(&world), concerns(&worse));

        let is_lasting = |one: &&Concern| !matches!(one, Concern::Mixed { .. });
        let lasting = before.iter().filter(is_lasting).count();
        prop_assert!(after.len() >= lasting);
        if rule(&worse).is_ok() {
            prop_assert!(world.has_reason);
        }
    }

    #[test]
    fn evidence_that_is_old_future_or_before_the_policy_never_counts(world in world()) {
        let is_old = world.age_ms > 168 * 3_600_000 || world.age_ms < -300_000;
        let is_overtaken = world.policy_age_ms.is_some_and(|age| world.age_ms > age);
        if is_old || is_overtaken {
            prop_assert!(rule(&world).is_err());
        }
    }
}
