//! The operators in the order in which they look at a function.
//!
//! Those that change what is there run first; those that put something in are many more, each less likely, and come second.

use super::{
    additions, arithmetic, calls, collections, compare, constants, decisions, insertions, lines,
    names, returns, slices, statements, wrap,
};
use crate::drafts::Drafts;
use crate::scope::Scope;
use crate::tree::Spot;

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
    returns::draft,
    statements::draft,
    insertions::draft,
];

/// Those that mostly put something in.
const PUTTING_IN: &[fn(&Spot<'_>, &Scope<'_>, &mut Drafts)] = &[additions::draft];

/// The edits of a function that change what is there.
pub(crate) fn draft(scope: &Scope<'_>) -> Drafts {
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
    names::draft_all(scope, &mut drafts);
    doubted(scope, drafts)
}

/// The edits of a function that put in what may be missing: many more, each of them less likely.
pub(crate) fn draft_additions(scope: &Scope<'_>) -> Drafts {
    let mut drafts = Drafts::default();
    for spot in &scope.spots {
        for operator in PUTTING_IN {
            operator(spot, scope, &mut drafts);
        }
    }
    decisions::draft_all(scope, &mut drafts);
    for spot in &scope.spots {
        if drafts.is_full() {
            break;
        }
        lines::draft(spot, scope, &mut drafts);
    }
    doubted(scope, drafts)
}

/// Less is expected of edits that sort where a function is to sort by itself: they would only hide its fault.
fn doubted(scope: &Scope<'_>, mut drafts: Drafts) -> Drafts {
    let is_sort = scope.name.contains("sort");
    let sorts = |operator| matches!(operator, "wrap_sort" | "insert_order");
    for draft in drafts.found.iter_mut().filter(|draft| is_sort && sorts(draft.operator)) {
        draft.factor *= 0.1;
    }
    drafts
}
