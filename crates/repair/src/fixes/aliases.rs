//! Imports under other names, and names that rarer modules have.
//!
//! Asked after `names.rs` has found nothing nearer.

use std::collections::BTreeSet;

use super::found::Found;
use super::imports::add;
use super::known::{MEMBERS, words};
use super::library::{Module, modules};

/// Most modules, and most members of them, that are imported for one name.
const MAX_MODULES: usize = 6;
const MAX_MEMBERS: usize = 12;
/// Shortest name that is looked for within others.
const LEAST_CHARS: usize = 3;

/// Modules that have all attributes that are taken of the name.
pub(super) fn module_alias(found: &mut Found<'_, '_>, name: &str) {
    let attributes = attributes(found, name);
    if attributes.is_empty() {
        return;
    }
    let has_all = |module: &Module| attributes.iter().all(|attribute| module.has(attribute));
    let (common, others): (Vec<Module>, Vec<Module>) =
        modules().filter(has_all).partition(|module| is_common(*module));
    let fitting = common.into_iter().chain(others).filter(|module| module.name != name);
    for module in fitting.take(MAX_MODULES) {
        add(found, &format!("import {} as {name}", module.name));
    }
}

/// Members of modules that the file imports from, or of common ones, whose names hold the name.
pub(super) fn member_alias(found: &mut Found<'_, '_>, name: &str) {
    if name.len() < LEAST_CHARS {
        return;
    }
    let text = found.broken.text;
    let is_imported = |module: &Module| {
        text.contains(&format!("from {} import", module.name))
            || text.contains(&format!("import {}\n", module.name))
    };
    let (imported, others): (Vec<Module>, Vec<Module>) =
        modules().filter(|module| is_imported(module) || is_common(*module)).partition(is_imported);
    let lower = name.to_lowercase();
    let is_like = |member: &str| member != name && member.to_lowercase().contains(&lower);
    let members = imported.into_iter().chain(others).flat_map(|module| {
        module.members().filter(|member| is_like(member)).map(move |member| (module.name, member))
    });
    for (module, member) in members.take(MAX_MEMBERS) {
        add(found, &format!("from {module} import {member} as {name}"));
    }
}

/// Members of this very name of modules that are used less.
pub(super) fn rarer(found: &mut Found<'_, '_>, name: &str) {
    let is_known = |module: &Module| {
        MEMBERS.iter().any(|(known, members)| {
            *known == module.name && words(members).any(|member| member == name)
        })
    };
    let homes = modules().filter(|module| module.has(name) && !is_known(module));
    for module in homes.take(MAX_MODULES) {
        add(found, &format!("from {} import {name}", module.name));
    }
}

fn is_common(module: Module) -> bool {
    MEMBERS.iter().any(|(known, _)| *known == module.name)
}

/// Attributes that are taken of a name.
fn attributes<'s>(found: &Found<'_, 's>, name: &str) -> BTreeSet<&'s str> {
    let mut attributes = BTreeSet::new();
    for line in found.broken.lines.iter().filter(|line| line.text.contains(name)) {
        let tokens = line.tokens();
        for (at, three) in tokens.windows(3).enumerate() {
            let [one, dot, attribute] = three else { continue };
            let is_attribute =
                at > 0 && tokens.get(at - 1).is_some_and(|before| before.text == ".");
            if one.text == name && dot.text == "." && attribute.is_name() && !is_attribute {
                attributes.insert(attribute.text);
            }
        }
    }
    attributes
}
