//! Reads a table piece by piece, beside something else that is read in the same order.
//!
//! Only a piece is kept, however long the table is; the first column says how far it was read.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use foundation::store::error::StoreError;
use foundation::store::rows::{Cell, Rows, Table};

/// Rows of a piece.
const PIECE: usize = 4_096;

/// The rows of a table in the order of their first column.
pub(super) struct Pages<'a> {
    rows: &'a dyn Rows,
    table: Table,
    /// The first number that was not read yet; `None` at the end.
    next: Option<i64>,
    piece: VecDeque<Vec<Cell>>,
}

impl<'a> Pages<'a> {
    /// The rows from the first on.
    pub(super) const fn new(rows: &'a dyn Rows, table: Table) -> Self {
        Self { rows, table, next: Some(i64::MIN), piece: VecDeque::new() }
    }

    /// The next row, which stays.
    pub(super) fn peek(&mut self) -> Result<Option<&[Cell]>, StoreError> {
        if self.piece.is_empty() {
            self.fill()?;
        }
        Ok(self.piece.front().map(Vec::as_slice))
    }

    /// Takes the next row.
    pub(super) fn take(&mut self) -> Result<Option<Vec<Cell>>, StoreError> {
        if self.piece.is_empty() {
            self.fill()?;
        }
        Ok(self.piece.pop_front())
    }

    fn fill(&mut self) -> Result<(), StoreError> {
        let Some(from) = self.next else { return Ok(()) };
        let (piece, mut last) = (&mut self.piece, None);
        // Rows that share a number stay together: a piece ends before a number that it might not hold all rows of.
        self.rows.table(self.table, (from, i64::MAX), &mut |cells| {
            let number = match cells.first() {
                Some(Cell::Integer(number)) => *number,
                _ => i64::MAX,
            };
            if piece.len() >= PIECE && last != Some(number) {
                return ControlFlow::Break(());
            }
            last = Some(number);
            piece.push_back(cells.to_vec());
            ControlFlow::Continue(())
        })?;
        self.next = last.and_then(|last| last.checked_add(1));
        Ok(())
    }
}
