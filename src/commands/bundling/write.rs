//! Gathers one proposal with everything about it, and packs it.
//!
//! All revisions, executions and records go in, not only the newest: a reader can see what was tried and what was decided.
//! Proofs lead to the newest signed head. Evidence goes in as exactly the bytes whose digest is on record.

use serde::Serialize;

use crate::commands::bundling::attestation::{Attested, attestation};
use crate::commands::bundling::bundle::{
    BundleError, CHECKPOINT, ExecutionPart, FORMAT, FilePart, KEY, MANIFEST, MANIFEST_DIGEST,
    Manifest, PROOFS, Proof, Proofs, ProposalPart, README, RECORDS, RevisionPart, attestation_file,
    evidence_file, revision_file, signature_file, statement_file,
};
use crate::commands::bundling::changes;
use crate::commands::bundling::named;
use crate::commands::bundling::tar::{Packed, pack};
use foundation::store::query::LogRow;
use foundation::store::store::Store;
use record::audit::checkpoint::Checkpoint;
use record::audit::key::VerifierKey;
use record::audit::proof::inclusion_proof;
use record::audit::record::Record;
use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::id::ProposalId;
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use work::auditing::rows::check::{self, Vouched};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;

/// The page for whoever opens a bundle.
const README_TEXT: &str = include_str!("readme.md");

/// Everything about one proposal, as of one state of the log.
struct Gathered {
    proposal: Proposal,
    revisions: Vec<Revision>,
    executions: Vec<Execution>,
    records: Vec<(LogRow, Record)>,
    note: String,
    checkpoint: Checkpoint,
    key: VerifierKey,
}

/// A bundle, and what it counts.
pub struct Bundle {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its manifest.
    pub manifest: Manifest,
    /// The number of records in it.
    pub records: usize,
    /// The state of the log that its proofs lead to.
    pub checkpoint: Checkpoint,
    /// The name of the key that signed it.
    pub signed_by: String,
}

/// Gathers and packs a proposal; a row that the record does not vouch for refuses.
pub async fn bundle(invocation: &Invocation, id: &ProposalId) -> Result<Bundle, CommandError> {
    let store = invocation.store()?;
    invocation.stage(format!("gathering {id}"));
    let gathered = gather(invocation, id).await?;
    let mut files = files(store, &gathered)?;
    files.extend(
        named::files(invocation, id, gathered.records.iter().map(|(_, record)| record)).await?,
    );
    let manifest = manifest(&gathered, &files);
    let listed = pretty(&manifest)?;
    // The manifest comes first in the archive: a bundle is recognised by its first bytes.
    files.insert(0, (MANIFEST_DIGEST.to_owned(), digest_line(&listed).into_bytes()));
    files.insert(0, (MANIFEST.to_owned(), listed));
    Ok(Bundle {
        bytes: pack(&files).map_err(BundleError::from)?,
        manifest,
        records: gathered.records.len(),
        checkpoint: gathered.checkpoint,
        signed_by: gathered.key.label(),
    })
}

/// Writes the digest of the manifest, as `sha256sum -c` takes it.
pub fn digest_line(manifest: &[u8]) -> String {
    format!("{}  {MANIFEST}\n", Digest::of(manifest).hex())
}

async fn gather(invocation: &Invocation, id: &ProposalId) -> Result<Gathered, CommandError> {
    let Vouched { dossier, state, key } = check::vouched(invocation, id).await?;
    let checkpoint = key
        .open(&state.checkpoint)
        .map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
    let mut records = Vec::new();
    for row in dossier.entries {
        let record = Record::parse(&row.bytes)
            .map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
        records.push((row, record));
    }
    let mut executions = dossier.executions;
    executions.sort_by_key(|execution| execution.revision);
    Ok(Gathered {
        proposal: dossier.proposal,
        revisions: dossier.revisions,
        executions,
        records,
        note: state.checkpoint,
        checkpoint,
        key,
    })
}

fn files(store: &dyn Store, gathered: &Gathered) -> Result<Vec<Packed>, CommandError> {
    let lines: Vec<u8> = gathered
        .records
        .iter()
        .flat_map(|(row, _)| [&row.bytes, b"\n".as_slice()].concat())
        .collect();
    let mut files = vec![
        (README.to_owned(), README_TEXT.as_bytes().to_vec()),
        (CHECKPOINT.to_owned(), gathered.note.clone().into_bytes()),
        (KEY.to_owned(), format!("{}\n", gathered.key.vkey()).into_bytes()),
        (RECORDS.to_owned(), lines),
        (PROOFS.to_owned(), pretty(&proofs(store, gathered)?)?),
    ];
    for revision in &gathered.revisions {
        for file in revision.source.files() {
            let name = revision_file(revision.number, file.path.as_str());
            files.push((name, file.content.clone()));
        }
        if let Some(change) = revision.source.change() {
            files.extend(changes::files(revision.number, change));
        }
    }
    for execution in &gathered.executions {
        // Exactly the bytes whose digest is recorded.
        let evidence = execution.evidence.bytes();
        let attested = Attested {
            proposal: &execution.proposal,
            revision: execution.revision,
            content_hash: execution.content_hash,
            execution: &execution.id,
            verdict: execution.verdict.word,
            bytes: &evidence,
            evidence: &execution.evidence,
        };
        let statement = attestation(&attested);
        files.push((evidence_file(&execution.id), evidence));
        if let Some(statement) = statement {
            files.push((attestation_file(&execution.id), pretty(&statement)?));
        }
    }
    for (row, record) in &gathered.records {
        if let Some(statement) = &record.stmt {
            files.push((statement_file(row.seq), statement.clone().into_bytes()));
        }
        if let Some(signature) = &record.sig {
            files.push((signature_file(row.seq), signature.clone().into_bytes()));
        }
    }
    Ok(files)
}

fn proofs(store: &dyn Store, gathered: &Gathered) -> Result<Proofs, CommandError> {
    let size = gathered.checkpoint.size;
    let node = |place| store.node(place).ok().flatten();
    let mut proofs = Vec::new();
    for (row, _) in &gathered.records {
        let path = inclusion_proof(size, row.seq, &node)
            .map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
        proofs.push(Proof { seq: row.seq, path });
    }
    Ok(Proofs { size, proofs })
}

fn manifest(gathered: &Gathered, files: &[Packed]) -> Manifest {
    let proposal = &gathered.proposal;
    let listed = files.iter().map(|(name, content)| FilePart {
        name: name.clone(),
        digest: Digest::of(content),
        size: content.len() as u64,
    });
    let decided = gathered.records.iter().filter(|(_, record)| record.stmt.is_some());
    Manifest {
        v: FORMAT,
        log: gathered.checkpoint.origin.clone(),
        proposal: ProposalPart {
            id: proposal.id.clone(),
            request: proposal.request.clone(),
            language: proposal.language,
            module: proposal.module.clone(),
        },
        revisions: gathered.revisions.iter().map(revision_part).collect(),
        executions: gathered.executions.iter().map(execution_part).collect(),
        decisions: decided.map(|(row, _)| row.seq).collect(),
        files: listed.collect(),
    }
}

fn revision_part(revision: &Revision) -> RevisionPart {
    let files = revision.source.files().iter();
    RevisionPart {
        number: revision.number,
        parent: revision.parent,
        content_hash: revision.content_hash,
        origin: revision.authorship.origin,
        explanation: revision.explanation.clone(),
        feedback: revision.feedback.clone(),
        files: files.map(|file| (file.path.to_string(), file.role)).collect(),
        change: revision.source.change().map(changes::part),
    }
}

fn execution_part(execution: &Execution) -> ExecutionPart {
    ExecutionPart {
        id: execution.id.clone(),
        revision: execution.revision,
        verdict: execution.verdict.word,
    }
}

fn pretty(value: &impl Serialize) -> Result<Vec<u8>, CommandError> {
    let text = serde_json::to_vec_pretty(value);
    text.map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}
