//! All looks at once.
//!
//! Whoever looks says which files are in question; the others are read for what only all of them together tell: whether a name is
//! used, a function tested, a stretch copied.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::dangers::dangers;
use crate::findings::duplicates::duplicates;
use crate::findings::finding::{File, Finding, Severity, finding};
use crate::findings::secrets::secrets;
use crate::findings::shape::{large, untested};
use crate::findings::unused::unused;
use crate::functions::{Function, functions_of};
use crate::interface::difference::{Difference, Effect, differences};
use crate::interface::reading::interface;
use crate::python::is_sound;
use record::domain::role::Role;

/// Looks at the files in question; all of them where none is named.
pub fn looks(files: &[File], asked: &BTreeSet<String>) -> Vec<Finding> {
    let is_asked = |path: &str| asked.is_empty() || asked.contains(path);
    let mut found = Vec::new();
    for file in files.iter().filter(|file| is_asked(&file.path)) {
        found.extend(secrets(file));
        found.extend(conflict(file));
        if file.role != Role::Code || file.language().is_none() {
            continue;
        }
        found.extend(dangers(file));
        if file.is_python() {
            found.extend(broken(file));
        }
        if file.is_written_here() {
            found.extend(large(file));
        }
    }
    let together = duplicates(files).into_iter().chain(unused(files)).chain(untested(files));
    found.extend(together.filter(|finding| is_asked(&finding.path)));
    found
}

/// The first merge of a file that nobody finished: the three marks that git leaves, in their order.
fn conflict(file: &File) -> Option<Finding> {
    let mut marks = ["<<<<<<< ", "=======", ">>>>>>> "].into_iter().peekable();
    let mut first = None;
    for (text, number) in file.text.lines().zip(1_u32..) {
        if marks.next_if(|mark| text.starts_with(*mark)).is_some() {
            first = first.or(Some(number));
        }
    }
    let line = first.filter(|_| marks.peek().is_none())?;
    let words = (
        "a merge that is not finished begins here".to_owned(),
        "both sides stand in the file, and neither was chosen".to_owned(),
    );
    Some(finding(file, line, "conflict", Severity::High, words))
}

fn broken(file: &File) -> Option<Finding> {
    (!is_sound(&file.text)).then(|| {
        let words = ("it is no Python that parses".to_owned(), "nobody can import it".to_owned());
        finding(file, 1, "syntax", Severity::High, words)
    })
}

/// What a file offered before and offers no more, each with its name; what is new in it is nobody's trouble.
pub fn surface(file: &File, before: &str) -> Vec<(String, Finding)> {
    if !file.is_python() {
        return heads(file, before);
    }
    let (Some(old), Some(new)) = (interface(&file.path, before), interface(&file.path, &file.text))
    else {
        return Vec::new();
    };
    let told = |one: Difference| {
        let severity = match one.effect {
            Effect::Breaking => Severity::High,
            Effect::Warning => Severity::Low,
            Effect::Added => return None,
        };
        let texts = [one.old, one.new]
            .map(|text| if text.is_empty() { "nothing".to_owned() } else { text });
        let message = format!("{}: {}", one.name, one.what);
        let reason =
            format!("whoever uses it has to change too; before: {}, now: {}", texts[0], texts[1]);
        let name = one.name.rsplit('.').next().unwrap_or(&one.name).to_owned();
        Some((name, finding(file, one.line, "public_surface", severity, (message, reason))))
    };
    differences(&old, &new).into_iter().filter_map(told).collect()
}

/// The functions that a file of another language offered before, and offers no more or otherwise.
fn heads(file: &File, before: &str) -> Vec<(String, Finding)> {
    let offered = |text: &str| -> BTreeMap<String, Function> {
        let all = functions_of(&file.path, text).into_iter();
        all.filter(|one| one.is_offered && one.depth == 0)
            .map(|one| (one.name.clone(), one))
            .collect()
    };
    let (old, new) = (offered(before), offered(&file.text));
    let told = |(name, old): (&String, &Function)| {
        let now = new.get(name);
        let (severity, what) = match now {
            None => (Severity::High, "is gone"),
            Some(now) if now.head != old.head => (Severity::Medium, "is declared otherwise"),
            Some(_) => return None,
        };
        let reason = format!(
            "whoever uses it may have to change too; before: {}, now: {}",
            old.head,
            now.map_or("nothing", |now| now.head.as_str())
        );
        let words = (format!("{name}: {what}"), reason);
        let line = now.map_or(1, |now| now.line);
        let one = finding(file, line, "public_surface", severity, words);
        Some((old.own_name().to_owned(), one))
    };
    old.iter().filter_map(told).collect()
}
