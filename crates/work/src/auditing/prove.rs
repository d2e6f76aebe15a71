//! Carries out `/audit prove`: proofs that an entry stands in the log.
//!
//! The answer holds an inclusion proof and a consistency proof in the forms of C2SP, which others can check with tools of
//! their own. Each proof is checked here before it is given out, because a proof that fails elsewhere would look like a
//! forgery.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auditing::anchoring;
use crate::auditing::verify::refusal;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::lookup;
use crate::contract::page::{Block, Cell, Page, Tone};
use record::audit::checkpoint::Checkpoint;
use record::audit::key::VerifierKey;
use record::audit::log_proof::{GrowthText, InclusionText, LogProofError};
use record::audit::merkle::{NodeRef, leaf_hash};
use record::audit::proof::range_root;
use record::domain::digest::Digest;
use verifier::given::checkpoint_file;

/// The proofs about one entry, each of them checked before it was given out.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Proved {
    /// The entry.
    pub seq: u64,
    /// Its leaf hash: SHA-256 of a zero byte and the record's bytes.
    pub leaf: String,
    /// The entries of the checkpoint that the proofs lead to.
    pub size: u64,
    /// The root of that checkpoint.
    pub root: String,
    /// The key to check it with.
    pub vkey: String,
    /// The exact bytes of the record.
    pub record: String,
    /// That the entry stands in the log: the hashes from its leaf to the root, base64.
    pub inclusion: Vec<String>,
    /// The same as a C2SP tlog-proof.
    pub proof: String,
    /// That the log only grew since.
    pub growth: Growth,
}

/// That the log begins with what it was at an earlier size.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Growth {
    /// The earlier size: that of the kept checkpoint, or the log as it ended with the entry.
    pub old: u64,
    /// The root at that size.
    pub root: String,
    /// The hashes of the consistency proof, base64.
    pub hashes: Vec<String>,
    /// The same as the body of a C2SP tlog-witness request: `old`, hashes, checkpoint.
    pub proof: String,
}

/// Proves that entry `seq` stands in the log of the newest checkpoint, and that this log grew from the kept one.
pub async fn prove(
    context: &Context,
    seq: u64,
    since: Option<PathBuf>,
) -> Result<Proved, CommandError> {
    let store = context.store()?;
    anchoring::held(context, store).await?;
    let kept = since.as_deref().map(checkpoint_file).transpose();
    let kept = kept.map_err(|error| refusal(&error))?;
    let note = store.log_state().await?.checkpoint;
    let rows = store.log_from(seq, 1).await?;
    let Some(row) = rows.first().filter(|row| row.seq == seq) else {
        let message = format!("the log has no entry {seq}");
        return Err(CommandError::new(ErrorKind::NotFound, message)
            .hint("`/audit log` shows the newest entries."));
    };
    let key = lookup::log_key(store).await?;
    let nodes = |place: NodeRef| store.node(place).ok().flatten();
    let leaf = leaf_hash(&row.bytes);
    let inclusion = InclusionText::build(seq, &note, &nodes).map_err(|error| broken(&error))?;
    let head = inclusion.check(leaf, &key).map_err(|error| broken(&error))?;
    let (old, root) = match &kept {
        Some(kept) => kept_head(kept, &key, &head)?,
        None => (seq + 1, range_root(0, seq + 1, &nodes).map_err(|error| broken(&error.into()))?),
    };
    let growth = GrowthText::build(old, &note, &nodes).map_err(|error| broken(&error))?;
    growth.check(root, &key).map_err(
        |error| {
            if kept.is_some() { fork(old) } else { broken(&error) }
        },
    )?;
    Ok(Proved {
        seq,
        leaf: leaf.hex(),
        size: head.size,
        root: head.root.hex(),
        vkey: key.vkey(),
        record: String::from_utf8_lossy(&row.bytes).into_owned(),
        inclusion: base64(&inclusion.path),
        proof: inclusion.text(),
        growth: Growth {
            old,
            root: root.hex(),
            hashes: base64(&growth.path),
            proof: growth.text(),
        },
    })
}

fn base64(path: &[Digest]) -> Vec<String> {
    path.iter().map(|hash| STANDARD.encode(hash.as_bytes())).collect()
}

fn kept_head(
    kept: &str,
    key: &VerifierKey,
    head: &Checkpoint,
) -> Result<(u64, Digest), CommandError> {
    let kept =
        key.open(kept).map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
    if kept.size > head.size {
        let message = format!(
            "the log was rolled back: the kept checkpoint has {} entries, it has {}",
            kept.size, head.size
        );
        return Err(CommandError::new(ErrorKind::Integrity, message));
    }
    Ok((kept.size, kept.root))
}

fn fork(size: u64) -> CommandError {
    let message = format!(
        "the log is a fork: it does not begin with the {size} entries of the kept checkpoint"
    );
    CommandError::new(ErrorKind::Integrity, message)
}

fn broken(error: &LogProofError) -> CommandError {
    CommandError::from_source(ErrorKind::Integrity, error)
        .hint("Run `/audit verify` to see where the record stops holding.")
}

impl Proved {
    /// Lays it out for a person.
    pub fn page(&self) -> Page {
        let stands = format!("Entry {} stands in the log of {} entries.", self.seq, self.size);
        let grew = format!("from {} entries, root {}", self.growth.old, self.growth.root);
        Page::new()
            .text(Cell::toned(stands, Tone::Good))
            .fields([
                ("Leaf", Cell::toned(self.leaf.as_str(), Tone::Dim)),
                ("Key", Cell::toned(self.vkey.as_str(), Tone::Dim)),
            ])
            .block(Block::Document(self.proof.clone()))
            .fields([("It only grew", Cell::from(grew))])
            .block(Block::Document(self.growth.proof.clone()))
    }
}
