//! Assertions of helpers whose failure nobody hears of.
//!
//! A helper that code calls, such as a job or a handler, may assert in vain: the code takes what it raises. So a suite runs
//! once with such assertions failing, each of which says in which test it was reached.

use std::collections::BTreeMap;

use crate::evidence::plan::ControlPlan;
use crate::evidence::ran::{Ran, base_name};
use crate::evidence::scripts::{Acted, edited};
use record::domain::source::Source;

/// The files in which all of them fail; nothing where there are none.
pub(crate) fn source(plan: &ControlPlan, real: &Source) -> Option<Source> {
    plan.helpers.first()?;
    edited(real, |path| {
        let own = plan.helpers.iter().filter(|helper| helper.path == path);
        own.map(|helper| &helper.edit).collect()
    })
}

/// The tests that passed although such an assertion failed in them, each with its place.
pub(crate) fn tests(real: &Ran, plan: &ControlPlan, refused: Option<&Acted>) -> Vec<String> {
    let Some(acted) = refused else { return Vec::new() };
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    for helper in &plan.helpers {
        for (_, value) in acted.told.get(&helper.number).into_iter().flatten() {
            let Some(test) = value.get(1).and_then(|name| name.as_str()) else { continue };
            let test = base_name(test.rsplit_once(' ').map_or(test, |(id, _)| id));
            let is_wanted = plan.wanting.contains(test);
            if real.holds(test) && acted.ran.holds(test) && !is_wanted {
                let place = || format!("{test} ({}:{})", helper.path, helper.line);
                found.entry(test).or_insert_with(place);
            }
        }
    }
    found.into_values().collect()
}
