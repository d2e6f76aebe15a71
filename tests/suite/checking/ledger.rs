//! A log in memory that decides whatever a test wants, and proves it.

use record::audit::canonical::canonical_bytes;
use record::audit::checkpoint::Checkpoint;
use record::audit::key::LogKey;
use record::audit::local_key::LocalKey;
use record::audit::log_proof::InclusionText;
use record::audit::merkle::leaf_hash;
use record::audit::owner_change::{ChangePredicate, OwnerChange, data_digest};
use record::audit::record::{Position, Record};
use record::audit::statement::{
    AsOf, DecisionStatement, Evidence, EvidenceSet, EvidenceVerdict, Nonce, Predicate,
};
use record::audit::tree::Tree;
use record::domain::act::{Act, ActKind, Subject};
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::id::{ExecutionId, ProposalId, ReviewId};
use record::domain::policy::Policy;
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;
use work::checking::note::{Entry, Line, Note};

const ORIGIN: &str = "saraphina/0190a1b2-0000-7000-8000-000000000001";
/// The moment of the first entry; later than the commits of a test project.
const START: i64 = 1_795_164_420_000;

/// A log with its key.
pub(super) struct Ledger {
    pub(super) key: LogKey,
    tree: Tree,
    rows: Vec<Vec<u8>>,
    prev: Digest,
}

/// A decision to make.
#[derive(Clone)]
pub(super) struct Deciding {
    pub(super) content_hash: Digest,
    pub(super) decision: Decision,
    pub(super) owner: &'static str,
    pub(super) seed: u8,
    pub(super) policy: Digest,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) revokes: Option<Nonce>,
}

impl Deciding {
    /// A plain approval by the owner, under the policy that is built in.
    pub(super) fn approval(content_hash: Digest) -> Self {
        Self {
            content_hash,
            decision: Decision::Approved,
            owner: "owner",
            seed: 1,
            policy: Policy::default().digest(),
            expires_at: None,
            revokes: None,
        }
    }

    fn proposal(&self) -> ProposalId {
        ProposalId::derived(&self.content_hash.hex())
    }
}

pub(super) fn key(seed: u8) -> LocalKey {
    LocalKey::from_seed(&[seed; 32])
}

impl Ledger {
    pub(super) fn new(seed: u8) -> Self {
        let key = LogKey::from_seed(ORIGIN, &[seed; 32]).unwrap();
        let genesis = Act::new(ActKind::LogGenesis, Principal::system(), Via::internal())
            .with("vkey", key.verifier().vkey())
            .with("version", "1.0.0")
            .with("policy_digest", Policy::default().digest().to_string());
        let mut ledger = Self { key, tree: Tree::default(), rows: Vec::new(), prev: Digest::ZERO };
        ledger.append(&genesis);
        ledger
    }

    pub(super) fn append(&mut self, act: &Act) -> u64 {
        let seq = self.tree.size();
        let position = Position { log: ORIGIN, seq, prev: self.prev, ts: self.now() };
        let sealed = Record::seal(position, act, &format!("call {seq}")).unwrap();
        self.prev = sealed.hash;
        self.tree.push(sealed.hash);
        self.rows.push(sealed.bytes);
        seq
    }

    /// Puts an entry of another moment in, as a forger of the log would.
    pub(super) fn moved(&mut self, record: &Record) -> u64 {
        let seq = self.tree.size();
        let record = Record { seq, prev: self.prev, ..record.clone() };
        let bytes = canonical_bytes(&record).unwrap();
        self.prev = leaf_hash(&bytes);
        self.tree.push(self.prev);
        self.rows.push(bytes);
        seq
    }

    /// The moment of the next entry: a minute after the last.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_millis(START + i64::try_from(self.tree.size()).unwrap() * 60_000)
    }

    fn head(&self) -> Checkpoint {
        let size = self.tree.size();
        Checkpoint { origin: ORIGIN.to_owned(), size, root: self.tree.root_at(size).unwrap() }
    }

    fn as_of(&self) -> AsOf {
        let Checkpoint { origin, size, root } = self.head();
        AsOf { origin, size, root }
    }

    pub(super) fn nonce(seq: u64) -> Nonce {
        Nonce(u128::from(seq).to_be_bytes())
    }

    /// Records a decision; its entry.
    pub(super) fn decide(&mut self, deciding: &Deciding) -> u64 {
        let name = format!("decision {}", self.tree.size());
        let evidence = Evidence {
            execution: ExecutionId::derived(&name),
            digest: Digest::of(b"evidence"),
            verdict: EvidenceVerdict::Passed,
        };
        let reason = (deciding.decision != Decision::Approved).then(|| "it is as it is".to_owned());
        let statement = DecisionStatement {
            proposal: deciding.proposal(),
            revision: 1,
            revision_digest: deciding.content_hash,
            predicate: Predicate {
                decision: deciding.decision,
                evidence_set: EvidenceSet::of(std::slice::from_ref(&evidence)).unwrap(),
                evidence: Some(evidence.clone()),
                env_digest: Some(Digest::of(b"environment")),
                policy_digest: deciding.policy,
                reason: reason.clone(),
                comment: None,
                shown_digest: Some(Digest::of(b"shown")),
                as_of: self.as_of(),
                issued_at: self.now(),
                expires_at: deciding.expires_at,
                nonce: Self::nonce(self.tree.size()),
                revokes: deciding.revokes,
                binding: None,
            },
        };
        let act = decision_act(deciding, &statement, reason);
        let act = signed(act, deciding.owner, deciding.seed, statement.to_bytes().unwrap());
        self.append(&act)
    }

    /// Records a policy; its entry.
    pub(super) fn set_policy(&mut self, policy: &Policy, seed: u8) -> u64 {
        let data = [
            ("before", Policy::default().digest().to_string().into()),
            ("policy", serde_json::to_value(policy).unwrap()),
            ("policy_digest", policy.digest().to_string().into()),
        ];
        let data = data.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        let statement = OwnerChange {
            origin: ORIGIN.to_owned(),
            data_digest: data_digest(&data).unwrap(),
            predicate: ChangePredicate {
                change: ActKind::PolicyChanged,
                as_of: self.as_of(),
                issued_at: self.now(),
                nonce: Self::nonce(self.tree.size()),
            },
        };
        let act = Act::new(ActKind::PolicyChanged, Principal::owner(), Via::internal());
        let act = signed(Act { data, ..act }, "owner", seed, statement.to_bytes().unwrap());
        self.append(&act)
    }

    /// An entry with its proof under the newest checkpoint.
    pub(super) fn entry(&self, seq: u64) -> Entry {
        let note = self.key.sign(&self.head()).unwrap();
        let proof = InclusionText::build(seq, &note, &|place| self.tree.node(place)).unwrap();
        let row = &self.rows[usize::try_from(seq).unwrap()];
        Entry { record: String::from_utf8(row.clone()).unwrap(), proof: proof.text() }
    }

    pub(super) fn decision(&self, seq: u64) -> Line {
        let entry = self.entry(seq);
        let record = Record::parse(entry.record.as_bytes()).unwrap();
        Line::Decision {
            entry,
            statement: record.stmt.unwrap_or_default(),
            signature: record.sig.unwrap_or_default(),
        }
    }

    /// A note of a change with decisions, under policies.
    pub(super) fn note(&self, manifest: &str, decisions: &[u64], policies: &[u64]) -> Note {
        let decisions = decisions.iter().map(|seq| self.decision(*seq));
        let policies = policies.iter().map(|seq| Line::Policy(self.entry(*seq)));
        Note::new(
            std::iter::once(Line::Change(manifest.to_owned())).chain(decisions).chain(policies),
        )
    }
}

fn decision_act(deciding: &Deciding, statement: &DecisionStatement, reason: Option<String>) -> Act {
    let kind = match deciding.decision {
        Decision::Approved => ActKind::DecisionApproved,
        Decision::ApprovedDespite => ActKind::DecisionApprovedDespite,
        Decision::Rejected => ActKind::DecisionRejected,
        Decision::Revoked => ActKind::DecisionRevoked,
        Decision::Reopened => ActKind::DecisionReopened,
    };
    let subject = Subject {
        proposal: Some(statement.proposal.clone()),
        revision: Some(1),
        revision_digest: Some(deciding.content_hash),
        execution: statement.predicate.evidence.as_ref().map(|one| one.execution.clone()),
    };
    Act::new(kind, Principal::owner(), Via::internal())
        .about(subject)
        .with("review", ReviewId::derived(&statement.proposal.to_string()).as_str())
        .with("decision", deciding.decision.word())
        .with("reason", reason)
        .with("shown_digest", Digest::of(b"shown").to_string())
        .with("verdict", "passed")
        .with("integrity", "controlled")
}

fn signed(mut act: Act, owner: &str, seed: u8, statement: Vec<u8>) -> Act {
    let signature = key(seed).sign(&statement);
    act.actor.id = owner.to_owned();
    act.actor.key = Some(signature.fingerprint());
    act.signature = Some(signature.armour());
    act.statement = Some(String::from_utf8(statement).unwrap());
    act
}
