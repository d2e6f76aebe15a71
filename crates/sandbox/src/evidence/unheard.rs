//! Assertions of helpers whose failure nobody hears of.
//!
//! A helper that code calls, such as a job or a handler, may assert in vain: the code takes what it raises. So a suite runs
//! once with such assertions failing, each of which says in which test it was come by.

use std::collections::BTreeMap;

use crate::evidence::expectations::lay;
use crate::evidence::plan::ControlPlan;
use crate::evidence::ran::{Ran, base_name};
use crate::evidence::scripts::Acted;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// The files in which all of them fail; nothing where there are none.
pub(crate) fn source(plan: &ControlPlan, real: &Source) -> Option<Source> {
    plan.helpers.first()?;
    let failing = |file: &SourceFile| {
        let own = plan.helpers.iter().filter(|helper| helper.path == file.path.as_str());
        let content = lay(&file.content, own.map(|helper| &helper.edit).collect())?;
        Some(SourceFile { content, ..file.clone() })
    };
    let changed = |file: &SourceFile| match file.role {
        Role::Test => failing(file),
        _ => Some(file.clone()),
    };
    let files: Option<Vec<SourceFile>> = real.files().iter().map(changed).collect();
    Source::new(files?).ok()
}

/// The tests that passed although such an assertion failed in them, each with its place.
pub(crate) fn tests(real: &Ran, plan: &ControlPlan, refused: Option<&Acted>) -> Vec<String> {
    let Some(acted) = refused else { return Vec::new() };
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    for helper in &plan.helpers {
        for (_, value) in acted.told.get(&helper.number).into_iter().flatten() {
            let Some(test) = value.get(1).and_then(|name| name.as_str()) else { continue };
            let test = base_name(test.rsplit_once(' ').map_or(test, |(id, _)| id));
            let passes = real.holds(test) && acted.ran.holds(test);
            if let Some(test) =
                real.passed.get(test).filter(|test| passes && !plan.wanting.contains(*test))
            {
                let place = format!("{test} ({}:{})", helper.path, helper.line);
                found.entry(test).or_insert(place);
            }
        }
    }
    found.into_values().collect()
}
