//! Carries out `/audit attest`: an approval in the forms that other tools read.
//!
//! It writes a folder with each decision that counts as a DSSE envelope, a SLSA verification summary of the approved files,
//! and the key of the log that signed both. What is attested is read from the entries and held against the stored files,
//! so a database that was edited beside its record attests nothing.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auditing::anchoring;
use crate::auditing::exporting::write::{create_file, make_folder, refuse_existing, unwritable};
use crate::auditing::owner_quorum;
use crate::auditing::standing::{Policies, Standing};
use crate::auditing::vouching;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::lookup;
use crate::contract::page::{Cell, Page, Tone};
use foundation::store::store::Store;
use record::audit::decision::{Statement, check_statement};
use record::audit::dsse::Envelope;
use record::audit::key::VerifierKey;
use record::audit::record::Record;
use record::audit::summary::{Ground, Summary};
use record::domain::digest::Digest;
use record::domain::proposal::Proposal;
use record::domain::status::Status;
use record::domain::time::Timestamp;

/// The summary in the folder.
const SUMMARY: &str = "verification-summary.dsse.json";
/// The key in the folder.
const KEY: &str = "log-key.pem";

/// What was attested, and where it lies.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Attested {
    /// The proposal.
    pub proposal_id: String,
    /// The approved revision.
    pub revision: u32,
    /// The folder that holds the attestations.
    pub target: PathBuf,
    /// The names of the files in it.
    pub files: Vec<String>,
    /// `PASSED`, or `FAILED` where an owner approved despite the verdict.
    pub verification_result: String,
    /// What was verified, by name.
    pub verified_levels: Vec<String>,
    /// The URI by which the summary names the approved revision.
    pub resource_uri: String,
    /// The identity of the verifier in the summary: the log.
    pub verifier_id: String,
}

/// The attestations of an approved revision.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The verification summary of its files.
    pub summary: Envelope,
    /// Each decision that counts, by its entry.
    pub decisions: Vec<(u64, Envelope)>,
    is_passed: bool,
    levels: Vec<&'static str>,
}

/// Writes the attestations of an approved proposal into a new folder.
pub async fn attest(
    invocation: &Invocation,
    typed: &str,
    target: PathBuf,
) -> Result<Attested, CommandError> {
    let store = invocation.store()?;
    anchoring::held(invocation, store).await?;
    let proposal = lookup::proposal(invocation, typed, lookup::Newest::OwnNewest).await?;
    let standing = standing(store, &proposal).await?;
    check_counts(&standing, &proposal, invocation.now())?;
    let key = lookup::log_key(store).await?;
    let sealed = sealed(store, (&proposal, &standing), &key).await?;
    let mut written = vec![(SUMMARY.to_owned(), line(&sealed.summary)?)];
    for (seq, decision) in &sealed.decisions {
        written.push((format!("decision-{seq}.dsse.json"), line(decision)?));
    }
    written.push((KEY.to_owned(), key.pem()));
    write(&target, &written)?;
    let uri = key.name().replace('/', ":");
    Ok(Attested {
        proposal_id: proposal.id.to_string(),
        revision: proposal.head,
        target,
        files: written.into_iter().map(|(name, _)| name).collect(),
        verification_result: if sealed.is_passed { "PASSED" } else { "FAILED" }.to_owned(),
        verified_levels: sealed.levels.into_iter().map(str::to_owned).collect(),
        resource_uri: format!("urn:saraphina:{}/r{}", proposal.id, proposal.head),
        verifier_id: format!("urn:{uri}"),
    })
}

/// Signs the summary of an approved revision, and each decision that it rests on, with the key of the log.
pub async fn sealed(
    store: &dyn Store,
    (proposal, standing): (&Proposal, &Standing),
    key: &VerifierKey,
) -> Result<Sealed, CommandError> {
    let files = files(store, proposal).await?;
    let (grounds, recorded) = grounds(store, proposal, standing).await?;
    let summary = Summary {
        origin: key.name(),
        version: env!("CARGO_PKG_VERSION"),
        files: &files,
        grounds: &grounds,
        verified_at: recorded,
        had_emergency: !owner_quorum::replay(store).await?.emergencies().is_empty(),
    };
    let bytes = summary.to_bytes().map_err(|error| internal(&error))?;
    let bytes = bytes.ok_or_else(|| broken(proposal, "no signed approval of it is on record"))?;
    let mut decisions = Vec::new();
    for ground in &grounds {
        let statement = ground.statement.to_bytes().map_err(|error| internal(&error))?;
        decisions.push((ground.seq, envelope(store, &statement)?));
    }
    Ok(Sealed {
        summary: envelope(store, &bytes)?,
        decisions,
        is_passed: summary.is_passed(),
        levels: summary.levels(),
    })
}

/// Lists the files of the newest revision; the stored bytes must have the hash that the proposal names.
async fn files(
    store: &dyn Store,
    proposal: &Proposal,
) -> Result<Vec<(String, Digest)>, CommandError> {
    let revision = store.revision(&proposal.id, proposal.head).await?;
    let source = revision.map(|revision| revision.source);
    let source = source.filter(|source| source.content_hash() == proposal.content_hash);
    let source =
        source.ok_or_else(|| broken(proposal, "its stored files are not those recorded"))?;
    let file =
        |file: &record::domain::source::SourceFile| (file.path.as_str().to_owned(), file.digest());
    Ok(source.files().iter().map(file).collect())
}

/// Reads from the entries where a proposal stands, and holds its rows against them.
pub async fn standing(store: &dyn Store, proposal: &Proposal) -> Result<Standing, CommandError> {
    let account = store.account(&proposal.id).await?;
    let account = account.ok_or_else(|| broken(proposal, "it has no entries"))?;
    let policies = Policies::new(account.policies.into_iter().map(|set| set.policy));
    let mut standing = Standing::default();
    for entry in &account.entries {
        standing.take(&entry.record, &policies);
    }
    let misfit = vouching::reviews(&proposal.id, &standing, &account.reviews)
        .or_else(|| vouching::proposal(&standing, &account.proposal));
    match misfit {
        Some(misfit) => Err(broken(proposal, &misfit.problem)),
        None => Ok(standing),
    }
}

/// Refuses where no approval counts now: what may not be applied is not attested either.
fn check_counts(
    standing: &Standing,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<(), CommandError> {
    let why = if !standing.fits(Status::Approved) || proposal.status != Status::Approved {
        format!("{} is {}, so there is no approval to attest", proposal.id, proposal.status)
    } else if standing.is_contested {
        format!("an execution disagrees with the approval of {}", proposal.id)
    } else if standing.approvals().any(|one| one.has_run_out(now)) {
        format!("an approval of {} has run out", proposal.id)
    } else {
        return Ok(());
    };
    Err(CommandError::new(ErrorKind::State, why)
        .hint(format!("Approve it first: `/approve-code {}`.", proposal.id)))
}

/// Reads the approvals that count from their entries, and when the last of them was recorded.
async fn grounds(
    store: &dyn Store,
    proposal: &Proposal,
    standing: &Standing,
) -> Result<(Vec<Ground>, Timestamp), CommandError> {
    let (mut grounds, mut recorded) = (Vec::new(), proposal.updated_at);
    for approval in standing.approvals() {
        let rows = store.log_from(approval.seq, 1).await?;
        let record = rows.first().and_then(|row| Record::parse(&row.bytes).ok());
        let record = record.ok_or_else(|| broken(proposal, "an approval has no entry"))?;
        let (Ok(Some(Statement::Decision(statement))), Some(text), Some(_)) =
            (check_statement(&record), &record.stmt, &record.sig)
        else {
            return Err(broken(proposal, "an approval of it is not signed by an owner's key"));
        };
        let is_this = statement.proposal == proposal.id
            && statement.revision == proposal.head
            && statement.revision_digest == proposal.content_hash
            && statement.predicate.decision.is_approval();
        if !is_this {
            return Err(broken(proposal, "an approval on record is about other content"));
        }
        recorded = record.ts;
        let digest = Digest::of(text.as_bytes());
        let owner = record.actor.id;
        grounds.push(Ground { seq: record.seq, owner, statement: *statement, digest });
    }
    Ok((grounds, recorded))
}

fn envelope(store: &dyn Store, statement: &[u8]) -> Result<Envelope, CommandError> {
    store.attest(statement)?.ok_or_else(|| {
        CommandError::new(ErrorKind::Unavailable, "the key of the log is not in this home")
            .hint("Run it where the log is written.")
    })
}

fn line(envelope: &Envelope) -> Result<String, CommandError> {
    let text = serde_json::to_string(envelope).map_err(|error| internal(&error))?;
    Ok(text + "\n")
}

/// Writes all of it under a passing name, then moves it into place; never over anything.
fn write(target: &Path, files: &[(String, String)]) -> Result<(), CommandError> {
    refuse_existing(target)?;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    let failed = |error: std::io::Error| unwritable(target, &error);
    let builder = tempfile::Builder::new().prefix(".saraphina-attest-").to_owned();
    let passing = builder.tempdir_in(parent.unwrap_or(Path::new("."))).map_err(failed)?;
    let folder = passing.path().join("attestations");
    make_folder(&folder)?;
    for (name, text) in files {
        let path = folder.join(name);
        std::io::Write::write_all(&mut create_file(&path)?, text.as_bytes())
            .map_err(|error| unwritable(&path, &error))?;
    }
    std::fs::rename(&folder, target).map_err(failed)
}

fn broken(proposal: &Proposal, why: &str) -> CommandError {
    CommandError::broken(format!("{} is not attested: {why}", proposal.id))
}

fn internal(error: &dyn std::error::Error) -> CommandError {
    CommandError::new(ErrorKind::Internal, error.to_string())
}

impl Attested {
    /// Lays it out for a person.
    pub fn page(&self) -> Page {
        let is_passed = self.verification_result == "PASSED";
        let tone = if is_passed { Tone::Good } else { Tone::Warn };
        let told = format!(
            "Attested {} revision {} in {}.",
            self.proposal_id,
            self.revision,
            self.target.display()
        );
        Page::new().text(Cell::toned(told, Tone::Good)).fields([
            ("Result", Cell::toned(self.verification_result.as_str(), tone)),
            ("Verified", Cell::from(self.verified_levels.join(", "))),
            ("Resource", Cell::toned(self.resource_uri.as_str(), Tone::Dim)),
            ("Verifier", Cell::toned(self.verifier_id.as_str(), Tone::Dim)),
            ("Files", Cell::from(self.files.join(", "))),
        ])
    }
}
