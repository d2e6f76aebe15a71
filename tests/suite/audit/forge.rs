//! A deterministic log for tests.

use ed25519_dalek::{Signer as _, SigningKey};
use record::audit::checkpoint::Checkpoint;
use record::audit::key::LogKey;
use record::audit::local_key::LocalKey;
use record::audit::owner_change::{ChangePredicate, OwnerChange, data_digest};
use record::audit::owner_key::{ED25519, OwnerKey};
use record::audit::record::{Position, Record};
use record::audit::sshsig::{SshSig, signed_blob};
use record::audit::statement::{
    AsOf, DecisionStatement, Evidence, EvidenceSet, EvidenceVerdict, Nonce, Predicate,
};
use record::audit::tree::Tree;
use record::domain::act::{Act, ActKind, Subject};
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::id::{ExecutionId, ProposalId, ReviewId};
use record::domain::principal::{Principal, Surface, Via};
use record::domain::time::Timestamp;
use serde_json::{Value, json};

pub(super) const ORIGIN: &str = "saraphina/0193a1b2-c3d4-7000-8000-00000000a0d1";

/// 2026-11-20T08:47:00.000Z.
pub(super) const START: i64 = 1_795_164_420_000;

/// A log that grows the same way every time.
pub(super) struct Log {
    pub(super) key: LogKey,
    pub(super) records: Vec<Vec<u8>>,
    pub(super) tree: Tree,
    last: Digest,
}

impl Log {
    pub(super) fn new() -> Self {
        let key = LogKey::from_seed(ORIGIN, &[0x5a; 32]).unwrap();
        Self { key, records: Vec::new(), tree: Tree::default(), last: Digest::ZERO }
    }

    /// A log with its genesis.
    pub(super) fn begun() -> Self {
        let mut log = Self::new();
        let genesis = system(ActKind::LogGenesis)
            .with("vkey", log.key.verifier().vkey())
            .with("version", "0.1.0")
            .with("policy_digest", digest("policy"));
        log.append(&genesis);
        log
    }

    pub(super) fn append(&mut self, act: &Act) {
        let seq = self.tree.size();
        let ts = Timestamp::from_millis(START + i64::try_from(seq).unwrap() * 1_234);
        let position = Position { log: ORIGIN, seq, prev: self.last, ts };
        let sealed = Record::seal(position, act, &format!("idem-{seq}")).unwrap();
        self.tree.push(sealed.hash);
        self.last = sealed.hash;
        self.records.push(sealed.bytes);
    }

    pub(super) fn checkpoint(&self) -> String {
        self.checkpoint_at(self.tree.size())
    }

    pub(super) fn checkpoint_at(&self, size: u64) -> String {
        let root = self.tree.root_at(size).unwrap();
        self.key.sign(&Checkpoint { origin: ORIGIN.to_owned(), size, root }).unwrap()
    }

    pub(super) fn jsonl(&self) -> Vec<u8> {
        self.records.iter().flat_map(|record| [record.as_slice(), b"\n"].concat()).collect()
    }

    /// The statement of a decision made now.
    pub(super) fn statement(&self, decision: Decision, reason: Option<&str>) -> DecisionStatement {
        let size = self.tree.size();
        let verdict = match decision {
            Decision::Approved | Decision::Revoked => EvidenceVerdict::Passed,
            Decision::ApprovedDespite | Decision::Rejected | Decision::Reopened => {
                EvidenceVerdict::Failed
            }
        };
        let evidence =
            Evidence { execution: execution(), digest: Digest::of(b"evidence"), verdict };
        DecisionStatement {
            proposal: proposal(),
            revision: 1,
            revision_digest: Digest::of(b"content"),
            predicate: Predicate {
                decision,
                evidence_set: EvidenceSet::of(std::slice::from_ref(&evidence)).unwrap(),
                evidence: Some(evidence),
                env_digest: Some(Digest::of(b"environment")),
                policy_digest: Digest::of(b"policy"),
                reason: reason.map(str::to_owned),
                comment: None,
                shown_digest: Some(Digest::of(b"shown")),
                as_of: AsOf {
                    origin: ORIGIN.to_owned(),
                    size,
                    root: self.tree.root_at(size).unwrap(),
                },
                issued_at: Timestamp::from_millis(START),
                expires_at: None,
                nonce: Nonce(u128::from(size).to_be_bytes()),
                revokes: None,
                binding: None,
            },
        }
    }

    /// The act of an owner who enrols a key.
    pub(super) fn key_added(&self, key: &LocalKey, by: (&str, &LocalKey)) -> Act {
        let name = if key.public() == by.1.public() { by.0 } else { "bob" };
        let data = [
            ("assurance", json!("low")),
            ("fingerprint", json!(key.public().fingerprint())),
            ("key", json!(key.public().to_string())),
            ("principal", json!(name)),
        ];
        self.changed(ActKind::OwnerKeyAdded, data, by)
    }

    /// The act of an owner who changes keys or policy, signed.
    pub(super) fn changed(
        &self,
        kind: ActKind,
        data: impl IntoIterator<Item = (&'static str, Value)>,
        (name, key): (&str, &LocalKey),
    ) -> Act {
        let size = self.tree.size();
        let mut act = owner(kind);
        act.data = data.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let statement = OwnerChange {
            origin: ORIGIN.to_owned(),
            data_digest: data_digest(&act.data).unwrap(),
            predicate: ChangePredicate {
                change: kind,
                as_of: AsOf {
                    origin: ORIGIN.to_owned(),
                    size,
                    root: self.tree.root_at(size).unwrap(),
                },
                issued_at: Timestamp::from_millis(START),
                nonce: Nonce(u128::from(size).to_be_bytes()),
            },
        };
        let statement = statement.to_bytes().unwrap();
        let signature = key.sign(&statement);
        act.actor =
            Principal { key: Some(signature.fingerprint()), ..Principal::owner_named(name) };
        act.statement = Some(String::from_utf8(statement).unwrap());
        act.signature = Some(signature.armour());
        act
    }

    /// The act of a decision, signed when `owner` is given.
    pub(super) fn decision(
        &self,
        (kind, decision): (ActKind, Decision),
        reason: Option<&str>,
        owner: Option<&SigningKey>,
    ) -> Act {
        let statement = self.statement(decision, reason).to_bytes().unwrap();
        let mut act = Act::new(kind, Principal::owner(), repl())
            .about(executed())
            .with("review", review())
            .with("decision", kind.word().replace("decision.", ""))
            .with("reason", reason)
            .with("shown_digest", digest("shown"))
            .with("verdict", "passed");
        if let Some(owner) = owner {
            let signature = SshSig {
                key: OwnerKey::Plain(owner.verifying_key().to_bytes()),
                algorithm: ED25519,
                signature: owner.sign(&signed_blob(&statement)).to_bytes().to_vec(),
                presence: None,
            };
            act.actor.key = Some(signature.fingerprint());
            act.signature = Some(signature.armour());
        }
        act.statement = Some(String::from_utf8(statement).unwrap());
        act
    }
}

pub(super) fn digest(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string()
}

pub(super) fn proposal() -> ProposalId {
    ProposalId::derived("golden")
}

pub(super) fn execution() -> ExecutionId {
    ExecutionId::derived("golden")
}

pub(super) fn review() -> String {
    ReviewId::derived("golden").to_string()
}

pub(super) fn repl() -> Via {
    Via { surface: Surface::Repl, uid: Some(1000), session: "session-1".to_owned() }
}

pub(super) fn owner(kind: ActKind) -> Act {
    Act::new(kind, Principal::owner(), repl())
}

pub(super) fn system(kind: ActKind) -> Act {
    Act::new(kind, Principal::system(), Via::internal())
}

pub(super) fn proposed() -> Subject {
    Subject { proposal: Some(proposal()), ..Subject::default() }
}

pub(super) fn revised() -> Subject {
    Subject { revision: Some(1), revision_digest: Some(Digest::of(b"content")), ..proposed() }
}

pub(super) fn executed() -> Subject {
    Subject { execution: Some(execution()), ..revised() }
}
