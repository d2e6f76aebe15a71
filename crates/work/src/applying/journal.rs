//! Puts applications on record: before the first byte is written, and at their end.
//!
//! The order goes into the store with the entry that starts it, together with every content that no revision has. Whatever happens
//! then, the store knows what was to be written where, and the next engine ends it.

use std::path::Path;
use std::sync::Arc;

use record::domain::application::{Ending, FileOrder, Order};
use record::domain::change::{Change, Expected, Receipt, Write};
use record::domain::digest::Digest;

use crate::applying::acts::{self, Ended, EndedBy};
use crate::applying::branch;
use crate::applying::contents::Contents;
use crate::applying::error::{ApplyError, Failure};
use crate::applying::execution;
use crate::applying::folder::Folder;
use crate::contract::context::Context;
use crate::contract::disk;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;

/// Free space that has to be left beyond what is staged.
const SPARE_BYTES: u64 = 1 << 20;

/// An order with everything that carrying it out needs.
#[derive(Clone, Debug)]
pub struct Task {
    /// The order.
    pub order: Order,
    /// The contents of both sides of its files.
    pub contents: Contents,
    /// Those that the store has to keep.
    pub kept: Vec<Arc<[u8]>>,
    /// The state of the proposal that it was decided on: a revocation that comes between lets nothing in.
    pub expected: Option<Expected>,
}

/// An application that was carried out.
#[derive(Clone, Debug)]
pub struct Done {
    /// The entry by which it started.
    pub started: u64,
    /// The entry by which it ended.
    pub receipt: Receipt,
}

/// Carries an order out and records its start and its end; an error says that everything is as it was, or that it is still open.
pub async fn carry_out(invocation: &Invocation, task: Task) -> Result<Done, CommandError> {
    check_space(invocation, task.order.files.as_ref())?;
    let at_work = invocation.enter(&task.order.proposal);
    let task = Arc::new(task);
    let started = start(invocation, &task).await?;
    let done = work(invocation, &task).await;
    let (ending, failure) = match done {
        Ok(()) => (Ending::Whole, None),
        Err(Failure::Undone(error)) => (Ending::Undone, Some(error)),
        Err(Failure::Open(error)) => {
            return Err(CommandError::from(error).hint(
                "Some of it is written. It is ended when the cause is gone and saraphina starts, or applies something, again.",
            ));
        }
    };
    let cause = failure.as_ref().map(ToString::to_string);
    let ended = Ended { started, ending, by: EndedBy::Itself, cause, left: Vec::new() };
    let act = invocation.act(task.order.direction.kinds().1);
    let change = Change {
        act: acts::finished(act, &task.order, &ended),
        consequences: Vec::new(),
        writes: vec![Write::EndApplication { started, ending }],
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    let receipt = invocation.store()?.commit(change).await?;
    drop(at_work);
    match failure {
        None => Ok(Done { started, receipt }),
        Some(error) => {
            Err(CommandError::from(error).hint("Nothing was changed; it is on record as undone."))
        }
    }
}

async fn start(invocation: &Invocation, task: &Task) -> Result<u64, CommandError> {
    // What a dead engine began under the same key was ended by now; if it was undone, this begins anew.
    let order = &task.order;
    let all = invocation.store()?.applications(&order.proposal).await?;
    let earlier = all.iter().filter(|one| one.order.job == order.job).count();
    let text = serde_json::to_vec(&task.order)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
    let act = invocation.act(task.order.direction.kinds().0);
    let kept = task.kept.iter().map(|content| Write::NewBytes(Arc::clone(content)));
    let begins = Write::StartApplication(Box::new(task.order.clone()));
    let change = Change {
        act: acts::started(act, &task.order, Digest::of(&text)),
        consequences: Vec::new(),
        writes: kept.chain([begins]).collect(),
        expected: task.expected.clone(),
        idempotency: format!("{} start {earlier}", invocation.caller.idempotency),
        at: invocation.now(),
    };
    let receipt = invocation.store()?.commit(change).await?;
    Ok(receipt.seq)
}

/// Writes files, then moves branch and index; what failed before the branch moved takes the files back.
async fn work(context: &Context, task: &Arc<Task>) -> Result<(), Failure> {
    let wrong = |error| ApplyError::from(Box::new(error));
    let held = branch::hold(context, &task.order).await.map_err(wrong).map_err(Failure::Undone)?;
    on_files(task, execution::write).await?;
    if let Err(error) = branch::advance(context, &task.order, held.as_ref()).await {
        return match on_files(task, execution::take_back).await {
            Ok(()) => Err(Failure::Undone(wrong(error))),
            Err(_) => Err(Failure::Open(wrong(error))),
        };
    }
    if let Some(held) = &held {
        held.put().map_err(wrong).map_err(Failure::Open)?;
    }
    on_files(task, execution::finish).await
}

/// Does something with the files of a task beside the runtime; nothing where it has none.
async fn on_files(
    task: &Arc<Task>,
    deed: fn(&Folder, &FileOrder, &Contents) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let task = Arc::clone(task);
    let done = tokio::task::spawn_blocking(move || {
        let Some(files) = &task.order.files else { return Ok(()) };
        let root = Folder::open(Path::new(&files.root));
        let root = root.map_err(|error| Failure::Undone(error.into()))?;
        deed(&root, files, &task.contents)
    });
    done.await.unwrap_or_else(|error| Err(Failure::Open(ApplyError::Panicked(error))))
}

/// Refuses where the disk of a target has no room for what is staged.
fn check_space(invocation: &Invocation, files: Option<&FileOrder>) -> Result<(), CommandError> {
    let Some(files) = files else { return Ok(()) };
    let staged: u64 = files.steps.iter().filter_map(|step| Some(step.after?.bytes)).sum();
    let needed = staged.saturating_add(SPARE_BYTES);
    match (invocation.space)(Path::new(&files.root)) {
        Some(free) if free < needed => {
            let (free, needed) = (disk::words(free), disk::words(needed));
            let message = format!("{} has {free} left, and this needs {needed}", files.root);
            Err(CommandError::new(ErrorKind::Unavailable, message)
                .hint("Free some space there, then run it again; nothing was written."))
        }
        Some(_) | None => Ok(()),
    }
}
