//! Commits groups of changes, each group one transaction with one flush.
//!
//! A change that is refused is undone alone and does not hinder the others; trouble with the database undoes the whole
//! group, and the end of the log is then read from the file again.

use crate::observability::fault::{self, Point};
use crate::store::error::StoreError;
use crate::store::sqlite::log::ledger::Ledger;
use crate::store::sqlite::rows::execute;
use crate::store::sqlite::tables::rollups::Deltas;
use crate::store::sqlite::writing::change::apply;
use record::domain::change::{Change, Freshness, Receipt};

/// The outcome of each change of a group.
pub(crate) type Outcomes = Vec<Result<Receipt, StoreError>>;

impl Ledger {
    /// Writes a group in one transaction; with the note of the new checkpoint, if the log grew.
    ///
    /// A change that is refused leaves no trace and does not hinder the others. An error of the whole means that
    /// nothing of the group was written.
    pub(crate) fn write(
        &mut self,
        changes: &[&Change],
    ) -> Result<(Outcomes, Option<String>), StoreError> {
        let before = (self.tail.clone(), self.chains.clone());
        let written = self.transact(changes);
        if written.is_err() {
            self.roll_back();
            // What is in the file counts, not what we believe: a failed flush may leave either state.
            self.reload(before);
        }
        written
    }

    fn transact(&mut self, changes: &[&Change]) -> Result<(Outcomes, Option<String>), StoreError> {
        execute(&self.connection, "BEGIN IMMEDIATE", [])?;
        let mut deltas = Deltas::default();
        let outcomes = match changes {
            [change] => vec![self.attempt_alone(&mut deltas, change)?],
            _ => changes
                .iter()
                .map(|change| self.attempt(&mut deltas, change))
                .collect::<Result<Outcomes, StoreError>>()?,
        };
        let is_fresh = |outcome: &Result<Receipt, StoreError>| {
            outcome.as_ref().is_ok_and(|receipt| receipt.freshness == Freshness::Fresh)
        };
        if !outcomes.iter().any(is_fresh) {
            execute(&self.connection, "ROLLBACK", [])?;
            self.chains.forget();
            return Ok((outcomes, None));
        }
        deltas.store(&self.connection)?;
        let note = self.store_checkpoint()?;
        fault::pass(Point::CommitBegins);
        execute(&self.connection, "COMMIT", [])?;
        fault::pass(Point::CommitDone);
        Ok((outcomes, Some(note)))
    }

    /// The only change of a transaction, which is undone with it.
    fn attempt_alone(
        &mut self,
        deltas: &mut Deltas,
        change: &Change,
    ) -> Result<Result<Receipt, StoreError>, StoreError> {
        let before = self.tail.clone();
        let outcome = apply(self, deltas, change);
        if outcome.as_ref().is_err_and(is_refusal) {
            self.tail = before;
        } else if outcome.is_err() {
            return outcome.map(Ok);
        }
        Ok(outcome)
    }

    /// One change of several inside the transaction: its own refusal is an outcome, trouble with the database an error.
    fn attempt(
        &mut self,
        deltas: &mut Deltas,
        change: &Change,
    ) -> Result<Result<Receipt, StoreError>, StoreError> {
        let before = self.tail.clone();
        let mut own = Deltas::default();
        execute(&self.connection, "SAVEPOINT change", [])?;
        let outcome = apply(self, &mut own, change);
        match &outcome {
            Ok(_) => deltas.merge(own),
            Err(error) if is_refusal(error) => {
                execute(&self.connection, "ROLLBACK TO change", [])?;
                self.tail = before;
            }
            Err(_) => return outcome.map(Ok),
        }
        execute(&self.connection, "RELEASE change", [])?;
        Ok(outcome)
    }

    fn roll_back(&self) {
        // A full disk makes SQLite roll back by itself, and a second rollback would be an error.
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK").unwrap_or_default();
        }
    }
}

/// Tells whether an error is about the change alone and says nothing about the database.
const fn is_refusal(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Conflict { .. }
            | StoreError::Superseded
            | StoreError::StaleFence
            | StoreError::Occupied { .. }
            | StoreError::Needed
            | StoreError::Record(_)
    )
}
