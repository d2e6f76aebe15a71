//! Takes over a proposal that another home exported.
//!
//! The bundle is verified as a whole before anything is written, and comes in with one change. Its evidence and decisions
//! become claimed history: the other home's key vouches for its log, not for what this home should believe.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::commands::bundling::bundle::{BundleError, ExecutionPart, MANIFEST, MAX_BUNDLE_BYTES};
use crate::commands::bundling::read::{Verified, verify};
use crate::commands::importing::answer::{Answer, Closing, History, Proposals, Skipped, Taken};
use crate::commands::importing::args::Args;
use crate::commands::importing::history::cut;
use crate::commands::importing::incoming::{Incoming, claim};
use crate::commands::importing::original::closing;
use foundation::store::store::Store;
use record::audit::checkpoint::Checkpoint;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::change::Write;
use record::domain::digest::Digest;
use record::domain::evidence::{Coverage, Evidence};
use record::domain::history::{FinishedImport, HistoryItem, HistoryKind, Provenance, SourceKind};
use record::domain::id::ProposalId;
use record::domain::revision::{Authorship, Revision};
use record::domain::time::Timestamp;
use work::auditing::standing::{KnownStatus, Policies, Standing};
use work::contract::blocking::beside;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;

/// Tells whether a file starts as bundles do: with the name of the manifest.
pub fn is_bundle(path: &Path) -> bool {
    let mut start = [0; MANIFEST.len() + 1];
    let is_file = path.metadata().is_ok_and(|metadata| metadata.is_file());
    let mut read = || File::open(path).and_then(|mut file| file.read_exact(&mut start));
    is_file && read().is_ok() && start.strip_suffix(b"\0") == Some(MANIFEST.as_bytes())
}

/// The relation of a bundle to this home: new, known, or changed since.
enum Fate {
    New(ProposalId),
    Known,
    Changed(ProposalId),
}

/// Imports a bundle; everything in it is verified before anything is written.
pub async fn import(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
    let file = args.file.clone();
    invocation.stage(format!("verifying {}", file.display()));
    let (file_digest, bundle) = beside(move || {
        let bytes = read(&file)?;
        Ok((Digest::of(&bytes), verify(&bytes)?))
    })
    .await?;
    let store = invocation.store()?;
    let fate = fate(store, &bundle).await?;
    let mut answer = begun(&args, file_digest);
    match fate {
        Fate::Known => answer.proposals.known = 1,
        Fate::Changed(id) => {
            answer.proposals.skipped = 1;
            let reason =
                format!("{id} came with an earlier bundle; an import changes nothing that is here");
            answer.skipped.push(Skipped { source_id: source_id(&bundle), reason });
        }
        Fate::New(id) => {
            let incoming = incoming(&bundle, &id, invocation.now());
            tell(&mut answer, &incoming);
            if !args.dry_run {
                let receipt =
                    invocation.store()?.commit(change(invocation, &incoming, &answer)).await?;
                answer.audit = Some(Closing { seq: receipt.seq, hash: receipt.hash.hex() });
            }
        }
    }
    Ok(answer)
}

/// Joins the proposal and the end of the import in one change: a bundle holds nothing else.
fn change(
    invocation: &Invocation,
    incoming: &Incoming,
    answer: &Answer,
) -> record::domain::change::Change {
    let mut change = incoming.change(invocation);
    change.consequences.push(closing(invocation, answer));
    if let Ok(file_digest) = answer.file_digest.parse() {
        let import =
            FinishedImport { file_digest, source: SourceKind::Bundle, shape: answer.shape.clone() };
        change.writes.push(Write::FinishImport(Box::new(import)));
    }
    change
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let unreadable = |error: std::io::Error| {
        let message = format!("{} cannot be read: {error}", path.display());
        CommandError::new(ErrorKind::Unavailable, message).hint("Check the file.")
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_BUNDLE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let size = bytes.len() as u64;
    if size > MAX_BUNDLE_BYTES {
        return Err(BundleError::TooLarge { bytes: size }.into());
    }
    Ok(bytes)
}

fn begun(args: &Args, file_digest: Digest) -> Answer {
    Answer {
        source: Some(SourceKind::Bundle),
        shape: "bundle".to_owned(),
        file: args.file.display().to_string(),
        file_digest: file_digest.to_string(),
        zone: Some("+00:00".to_owned()),
        dry_run: args.dry_run,
        proposals: Proposals { found: 1, ..Proposals::default() },
        ..Answer::default()
    }
}

fn source_id(bundle: &Verified) -> String {
    format!("{}/{}", bundle.manifest.log, bundle.manifest.proposal.id)
}

/// Takes the digest of what the bundle says, whichever state of the log it was exported at; exports do not count.
fn digest(bundle: &Verified) -> Digest {
    let told = bundle.records.iter().filter(|(_, record)| record.kind != ActKind::ExportCreated);
    let hashes: Vec<u8> = told.flat_map(|(hash, _)| *hash.as_bytes()).collect();
    Digest::of(&hashes)
}

async fn fate(store: &dyn Store, bundle: &Verified) -> Result<Fate, CommandError> {
    let id = &bundle.manifest.proposal.id;
    let is_here = store.proposal(id).await?.is_some();
    let state = store.log_state().await?;
    let own = Checkpoint::parse_unverified(&state.checkpoint).map(|checkpoint| checkpoint.origin);
    // A bundle of this very log tells nothing new.
    if is_here && own.is_ok_and(|origin| origin == bundle.manifest.log) {
        return Ok(Fate::Known);
    }
    match store.imported(SourceKind::Bundle, &source_id(bundle)).await? {
        Some(earlier) if earlier.digest == digest(bundle) => Ok(Fate::Known),
        Some(earlier) => Ok(Fate::Changed(earlier.proposal)),
        None if is_here => {
            // The id is taken by another proposal, so this one gets a name that follows from its source.
            Ok(Fate::New(ProposalId::derived(&format!("import\n{}", source_id(bundle)))))
        }
        None => Ok(Fate::New(id.clone())),
    }
}

fn tell(answer: &mut Answer, incoming: &Incoming) {
    answer.proposals.new = 1;
    answer.history = History {
        executions: incoming.count(HistoryKind::Execution),
        reviews: incoming.count(HistoryKind::Review),
        ..History::default()
    };
    answer.imported.push(Taken {
        proposal_id: incoming.provenance.proposal.to_string(),
        source_id: incoming.provenance.source_id.clone(),
        revisions: incoming.revisions.len() as u64,
        claimed_status: incoming.provenance.claimed_status.clone(),
        remarks: incoming.provenance.remarks.clone(),
    });
}

fn incoming(bundle: &Verified, id: &ProposalId, now: Timestamp) -> Incoming {
    let proposal = &bundle.manifest.proposal;
    let parts = bundle.manifest.revisions.iter().zip(&bundle.sources);
    let revisions = parts.map(|(part, source)| Revision {
        proposal: id.clone(),
        number: part.number,
        parent: part.parent.filter(|parent| *parent < part.number),
        source: source.clone(),
        content_hash: part.content_hash,
        authorship: Authorship::imported(),
        explanation: part.explanation.clone(),
        feedback: part.feedback.clone(),
        created_at: now,
    });
    let told: Vec<String> =
        bundle.records.iter().map(|(_, record)| record.ts.to_string()).collect();
    let moments: Vec<&str> = told.iter().map(String::as_str).collect();
    Incoming {
        request: proposal.request.clone(),
        language: proposal.language,
        module: proposal.module.clone(),
        related: Vec::new(),
        revisions: revisions.collect(),
        provenance: Provenance {
            proposal: id.clone(),
            source: SourceKind::Bundle,
            source_id: source_id(bundle),
            digest: digest(bundle),
            claimed_status: status(bundle),
            claimed_created_at: moments.first().copied().unwrap_or_default().to_owned(),
            claimed_updated_at: moments.last().copied().unwrap_or_default().to_owned(),
            zone: Some("+00:00".to_owned()),
            remarks: remarks(bundle),
        },
        history: history(bundle, id),
    }
}

/// Says what the records tell of where the proposal stood there; the policy that an approval names is not in the bundle.
fn status(bundle: &Verified) -> String {
    let mut standing = Standing::default();
    let built_in = Policies::new([]);
    for (_, record) in &bundle.records {
        standing.take(record, &built_in);
    }
    match standing.status {
        KnownStatus::Exactly(status) => status.word().to_owned(),
        KnownStatus::Approving => {
            let owners: Vec<&str> =
                standing.approvals().map(|approval| approval.reviewer.as_str()).collect();
            format!("approved by {}, which may not be all that its policy wants", owners.join(", "))
        }
    }
}

fn remarks(bundle: &Verified) -> Vec<String> {
    let mut remarks =
        vec![format!("its records lead to a checkpoint signed by {}", bundle.signed_by)];
    if bundle.records.iter().any(|(_, record)| record.kind == ActKind::HistoryImported) {
        remarks.push("it was imported there too; that history is not in the bundle".to_owned());
    }
    remarks
}

fn history(bundle: &Verified, id: &ProposalId) -> Vec<HistoryItem> {
    let executions = bundle.manifest.executions.iter().zip(&bundle.evidence);
    let of = |record: &Record| {
        let is_verdict = record.kind == ActKind::ExecutionVerdict;
        let wanted = record.subject.execution.as_ref().filter(|_| is_verdict)?;
        executions.clone().find(|(part, _)| part.id == *wanted)
    };
    let item = |(hash, record): &(Digest, Record)| {
        if record.kind.is_decision() {
            return Some(decision(*hash, record, id));
        }
        of(record).map(|(part, evidence)| execution(part, evidence, *hash, record, id))
    };
    bundle.records.iter().filter_map(item).collect()
}

fn base(hash: Digest, record: &Record, id: &ProposalId, kind: HistoryKind) -> HistoryItem {
    HistoryItem {
        proposal: Some(id.clone()),
        digest: hash,
        kind,
        revision: record.subject.revision,
        moment: record.ts.to_string(),
        actor: claim(&record.actor.id),
        action: String::new(),
        words: String::new(),
        body: String::new(),
    }
}

fn execution(
    part: &ExecutionPart,
    evidence: &Evidence,
    hash: Digest,
    record: &Record,
    id: &ProposalId,
) -> HistoryItem {
    let tests = &evidence.tests;
    let coverage = evidence.coverage.as_ref().map(Coverage::basis_points);
    let body = json!({
        "execution_id": part.id.as_str(),
        "evidence_digest": evidence.digest().to_string(),
        "tests_run": tests.executed,
        "tests_passed": tests.passed,
        "tests_failed": tests.failed + tests.errors,
        "coverage_percent": coverage.map(|points| f64::from(points) / 100.0),
        "static_analysis_score": evidence.lint.score,
        "integrity": evidence.integrity.state.word(),
    });
    HistoryItem {
        action: part.verdict.word().to_owned(),
        body: body.to_string(),
        ..base(hash, record, id, HistoryKind::Execution)
    }
}

fn decision(hash: Digest, record: &Record, id: &ProposalId) -> HistoryItem {
    let said = |name: &str| record.data.get(name).and_then(Value::as_str).unwrap_or_default();
    let words: Vec<&str> =
        [said("reason"), said("comment")].into_iter().filter(|text| !text.is_empty()).collect();
    let body = json!({
        "seq": record.seq,
        "log": record.log,
        "key": record.actor.key,
        "review": said("review"),
    });
    HistoryItem {
        action: record.kind.word().trim_start_matches("decision.").to_owned(),
        words: cut(words.join("\n")),
        body: body.to_string(),
        ..base(hash, record, id, HistoryKind::Review)
    }
}
