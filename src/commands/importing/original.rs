//! Takes over the database of an original, proposal by proposal.
//!
//! The file is copied, read once as a whole (`survey.rs`), and compared with earlier imports before anything is written. Each
//! proposal is a transaction of its own, known by the digest of its rows: after an interruption the same import goes on where
//! it stopped.

use std::collections::{HashMap, HashSet};

use tokio::sync::mpsc;

use crate::commands::importing::answer::{
    Answer, Closing, Concepts, History, LISTED, OrphanRows, Proposals, Skipped, TableRows, Taken,
};
use crate::commands::importing::args::Args;
use crate::commands::importing::history::{NotTaken, Terms};
use crate::commands::importing::incoming::Incoming;
use crate::commands::importing::rest::Rest;
use crate::commands::importing::survey::{OriginalSource, Planned, Survey};
use foundation::store::store::Store;
use record::domain::act::{Act, ActKind};
use record::domain::change::{Change, Write};
use record::domain::concept::Concept;
use record::domain::history::{FinishedImport, SourceKind};
use record::domain::id::ProposalId;
use work::contract::acts;
use work::contract::blocking::beside;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;

/// Proposals that are read ahead of what is written.
const AHEAD: usize = 4;

/// A plan for the proposals of a file: new, known, or not taken.
#[derive(Default)]
struct Plan {
    /// To be taken over, with their names here.
    new: Vec<(Planned, ProposalId)>,
    /// Here since an earlier import.
    known: Vec<(String, ProposalId)>,
    /// Not taken.
    skipped: Vec<(String, NotTaken)>,
}

/// Imports a file; interrupted at any point and started again, it ends with the same.
pub async fn import(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
    let home = invocation.settings.home().to_path_buf();
    let terms = Terms { zone: args.zone.clone(), now: invocation.now() };
    let file = args.file.clone();
    invocation.stage(format!("reading {}", file.display()));
    let (source, survey) = beside(move || {
        let source = OriginalSource::open(&file, &home, terms)?;
        let survey = source.survey()?;
        Ok((source, survey))
    })
    .await?;
    let mut answer = begun(&args, &source, &survey);
    let plan = plan(invocation.store()?, survey).await?;
    tell(&mut answer, &plan);
    if args.dry_run {
        return Ok(answer);
    }
    let ids = named(&plan);
    let source = take_over(invocation, source, plan.new).await?;
    finish(invocation, source, ids, &mut answer).await?;
    tracing::info!(
        import.proposals = answer.proposals.new,
        import.skipped = answer.proposals.skipped,
        "an original was imported"
    );
    Ok(answer)
}

fn begun(args: &Args, source: &OriginalSource, survey: &Survey) -> Answer {
    let orphans = survey.orphans.iter().take(LISTED).map(|orphan| OrphanRows {
        table: orphan.table.to_owned(),
        proposal_id: orphan.owner.clone(),
        rows: orphan.rows,
    });
    let tables = survey
        .tables
        .iter()
        .map(|(table, rows)| TableRows { table: (*table).to_owned(), rows: *rows });
    Answer {
        source: Some(SourceKind::Original),
        shape: survey.shape.word().to_owned(),
        file: args.file.display().to_string(),
        file_digest: source.snapshot.digest().to_string(),
        zone: args.zone.clone(),
        dry_run: args.dry_run,
        orphans: orphans.collect(),
        orphan_rows: survey.orphans.iter().map(|orphan| orphan.rows).sum(),
        tables: tables.collect(),
        ..Answer::default()
    }
}

/// Sorts proposals into new and known ones, and names the new.
async fn plan(store: &dyn Store, survey: Survey) -> Result<Plan, CommandError> {
    let mut plan = Plan { skipped: survey.not_taken, ..Plan::default() };
    for planned in survey.planned {
        let source_id = planned.source_id.clone();
        match store.imported(SourceKind::Original, &source_id).await? {
            None => {
                let id = free_id(store, &planned).await?;
                plan.new.push((planned, id));
            }
            Some(earlier) if earlier.digest == planned.digest => {
                plan.known.push((source_id, earlier.proposal));
            }
            Some(earlier) => plan.skipped.push((source_id, NotTaken::Changed(earlier.proposal))),
        }
    }
    Ok(plan)
}

/// Keeps the name it had there, where nothing here has it, else derives one.
async fn free_id(store: &dyn Store, planned: &Planned) -> Result<ProposalId, CommandError> {
    if let Ok(id) = planned.source_id.parse::<ProposalId>()
        && store.proposal(&id).await?.is_none()
    {
        return Ok(id);
    }
    Ok(ProposalId::derived(&format!("import\n{}\n{}", planned.source_id, planned.digest)))
}

fn tell(answer: &mut Answer, plan: &Plan) {
    let count = |items: usize| items as u64;
    answer.proposals = Proposals {
        found: count(plan.new.len() + plan.known.len() + plan.skipped.len()),
        new: count(plan.new.len()),
        known: count(plan.known.len()),
        skipped: count(plan.skipped.len()),
    };
    let sum = |index: usize| {
        plan.new.iter().filter_map(|(planned, _)| planned.history.get(index)).sum::<u64>()
    };
    answer.history = History { executions: sum(0), refinements: sum(1), reviews: sum(2), audit: 0 };
    let taken = plan.new.iter().take(LISTED).map(|(planned, id)| Taken {
        proposal_id: id.to_string(),
        source_id: planned.source_id.clone(),
        revisions: count(planned.revisions),
        claimed_status: planned.claimed_status.clone(),
        remarks: planned.remarks.clone(),
    });
    answer.imported = taken.collect();
    let skipped = plan.skipped.iter().take(LISTED).map(|(source_id, reason)| Skipped {
        source_id: source_id.clone(),
        reason: reason.to_string(),
    });
    answer.skipped = skipped.collect();
}

/// Maps names in the file to the proposals that are here in the end.
fn named(plan: &Plan) -> HashMap<String, ProposalId> {
    let new = plan.new.iter().map(|(planned, id)| (planned.source_id.clone(), id.clone()));
    new.chain(plan.known.iter().cloned()).collect()
}

/// Writes each proposal with its records in a transaction of its own.
async fn take_over(
    invocation: &Invocation,
    source: OriginalSource,
    wanted: Vec<(Planned, ProposalId)>,
) -> Result<OriginalSource, CommandError> {
    let total = wanted.len();
    // Reading and writing overlap, and at most a few proposals lie in memory between them.
    let (sender, mut receiver) = mpsc::channel::<Incoming>(AHEAD);
    let reading = beside(move || {
        for (planned, id) in &wanted {
            if sender.blocking_send(source.incoming(planned, id)?).is_err() {
                break;
            }
        }
        Ok(source)
    });
    // It owns the receiver, so that the reader stops when writing does.
    let writing = async move {
        let mut number = 0;
        while let Some(incoming) = receiver.recv().await {
            if invocation.cancel.is_cancelled() {
                return Err(interrupted());
            }
            number += 1;
            if number % 100 == 1 {
                invocation.stage(format!("taking over proposal {number} of {total}"));
            }
            invocation.store()?.commit(incoming.change(invocation)).await?;
        }
        Ok(())
    };
    let (source, written) = futures::join!(reading, writing);
    written?;
    source
}

fn interrupted() -> CommandError {
    CommandError::new(ErrorKind::Interrupted, "interrupted")
        .hint("Run the same import again; it goes on where it stopped.")
}

/// Takes over what is no proposal and closes the import, unless that was done before.
async fn finish(
    invocation: &Invocation,
    source: OriginalSource,
    ids: HashMap<String, ProposalId>,
    answer: &mut Answer,
) -> Result<(), CommandError> {
    let file_digest = source.snapshot.digest();
    if invocation.store()?.has_imported(&file_digest).await? {
        return Ok(());
    }
    let rest = beside(move || Ok(Rest::read(&source, &ids)?)).await?;
    let concepts = unknown(invocation.store()?, rest.concepts).await?;
    answer.history.audit = rest.audit.len() as u64;
    answer.concepts = Concepts {
        new: concepts.new.len() as u64,
        known: concepts.known,
        skipped: rest.refused.len() as u64,
    };
    let room = LISTED.saturating_sub(answer.skipped.len());
    answer.skipped.extend(
        rest.refused
            .into_iter()
            .take(room)
            .map(|(source_id, reason)| Skipped { source_id, reason: reason.to_owned() }),
    );
    let import =
        FinishedImport { file_digest, source: SourceKind::Original, shape: answer.shape.clone() };
    let learned = concepts.new.iter().map(|concept| acts::concept_learned(invocation, concept));
    let consequences = learned.collect();
    let history = rest.audit.into_iter().map(Box::new).map(Write::NewHistory);
    let known = concepts.new.into_iter().map(Box::new).map(Write::NewConcept);
    let change = Change {
        act: closing(invocation, answer),
        consequences,
        writes: history.chain(known).chain([Write::FinishImport(Box::new(import))]).collect(),
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    let receipt = invocation.store()?.commit(change).await?;
    answer.audit = Some(Closing { seq: receipt.seq, hash: receipt.hash.hex() });
    Ok(())
}

/// Builds the act that closes an import: it counts what is here of the file, whichever run brought it.
pub fn closing(invocation: &Invocation, answer: &Answer) -> Act {
    invocation
        .act(ActKind::ImportFinished)
        .with("source", answer.source.map(SourceKind::word))
        .with("shape", answer.shape.as_str())
        .with("file_digest", answer.file_digest.as_str())
        .with("proposals", answer.proposals.found)
        .with("imported", answer.proposals.new + answer.proposals.known)
        .with("skipped", answer.proposals.skipped)
        .with("orphans", answer.orphan_rows)
        .with("audit_rows", answer.history.audit)
        .with("concepts", answer.concepts.new)
        .with("zone", answer.zone.as_deref())
}

struct Unknown {
    new: Vec<Concept>,
    known: u64,
}

/// Selects the concepts whose names are not here yet; of two with one name, the first.
async fn unknown(store: &dyn Store, concepts: Vec<Concept>) -> Result<Unknown, CommandError> {
    let mut seen = HashSet::new();
    let mut unknown = Unknown { new: Vec::new(), known: 0 };
    for concept in concepts {
        let is_first = seen.insert(concept.name.to_lowercase());
        if is_first && store.concept(&concept.name).await?.is_none() {
            unknown.new.push(concept);
        } else {
            unknown.known += 1;
        }
    }
    Ok(unknown)
}
