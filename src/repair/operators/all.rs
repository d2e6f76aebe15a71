//! The operators, in their order.

use super::{
    arithmetic, branches, calls, collections, compare, constants, guards, insertions, names,
    returns, slices, statements, wrap,
};
use crate::repair::drafts::Drafts;
use crate::repair::scope::Scope;
use crate::repair::tree::Spot;

/// Operators that look at one node.
const SINGLE: &[fn(&Spot<'_>, &Scope<'_>, &mut Drafts)] = &[
    constants::draft,
    compare::draft,
    arithmetic::draft,
    slices::draft,
    calls::draft,
    names::draft,
    wrap::draft,
    collections::draft,
    branches::draft,
    returns::draft,
    statements::draft,
    insertions::draft,
];

/// Every single edit of a function.
pub(in crate::repair) fn draft(scope: &Scope<'_>) -> Drafts {
    let mut drafts = Drafts::default();
    for spot in &scope.spots {
        for operator in SINGLE {
            operator(spot, scope, &mut drafts);
        }
        if drafts.is_full() {
            break;
        }
    }
    constants::draft_all(scope, &mut drafts);
    guards::draft_all(scope, &mut drafts);
    drafts
}
