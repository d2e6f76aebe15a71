//! Changes of policy, owners and keys under the quorum in force.
//!
//! Where several owners have to approve, one alone must not change who decides. The same command, run by each of them, endorses
//! the change until enough agreed; the last one makes it. Who cannot wait says why: the reason stays visible from then on.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::auditing::{anchoring, owner_quorum};
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::page::{Cell, Page, Tone};
use crate::contract::signature::Signing;
use crate::deciding::decided::ReceiptView;
use crate::deciding::owner_act::{self, OwnerAct};
use record::audit::owner_change::data_digest;
use record::audit::quorum::{
    EMERGENCY_FIELD, Endorsement, OwnerQuorum, QUORUM_RULE, QUORUM_RULE_FIELD, emergency,
};
use record::audit::signers::{Signer, Signers};
use record::domain::act::ActKind;
use record::domain::change::{Change, Write};
use record::domain::decision::{MAX_REASON_CHARS, MIN_DESPITE_CHARS};
use record::domain::digest::Digest;
use record::domain::principal::{Person, Principal};
use verifier::verified::EmergencyView;

/// What protects policy and keys, as the record has it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Protection {
    /// Changes that owners endorsed and that wait for more of them.
    pub waiting: Vec<Waiting>,
    /// Changes that were made without the quorum, oldest first.
    pub emergencies: Vec<EmergencyView>,
    /// How many owners with a key the quorum lacks: as long as it does, nothing can be approved.
    #[serde(default)]
    pub short_of: usize,
}

/// A change that waits for more owners.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Waiting {
    /// The kind of the change.
    pub change: String,
    /// The digest of its detail.
    pub digest: String,
    /// Whom, and which key or policy, it is about; empty where no endorsement says so.
    #[serde(default)]
    pub about: Vec<String>,
    /// The owners who endorsed it.
    pub endorsed_by: Vec<String>,
    /// How many owners have to agree in all.
    pub wanted: usize,
}

impl Waiting {
    /// The command by which another owner agrees; what the record does not hold of it, the first has to pass on.
    fn command(&self) -> String {
        let first = self.about.first().map_or("NAME", String::as_str);
        match self.change.as_str() {
            "owner.key_added" => {
                format!(
                    "`/keys add --key FILE --principal {first}`, with that key and the same --assurance"
                )
            }
            "owner.key_removed" => {
                let key = self.about.last().map_or("KEY", String::as_str);
                format!("`/keys remove --fingerprint {key}`")
            }
            _ => "`/policy set FILE`, with that policy".to_owned(),
        }
    }
}

impl Protection {
    /// Reads it from the record.
    pub async fn of(context: &Context) -> Result<Self, CommandError> {
        let quorum = replayed(context).await?;
        let waiting = |(kind, digest, endorsement): (ActKind, Digest, &Endorsement)| Waiting {
            change: kind.word().to_owned(),
            digest: digest.hex(),
            about: endorsement.about.clone(),
            endorsed_by: names(&endorsement.people),
            wanted: quorum.wanted(),
        };
        Ok(Self {
            waiting: quorum.waiting().map(waiting).collect(),
            emergencies: quorum.emergencies().iter().map(EmergencyView::of).collect(),
            short_of: short_of(quorum.wanted(), context.store()?.signers().await?.live()),
        })
    }

    /// Lays it out; nothing where there is nothing to say.
    pub fn page(&self) -> Page {
        Page::new().lines(self.words().map(|line| Cell::toned(line, Tone::Warn)).collect())
    }

    /// Says it in lines.
    pub fn words(&self) -> impl Iterator<Item = String> {
        let waiting = self.waiting.iter().map(|one| {
            let (change, digest) = (&one.change, one.digest.get(..12).unwrap_or_default());
            let (by, wanted) = (one.endorsed_by.join(", "), one.wanted);
            let about = match one.about.as_slice() {
                [] => String::new(),
                about => format!(" ({})", about.join(", ")),
            };
            let way = one.command();
            format!("{change} {digest}{about} was endorsed by {by}; {wanted} owners have to agree. Another owner agrees by the same command, {way}")
        });
        let emergencies = self.emergencies.iter().map(EmergencyView::words);
        let lacking = lacking(self.short_of);
        waiting.chain(emergencies).chain(lacking)
    }
}

/// A change of policy, owners or keys that an owner wants.
pub struct Guarded {
    kind: ActKind,
    data: Map<String, Value>,
    who: Principal,
    signers: Signers,
    agreed: Vec<String>,
    wanted: usize,
    in_force: usize,
}

/// What became of it.
pub struct Carried {
    /// The place in the record.
    pub receipt: ReceiptView,
    /// How many owners still have to agree; none where the change was made.
    pub missing: usize,
}

impl Guarded {
    /// Looks at what the quorum in force says to a change; `data` is what the record will hold of it.
    pub async fn of(
        context: &Context,
        (kind, data): (ActKind, Map<String, Value>),
        (who, signers): (Principal, Signers),
        reason: Option<&str>,
    ) -> Result<Self, CommandError> {
        let quorum = replayed(context).await?;
        let in_force = quorum.wanted();
        let wanted = if reason.is_some() { 1 } else { in_force };
        check_reason(reason, in_force)?;
        let mut data = data;
        data.insert(QUORUM_RULE_FIELD.to_owned(), QUORUM_RULE.into());
        if let Some(reason) = reason {
            data.insert(EMERGENCY_FIELD.to_owned(), reason.into());
        }
        let agreed = quorum.agreed(kind, &data, &who.id);
        let is_open = agreed.len() < wanted;
        if is_open && quorum.endorsers(kind, &data).contains(&Person::of(&who.id)) {
            let message = format!("{} endorsed this change already", who.id);
            return Err(CommandError::new(ErrorKind::State, message)
                .hint("Another owner has to run the same command, or give `--emergency REASON`."));
        }
        Ok(Self { kind, data, who, signers, agreed: names(&agreed), wanted, in_force })
    }

    /// Gives the digest of the detail, which all owners who agree sign.
    pub fn digest(&self) -> Result<Digest, CommandError> {
        data_digest(&self.data).map_err(|error| CommandError::from_source(ErrorKind::Usage, &error))
    }

    const fn missing(&self) -> usize {
        self.wanted.saturating_sub(self.agreed.len())
    }

    /// Says what a yes will do, for the page of the question.
    pub fn lines(&self) -> Vec<Cell> {
        let warn = |line: String| Cell::toned(line, Tone::Warn);
        let mut lines = Vec::new();
        if let Some(reason) = emergency(&self.data) {
            lines.push(warn(emergency_words(reason)));
        }
        if self.missing() > 0 {
            lines.push(warn(format!(
                "{} owners have to agree. A yes endorses it; then {} to run the same command.",
                self.wanted,
                more_owners(self.missing())
            )));
        }
        lines.extend(self.lacking_without().map(warn));
        lines
    }

    /// Says that the quorum in force cannot be reached any more once a key is removed; nothing where it can.
    fn lacking_without(&self) -> Option<String> {
        let removed =
            self.data.get("fingerprint").filter(|_| self.kind == ActKind::OwnerKeyRemoved)?;
        let left = self.signers.live().filter(|signer| *removed != *signer.key.fingerprint());
        lacking(short_of(self.in_force, left))
    }

    /// Says that a quorum which is to come cannot be reached; nothing where it can.
    pub fn lacking(&self, wanted: u32) -> Option<Cell> {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        lacking(short_of(wanted, self.signers.live())).map(|line| Cell::toned(line, Tone::Warn))
    }

    /// Records the change, or the endorsement where owners are missing; without a signature it asks for one.
    pub async fn carry_out(
        self,
        invocation: &Invocation,
        write: Write,
        signing: &Signing,
    ) -> Result<Carried, CommandError> {
        let missing = self.missing();
        let store = invocation.store()?;
        let (kind, data, writes) = if missing == 0 {
            (self.kind, self.data, vec![write])
        } else {
            (ActKind::OwnerChangeEndorsed, self.endorsement()?, Vec::new())
        };
        let wanted = OwnerAct { kind, data, signers: &self.signers, who: self.who, log: store };
        let act = owner_act::signed(invocation, wanted, signing).await?;
        anchoring::before_deciding(invocation).await?;
        let change = Change {
            act,
            consequences: Vec::new(),
            writes,
            expected: None,
            idempotency: invocation.caller.idempotency.clone(),
            at: invocation.now(),
        };
        let receipt = store.commit(change).await?;
        let receipt = ReceiptView { seq: receipt.seq, hash: receipt.hash.hex() };
        Ok(Carried { receipt, missing })
    }

    /// The detail of an endorsement: the change by kind and digest, and in short what it is.
    fn endorsement(&self) -> Result<Map<String, Value>, CommandError> {
        let mut data = Map::new();
        data.insert("change".to_owned(), json!(self.kind));
        data.insert("change_digest".to_owned(), self.digest()?.to_string().into());
        data.insert(QUORUM_RULE_FIELD.to_owned(), QUORUM_RULE.into());
        for name in ["policy_digest", "fingerprint", "principal"] {
            let value = self.data.get(name).cloned();
            data.extend(value.map(|value| (name.to_owned(), value)));
        }
        Ok(data)
    }
}

/// How many owners a quorum wants beyond those who have a key; the first decision enrols the first of them.
fn short_of<'a>(wanted: usize, signers: impl Iterator<Item = &'a Signer>) -> usize {
    let owners: BTreeSet<Person> = signers.map(|signer| Person::of(&signer.principal)).collect();
    wanted.saturating_sub(owners.len().max(1))
}

/// Says that a quorum cannot be reached; nothing where it can.
fn lacking(short_of: usize) -> Option<String> {
    let more = match short_of {
        0 => return None,
        1 => "1 more is needed".to_owned(),
        many => format!("{many} more are needed"),
    };
    Some(format!(
        "Too few owners have a key for this quorum, {more}: nothing can be approved, and keys can be added only with `--emergency REASON`"
    ))
}

/// Says how many owners still have to do the same.
pub fn more_owners(count: usize) -> String {
    if count == 1 { "1 more owner has".to_owned() } else { format!("{count} more owners have") }
}

/// Says what an owner who acts alone has to know, for the page of the question.
pub fn emergency_words(reason: &str) -> String {
    format!(
        "Emergency: without the other owners, and every later report shows it. Reason: {reason}"
    )
}

fn names<'a>(people: impl IntoIterator<Item = &'a Person>) -> Vec<String> {
    people.into_iter().map(ToString::to_string).collect()
}

/// Refuses the reason of an emergency that is none, or that is too short or too long to be one.
pub fn check_reason(reason: Option<&str>, wanted: usize) -> Result<(), CommandError> {
    let Some(reason) = reason else { return Ok(()) };
    if wanted < 2 {
        return Err(CommandError::usage("there is no emergency: one owner is enough")
            .hint("Run it again without `--emergency`."));
    }
    if (MIN_DESPITE_CHARS..=MAX_REASON_CHARS).contains(&reason.trim().chars().count()) {
        return Ok(());
    }
    Err(CommandError::usage(format!(
        "an emergency needs a reason of {MIN_DESPITE_CHARS} to {MAX_REASON_CHARS} characters"
    )))
}

async fn replayed(context: &Context) -> Result<OwnerQuorum, CommandError> {
    owner_quorum::replay(context.store()?).await
}
