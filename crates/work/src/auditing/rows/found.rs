//! The answer of one part of the check.
//!
//! Every part looks until it finds one row; what lies behind that is not looked at.

use crate::auditing::vouching::Misfit;
use foundation::store::error::StoreError;

/// The first row that does not fit, or trouble with reading.
pub(super) type Found = Result<Option<Misfit>, StoreError>;
