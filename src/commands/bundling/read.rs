//! Verifies a bundle of another home before it is used.
//!
//! Nothing in it is believed on its own word: the checkpoint is signed, proofs lead from each record to it, and files,
//! revisions, evidence and decisions must be the recorded ones. What nothing vouches for is refused, so that no file can be
//! slipped in.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use crate::commands::bundling::attestation::{Attested, attestation};
use crate::commands::bundling::bundle::{
    BundleError, CHECKPOINT, ChangePart, FORMAT, KEY, MANIFEST, MANIFEST_DIGEST, Manifest, PROOFS,
    Proofs, README, RECORDS, RevisionPart, attestation_file, evidence_file, revision_file,
    signature_file, statement_file,
};
use crate::commands::bundling::changes;
use crate::commands::bundling::named;
use crate::commands::bundling::tar::unpack;
use crate::commands::bundling::write::digest_line;
use record::audit::decision::check_statement;
use record::audit::key::VerifierKey;
use record::audit::merkle::leaf_hash;
use record::audit::proof::verify_inclusion;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::digest::Digest;
use record::domain::evidence::Evidence;
use record::domain::id::ExecutionId;
use record::domain::proposal::Request;
use record::domain::source::{Source, SourceFile};

/// A bundle in which everything is what something signed says.
pub struct Verified {
    /// Its manifest.
    pub manifest: Manifest,
    /// The files of each revision, from 1 on.
    pub sources: Vec<Source>,
    /// The evidence of each execution, in the order of the manifest.
    pub evidence: Vec<Evidence>,
    /// The records with their leaf hashes, oldest first.
    pub records: Vec<(Digest, Record)>,
    /// The name of the key that signed the log.
    pub signed_by: String,
}

type Files = BTreeMap<String, Vec<u8>>;

fn altered(what: impl Into<String>) -> BundleError {
    BundleError::Altered(what.into())
}

/// Reads a bundle and checks every part of it against another.
pub fn verify(bytes: &[u8]) -> Result<Verified, BundleError> {
    let mut files = Files::new();
    for (name, content) in unpack(bytes)? {
        if files.insert(name.clone(), content).is_some() {
            return Err(altered(format!("{name} is there twice")));
        }
    }
    let manifest = manifest(&files)?;
    check_files(&manifest, &files)?;
    let (records, signed_by) = records(&manifest, &files)?;
    check_proposal(&manifest, &records)?;
    let sources = sources(&manifest, &files, &records)?;
    let evidence = evidence(&manifest, &files, &records)?;
    check_attestations(&manifest, &files, &evidence)?;
    check_statements(&manifest, &files, &records)?;
    let named = check_named(&files, &records)?;
    check_surplus(&manifest, &files, named)?;
    Ok(Verified { manifest, sources, evidence, records, signed_by })
}

fn file<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], BundleError> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| altered(format!("{name} is missing")))
}

fn json<T: DeserializeOwned>(files: &Files, name: &str) -> Result<T, BundleError> {
    serde_json::from_slice(file(files, name)?).map_err(|error| altered(format!("{name}: {error}")))
}

fn text<'a>(files: &'a Files, name: &str) -> Result<&'a str, BundleError> {
    str::from_utf8(file(files, name)?).map_err(|_| altered(format!("{name} is not UTF-8")))
}

fn manifest(files: &Files) -> Result<Manifest, BundleError> {
    // The version is read first: a later format may have fields that this program would refuse without saying why.
    let value: serde_json::Value = json(files, MANIFEST)?;
    let format = value.get("v").and_then(serde_json::Value::as_u64);
    if let Some(found) = format.and_then(|found| u8::try_from(found).ok())
        && found > FORMAT
    {
        return Err(BundleError::Format { found });
    }
    json(files, MANIFEST)
}

fn check_files(manifest: &Manifest, files: &Files) -> Result<(), BundleError> {
    for part in &manifest.files {
        let content = file(files, &part.name)?;
        if part.size != content.len() as u64 || part.digest != Digest::of(content) {
            return Err(altered(format!("{} has not the listed digest", part.name)));
        }
    }
    if file(files, MANIFEST_DIGEST)? != digest_line(file(files, MANIFEST)?).as_bytes() {
        return Err(altered(format!("{MANIFEST} has not the digest in {MANIFEST_DIGEST}")));
    }
    // The manifest cannot list itself, nor the file with its digest.
    if manifest.files.len() + 2 != files.len() {
        return Err(altered("there are files that are not listed"));
    }
    Ok(())
}

/// Reads the records, each of which must lead to the signed head of the log.
fn records(
    manifest: &Manifest,
    files: &Files,
) -> Result<(Vec<(Digest, Record)>, String), BundleError> {
    let key = VerifierKey::parse(text(files, KEY)?).map_err(|error| altered(error.to_string()))?;
    let checkpoint =
        key.open(text(files, CHECKPOINT)?).map_err(|error| altered(error.to_string()))?;
    if checkpoint.origin != manifest.log {
        return Err(altered("the checkpoint is of another log"));
    }
    let proofs: Proofs = json(files, PROOFS)?;
    let lines: Vec<&[u8]> = file(files, RECORDS)?
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    if proofs.size != checkpoint.size || proofs.proofs.len() != lines.len() {
        return Err(altered("the proofs are not those of the records"));
    }
    let mut records: Vec<(Digest, Record)> = Vec::new();
    for (line, proof) in lines.iter().zip(&proofs.proofs) {
        let record = Record::parse(line).map_err(|error| altered(error.to_string()))?;
        let hash = leaf_hash(line);
        let is_next = records.last().is_none_or(|(_, last)| last.seq < record.seq);
        let is_ours = record.log == manifest.log
            && record.subject.proposal.as_ref() == Some(&manifest.proposal.id);
        if !is_next || !is_ours || record.seq != proof.seq {
            return Err(altered(format!("record {} does not belong where it is", record.seq)));
        }
        verify_inclusion(hash, record.seq, checkpoint.size, &proof.path, checkpoint.root)
            .map_err(|error| altered(format!("record {}: {error}", record.seq)))?;
        check_statement(&record)
            .map_err(|error| altered(format!("record {}: {error}", record.seq)))?;
        records.push((hash, record));
    }
    Ok((records, key.label()))
}

fn of_kind(records: &[(Digest, Record)], kind: ActKind) -> impl Iterator<Item = &Record> {
    records.iter().map(|(_, record)| record).filter(move |record| record.kind == kind)
}

fn says(record: &Record, name: &str) -> Option<String> {
    record.data.get(name).and_then(serde_json::Value::as_str).map(str::to_owned)
}

fn check_proposal(manifest: &Manifest, records: &[(Digest, Record)]) -> Result<(), BundleError> {
    let proposal = &manifest.proposal;
    let created = of_kind(records, ActKind::ProposalCreated).next();
    let created = created.ok_or_else(|| altered("no record tells of the proposal"))?;
    let digest = Digest::of(proposal.request.as_bytes()).to_string();
    let is_recorded = says(created, "request_digest") == Some(digest)
        && says(created, "module").as_deref() == Some(proposal.module.as_str())
        && says(created, "language").as_deref() == Some(proposal.language.word());
    if !is_recorded || Request::new(&proposal.request).is_err() {
        return Err(altered("the proposal is not the recorded one"));
    }
    Ok(())
}

fn sources(
    manifest: &Manifest,
    files: &Files,
    records: &[(Digest, Record)],
) -> Result<Vec<Source>, BundleError> {
    let added: Vec<&Record> = of_kind(records, ActKind::RevisionAdded).collect();
    if added.is_empty() || added.len() != manifest.revisions.len() {
        return Err(altered("the revisions are not the recorded ones"));
    }
    let parts = (1..).zip(&manifest.revisions).zip(added);
    parts.map(|((number, part), record)| source(number, part, files, record)).collect()
}

fn source(
    number: u32,
    part: &RevisionPart,
    files: &Files,
    record: &Record,
) -> Result<Source, BundleError> {
    let source = match &part.change {
        Some(change) => changed(number, part, change, files)?,
        None => files_alone(number, part, files)?,
    };
    let explained =
        (!part.explanation.is_empty()).then(|| Digest::of(part.explanation.as_bytes()).to_string());
    let is_recorded = part.number == number
        && part.content_hash == source.content_hash()
        && record.subject.revision == Some(number)
        && says(record, "origin").as_deref() == Some(part.origin.word())
        && record.data.get("parent").and_then(serde_json::Value::as_u64)
            == part.parent.map(u64::from)
        && record.subject.revision_digest == Some(part.content_hash)
        && says(record, "explanation_digest") == explained;
    if is_recorded {
        Ok(source)
    } else {
        Err(altered(format!("revision {number} is not the recorded one")))
    }
}

fn files_alone(number: u32, part: &RevisionPart, files: &Files) -> Result<Source, BundleError> {
    let mut found = Vec::new();
    for (path, role) in &part.files {
        let content = file(files, &revision_file(number, path))?.to_vec();
        let path = path.parse().map_err(|_| altered(format!("{path:?} is not a plain path")))?;
        found.push(SourceFile { path, role: *role, content });
    }
    Source::new(found).map_err(|error| altered(error.to_string()))
}

/// A change of a repository; the list of its files has to be the one that follows from it.
fn changed(
    number: u32,
    part: &RevisionPart,
    change: &ChangePart,
    files: &Files,
) -> Result<Source, BundleError> {
    let read = |name: &str| file(files, name).map(<[u8]>::to_vec);
    let source = Source::of_change(changes::changeset(number, change, read)?);
    let listed = source.files().iter().map(|file| (file.path.to_string(), file.role));
    if part.files.iter().cloned().eq(listed) {
        return Ok(source);
    }
    Err(altered(format!("revision {number} lists other files than its change leaves")))
}

fn evidence(
    manifest: &Manifest,
    files: &Files,
    records: &[(Digest, Record)],
) -> Result<Vec<Evidence>, BundleError> {
    let verdicts: BTreeMap<&ExecutionId, &Record> = of_kind(records, ActKind::ExecutionVerdict)
        .filter_map(|record| Some((record.subject.execution.as_ref()?, record)))
        .collect();
    if verdicts.len() != manifest.executions.len() {
        return Err(altered("the executions are not the recorded ones"));
    }
    let mut found = Vec::new();
    for part in &manifest.executions {
        let name = evidence_file(&part.id);
        let recorded = verdicts.get(&part.id).is_some_and(|record| {
            record.subject.revision == Some(part.revision)
                && says(record, "verdict").as_deref() == Some(part.verdict.word())
                && says(record, "evidence_digest")
                    == file(files, &name).ok().map(|bytes| Digest::of(bytes).to_string())
        });
        if !recorded {
            return Err(altered(format!("the evidence of {} is not the recorded one", part.id)));
        }
        found.push(json(files, &name)?);
    }
    Ok(found)
}

/// Holds each attestation against the one that follows from the evidence.
fn check_attestations(
    manifest: &Manifest,
    files: &Files,
    evidence: &[Evidence],
) -> Result<(), BundleError> {
    for (part, evidence) in manifest.executions.iter().zip(evidence) {
        let of_part = |revision: &&RevisionPart| revision.number == part.revision;
        let revision = manifest.revisions.iter().find(of_part);
        let revision = revision.ok_or_else(|| altered("an execution is of no revision"))?;
        let wanted = attestation(&Attested {
            proposal: &manifest.proposal.id,
            revision: part.revision,
            content_hash: revision.content_hash,
            execution: &part.id,
            verdict: part.verdict,
            bytes: file(files, &evidence_file(&part.id))?,
            evidence,
        });
        let name = attestation_file(&part.id);
        let found: Option<serde_json::Value> =
            files.contains_key(&name).then(|| json(files, &name)).transpose()?;
        if found != wanted {
            return Err(altered(format!("{name} is not what the evidence says")));
        }
    }
    Ok(())
}

fn check_statements(
    manifest: &Manifest,
    files: &Files,
    records: &[(Digest, Record)],
) -> Result<(), BundleError> {
    let mut decided = Vec::new();
    for (_, record) in records {
        let Some(statement) = &record.stmt else { continue };
        decided.push(record.seq);
        let signature = files.get(&signature_file(record.seq)).map(Vec::as_slice);
        let is_recorded = file(files, &statement_file(record.seq))? == statement.as_bytes()
            && signature == record.sig.as_ref().map(String::as_bytes);
        if !is_recorded {
            return Err(altered(format!("the decision of record {} is another one", record.seq)));
        }
    }
    if decided == manifest.decisions { Ok(()) } else { Err(altered("the decisions are others")) }
}

/// Holds pages and policies against what decisions name, and gives the names that they may have.
fn check_named(
    files: &Files,
    records: &[(Digest, Record)],
) -> Result<BTreeSet<String>, BundleError> {
    let mut names = BTreeSet::new();
    for (name, digest) in records.iter().flat_map(|(_, record)| named::of(record)) {
        if files.get(&name).is_some_and(|bytes| Digest::of(bytes) != digest) {
            return Err(altered(format!("{name} is not what the decision names")));
        }
        names.insert(name);
    }
    Ok(names)
}

/// Refuses files that nothing vouches for, but the page for readers and the attestations made of the rest.
fn check_surplus(
    manifest: &Manifest,
    files: &Files,
    mut known: BTreeSet<String>,
) -> Result<(), BundleError> {
    let always = [MANIFEST, MANIFEST_DIGEST, README, RECORDS, PROOFS, CHECKPOINT, KEY];
    known.extend(always.map(str::to_owned));
    for part in &manifest.revisions {
        known.extend(part.files.iter().map(|(path, _)| revision_file(part.number, path)));
        known.extend(part.change.iter().flat_map(|change| changes::names(part.number, change)));
    }
    for part in &manifest.executions {
        known.extend([evidence_file(&part.id), attestation_file(&part.id)]);
    }
    for seq in &manifest.decisions {
        known.extend([statement_file(*seq), signature_file(*seq)]);
    }
    match files.keys().find(|name| !known.contains(*name)) {
        Some(name) => Err(altered(format!("{name:?} does not belong here"))),
        None => Ok(()),
    }
}
