//! Where a proposal stands, by its entries alone.
//!
//! Status, newest revision, newest execution, decisions and what ended them follow from the entries about a proposal. Whoever
//! decides reads them here, and rows are held against this, never the other way round. One thing the entries of a proposal do not
//! tell: whether an approval completed a quorum depends on the policy that it names, so policies come from outside.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use record::audit::record::Record;
use record::audit::statement::Nonce;
use record::domain::act::ActKind;
use record::domain::decision::Decision;
use record::domain::digest::Digest;
use record::domain::id::ExecutionId;
use record::domain::policy::Policy;
use record::domain::status::Status;
use record::domain::time::Timestamp;

/// The policies that approvals may name, by digest.
#[derive(Clone, Debug)]
pub struct Policies(BTreeMap<Digest, Policy>);

/// The status of a proposal, as far as its entries tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownStatus {
    /// Exactly this.
    Exactly(Status),
    /// Approved, or tested with approvals missing: the policy of the approval is not known.
    Approving,
}

/// The making of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The entry.
    pub seq: u64,
    /// What its detail says of language, module and request.
    pub told: BTreeMap<&'static str, String>,
    /// Its moment.
    pub at: Timestamp,
}

/// One decision of an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The entry.
    pub seq: u64,
    /// What was decided.
    pub decision: Decision,
    /// Who decided.
    pub reviewer: String,
    /// The fingerprint of the key that signed it.
    pub signer: Option<String>,
    /// The nonce of the statement of an approval, by which a revocation names it.
    pub nonce: Option<Nonce>,
    /// Its moment.
    pub at: Timestamp,
    /// The revision and its hash.
    pub revision: (u32, Option<Digest>),
    /// The execution it rests on.
    pub execution: Option<ExecutionId>,
    /// Texts of its detail by name.
    pub told: BTreeMap<&'static str, String>,
    /// What made it void.
    pub ended: Option<Ended>,
}

impl Decided {
    /// Tells whether an approval has run out at a moment; one whose end cannot be read has.
    pub fn has_run_out(&self, now: Timestamp) -> bool {
        let until = self.told.get("expires_at").map(|text| text.parse::<Timestamp>());
        until.is_some_and(|until| until.map_or(true, |until| until < now))
    }
}

/// The entry that made an approval void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The entry.
    pub seq: u64,
    /// Whether it is of a sweep, which names the first entry of all that it ended.
    pub is_sweep: bool,
}

/// Where one proposal stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its making.
    pub made: Option<Made>,
    /// The entries of its revisions by number, with the hashes of their files.
    pub revisions: BTreeMap<u32, (u64, Digest)>,
    /// The newest revision; 0 for none.
    pub head: u32,
    /// Where it stands.
    pub status: KnownStatus,
    /// Whether an execution contests its approval.
    pub is_contested: bool,
    /// The newest execution of the newest revision with its answer.
    pub latest: Option<(ExecutionId, String)>,
    /// Its decisions, oldest first.
    pub decisions: Vec<Decided>,
    /// Moment of its last change.
    pub changed_at: Timestamp,
    paths: Option<Vec<String>>,
}

impl Policies {
    /// The policies that owners set, and the built-in one.
    pub fn new(set: impl IntoIterator<Item = Policy>) -> Self {
        let all = set.into_iter().chain([Policy::default()]);
        Self(all.map(|policy| (policy.digest(), policy)).collect())
    }
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            made: None,
            revisions: BTreeMap::new(),
            head: 0,
            status: KnownStatus::Exactly(Status::Pending),
            is_contested: false,
            latest: None,
            decisions: Vec::new(),
            changed_at: Timestamp::from_millis(0),
            paths: None,
        }
    }
}

impl Standing {
    /// Takes the next entry about the proposal.
    pub fn take(&mut self, record: &Record, policies: &Policies) {
        match record.kind {
            ActKind::ProposalCreated => {
                let told = told(record, &["language", "module", "request_digest"]);
                self.made = Some(Made { seq: record.seq, told, at: record.ts });
            }
            ActKind::RevisionAdded => self.revise(record),
            ActKind::ExecutionVerdict => self.execute(record),
            ActKind::DecisionDismissed | ActKind::DecisionExpired => {
                self.end(Ended { seq: record.seq, is_sweep: true });
                if self.may_be_approved() {
                    self.status = KnownStatus::Exactly(Status::Tested);
                    self.is_contested = false;
                }
            }
            kind => match Decision::of(kind) {
                Some(decision) => self.decide(record, decision, policies),
                None => return,
            },
        }
        self.changed_at = record.ts;
    }

    /// Tells whether a stored status is what the entries say.
    pub fn fits(&self, status: Status) -> bool {
        match self.status {
            KnownStatus::Exactly(known) => known == status,
            KnownStatus::Approving => matches!(status, Status::Approved | Status::Tested),
        }
    }

    /// Lists the approvals that count.
    pub fn approvals(&self) -> impl Iterator<Item = &Decided> {
        self.decisions.iter().filter(|one| one.decision.is_approval() && one.ended.is_none())
    }

    fn may_be_approved(&self) -> bool {
        matches!(self.status, KnownStatus::Approving | KnownStatus::Exactly(Status::Approved))
    }

    fn revise(&mut self, record: &Record) {
        let (Some(number), Some(hash)) = (record.subject.revision, record.subject.revision_digest)
        else {
            return;
        };
        self.revisions.insert(number, (record.seq, hash));
        self.head = number;
        self.latest = None;
        self.status = KnownStatus::Exactly(Status::Pending);
        self.is_contested = false;
        self.paths = paths(record);
        self.end(Ended { seq: record.seq, is_sweep: false });
    }

    fn execute(&mut self, record: &Record) {
        let verdict = text(record, "verdict").unwrap_or_default();
        if record.subject.revision == Some(self.head) {
            let execution = record.subject.execution.clone();
            self.latest = execution.map(|execution| (execution, verdict.to_owned()));
            if let KnownStatus::Exactly(status) = self.status
                && is_tested(record, verdict)
            {
                self.status = KnownStatus::Exactly(status.after_execution());
            }
        }
        self.is_contested |= record.data.contains_key("contests");
    }

    fn decide(&mut self, record: &Record, decision: Decision, policies: &Policies) {
        if !decision.is_approval() {
            self.end(Ended { seq: record.seq, is_sweep: false });
        }
        self.decisions.push(Decided {
            seq: record.seq,
            decision,
            reviewer: record.actor.id.clone(),
            signer: record.actor.key.clone(),
            nonce: decision.is_approval().then(|| nonce(record)).flatten(),
            at: record.ts,
            revision: (record.subject.revision.unwrap_or(0), record.subject.revision_digest),
            execution: record.subject.execution.clone(),
            told: told(record, &["review", "reason", "comment", "shown_digest", "expires_at"]),
            ended: None,
        });
        self.is_contested = false;
        self.status = if decision.is_approval() {
            self.approved(record, policies)
        } else {
            KnownStatus::Exactly(decision.status())
        };
    }

    /// Tells whether the approvals so far are all that the policy of the newest one wants.
    fn approved(&self, record: &Record, policies: &Policies) -> KnownStatus {
        let digest = text(record, "policy_digest").and_then(|text| text.parse().ok());
        let policy = digest.and_then(|digest: Digest| policies.0.get(&digest));
        let Some(rules) = policy.map(|policy| &policy.approval) else {
            return KnownStatus::Approving;
        };
        let names: BTreeSet<&str> = self
            .approvals()
            .filter(|one| one.revision.0 == self.head)
            .map(|one| one.reviewer.as_str())
            .collect();
        let has_owner = |path: &String| {
            let owners = rules.owners_of(path);
            owners.is_empty() || owners.iter().any(|owner| names.contains(owner.as_str()))
        };
        let has_owners = match &self.paths {
            _ if rules.path_owners.is_empty() => true,
            Some(paths) => paths.iter().all(has_owner),
            None => return KnownStatus::Approving,
        };
        let has_quorum = usize::try_from(rules.quorum).is_ok_and(|quorum| names.len() >= quorum);
        let is_complete = has_quorum && has_owners;
        KnownStatus::Exactly(if is_complete { Status::Approved } else { Status::Tested })
    }

    /// Makes the approvals void that count.
    fn end(&mut self, ended: Ended) {
        let live = |one: &&mut Decided| one.decision.is_approval() && one.ended.is_none();
        self.decisions.iter_mut().filter(live).for_each(|one| one.ended = Some(ended));
    }
}

/// Tells whether an execution said something about the code: it passed, failed, or did now this and now that.
fn is_tested(record: &Record, verdict: &str) -> bool {
    let reasons = record.data.get("reasons").and_then(Value::as_array);
    let is_flaky = reasons.is_some_and(|reasons| reasons.iter().any(|reason| reason == "flaky"));
    is_flaky || matches!(verdict, "passed" | "failed")
}

/// Reads the paths of a revision, where its entry lists them; a change has those that it deletes or makes links as well.
fn paths(record: &Record) -> Option<Vec<String>> {
    let listed = |name: &str| record.data.get(name)?.as_array();
    let fileless = match record.data.get("repository") {
        Some(_) => listed("fileless")?.as_slice(),
        None => &[],
    };
    let files = listed("files")?.iter().map(|file| file.get("path"));
    let all = files.chain(fileless.iter().map(Some));
    let paths: Vec<String> =
        all.map(|path| Some(path?.as_str()?.to_owned())).collect::<Option<_>>()?;
    (!paths.is_empty()).then_some(paths)
}

/// Reads the nonce alone: verifying reads whole statements, and each decision meets all those before it here.
fn nonce(record: &Record) -> Option<Nonce> {
    #[derive(Deserialize)]
    struct Stated {
        predicate: Part,
    }
    #[derive(Deserialize)]
    struct Part {
        nonce: Nonce,
    }
    let stated: Stated = serde_json::from_str(record.stmt.as_deref()?).ok()?;
    Some(stated.predicate.nonce)
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.data.get(name).and_then(Value::as_str)
}

fn told(record: &Record, names: &[&'static str]) -> BTreeMap<&'static str, String> {
    let one = |name: &&'static str| Some((*name, text(record, name)?.to_owned()));
    names.iter().filter_map(one).collect()
}
