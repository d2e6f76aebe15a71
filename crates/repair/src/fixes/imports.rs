//! Imports that are missing, misspelt or not available.
//!
//! It also renames a function to the name that the tests import, which models get wrong more often than the code itself.

use super::brackets::between;
use super::found::Found;
use super::known::{ALIASES, MEMBERS, MODULES, words};
use super::library;
use super::near::nearest;
use crate::broken::{Broken, Line};
use crate::packages::package_of;

/// Puts, corrects and replaces imports.
pub(crate) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    if let Some(module) = between(message, "No module named '", "'") {
        let root = module.split('.').next().unwrap_or(module);
        if package_of(root).is_none() {
            misspelt_module(found, module);
        }
        unused(found, module);
    }
    if let (Some(name), Some(module)) =
        (between(message, "cannot import name '", "'"), between(message, "from '", "'"))
    {
        misspelt_member(found, name, module);
        renamed(found, name, module);
    }
}

/// Imports of a name that is not defined.
pub(super) fn missing(found: &mut Found<'_, '_>, name: &str) {
    let is_module = MODULES.contains(&name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, line)| *line);
    if let Some(line) = alias {
        add(found, line);
    }
    if is_module {
        add(found, &format!("import {name}"));
    }
    for (module, members) in MEMBERS {
        if words(members).any(|member| member == name) {
            add(found, &format!("from {module} import {name}"));
        }
    }
}

/// An import as a line of its own.
pub(super) fn add(found: &mut Found<'_, '_>, line: &str) {
    let at = place(found.broken);
    let what = format!("adds the missing `{line}`");
    found.put("missing_import", (at, at), &format!("{line}\n"), &what);
}

/// Finds where an import goes: behind a docstring and `from __future__`, before everything else.
pub(super) fn place(broken: &Broken<'_>) -> usize {
    let mut at = 0;
    let mut mark: Option<&str> = None;
    for line in broken.lines.iter().take(200) {
        let text = line.text.trim();
        let end = broken.line(line.number + 1).map_or(broken.text.len(), |next| next.start);
        if let Some(open) = mark {
            if text.contains(open) {
                (mark, at) = (None, end);
            }
            continue;
        }
        let quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| text.starts_with(quotes));
        match quotes {
            Some(quotes) if text.matches(quotes).count() == 1 => mark = Some(quotes),
            Some(_) => at = end,
            None if text.starts_with("from __future__") || text.starts_with('#') => at = end,
            None if text.is_empty() => {}
            None => break,
        }
    }
    let is_ended =
        broken.text.get(..at).is_none_or(|before| before.is_empty() || before.ends_with('\n'));
    if mark.is_some() || !is_ended { 0 } else { at }
}

/// Lines that import a module.
fn importing<'s>(broken: &Broken<'s>, module: &str) -> Vec<Line<'s>> {
    let is_import = |line: &&Line<'_>| {
        let text = line.text.trim_start();
        (text.starts_with("import ") || text.starts_with("from ")) && text.contains(module)
    };
    broken.lines.iter().filter(is_import).copied().take(10).collect()
}

fn misspelt_module(found: &mut Found<'_, '_>, module: &str) {
    let root = module.split('.').next().unwrap_or(module);
    let last = module.rsplit('.').next().unwrap_or(module);
    for line in importing(found.broken, module) {
        for (wrong, right) in [root, last]
            .into_iter()
            .flat_map(|wrong| nearest(wrong, MODULES).into_iter().map(move |right| (wrong, right)))
        {
            let everywhere = found.broken.occurrences(wrong);
            let what = format!("imports `{right}`, not `{wrong}`,");
            for token in line.tokens().into_iter().filter(|token| token.text == wrong) {
                let place = (line.start + token.start, line.start + token.end);
                found.put("misspelt_import", place, right, &what);
            }
            let all: Vec<_> =
                everywhere.iter().map(|(start, end)| (*start, *end, right.to_owned())).collect();
            found.all("misspelt_import", &all, &what);
        }
    }
}

fn misspelt_member(found: &mut Found<'_, '_>, name: &str, module: &str) {
    let members = library::members(module);
    let places = found.broken.occurrences(name);
    for right in nearest(name, &members) {
        let what = format!("imports `{right}`, not `{name}`,");
        if let Some((start, end)) = places.first() {
            found.put("misspelt_import", (*start, *end), right, &what);
        }
        let all: Vec<_> =
            places.iter().map(|(start, end)| (*start, *end, right.to_owned())).collect();
        found.all("misspelt_import", &all, &what);
    }
    let homes = MEMBERS
        .iter()
        .filter(|(home, members)| *home != module && words(members).any(|member| member == name));
    for (home, _) in homes {
        for line in importing(found.broken, module) {
            if let Some(at) = line.text.find(module) {
                let at = line.start + at;
                found.put(
                    "misspelt_import",
                    (at, at + module.len()),
                    home,
                    &format!("imports `{name}` from `{home}`"),
                );
            }
        }
    }
}

/// A function that the tests want under another name.
fn renamed(found: &mut Found<'_, '_>, name: &str, module: &str) {
    if found.broken.path.module() != Some(module.rsplit('.').next().unwrap_or(module)) {
        return;
    }
    let mut defined: Vec<(usize, &str)> = Vec::new();
    for line in found.broken.lines.iter().filter(|line| !line.text.starts_with([' ', '\t'])) {
        let tokens = line.tokens();
        match tokens[..] {
            [word, what, ..] if matches!(word.text, "def" | "class") => {
                defined.push((strsim::osa_distance(what.text, name), what.text));
            }
            _ => {}
        }
    }
    defined.sort_unstable();
    for (_, old) in defined.into_iter().take(10) {
        let places = found.broken.occurrences(old);
        let all: Vec<_> =
            places.iter().map(|(start, end)| (*start, *end, name.to_owned())).collect();
        found.all("renamed", &all, &format!("names `{old}` `{name}`, as the tests do, first"));
    }
}

/// An import of something that is never used.
fn unused(found: &mut Found<'_, '_>, module: &str) {
    for line in importing(found.broken, module) {
        let names: Vec<&str> = line
            .tokens()
            .iter()
            .map(|token| token.text)
            .filter(|text| !matches!(*text, "import" | "from" | "as" | "," | "." | "(" | ")"))
            .collect();
        let is_used = names.iter().any(|name| found.broken.occurrences(name).len() > 1);
        let end =
            found.broken.line(line.number + 1).map_or(found.broken.text.len(), |next| next.start);
        if !is_used {
            found.put(
                "unused_import",
                (line.start, end),
                "",
                &format!("drops the import of `{module}`, which is not used,"),
            );
        }
    }
}
