//! Proposals for another structure of a file.
//!
//! A file is split, or a circle of imports is broken by a file that both sides share. Which files import each other is asked of the graph of the repository. A move changes no definition; what it is worth is measured like any
//! other improvement, by the gate, a replay and the suite on a copy, and by what it was made for: the largest file, or the circle.

use std::collections::BTreeSet;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::improving::stages::{Generated, Other};
use crate::improving::workplace::Workplace;
use crate::memory::links::Links;
use crate::memory::loaded::ask;
use inspection::score::Pair;
use inspection::structure::moving::{Moved, moved, retaken, shared, split, taken_names};
use inspection::structure::parts::Parts;
use inspection::structure::spelling::{Place, spellings};
use record::domain::source_path::SourcePath;

/// Who made such a text.
pub const STRUCTURE: &str = "structure";

/// What is to become of a file's structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Structure {
    /// Definitions that need nothing of the others move to a file of their own
    Split,
    /// What another file that it imports takes of it moves to a file that both share
    Circle,
}

/// A file of the place, with what it holds.
struct Sheet {
    path: String,
    module: String,
    text: String,
}

impl Sheet {
    fn of(workplace: &Workplace, path: &str) -> Option<Self> {
        let module = workplace.module_of(path)?;
        let text = workplace.text(path)?;
        Some(Self { path: path.to_owned(), module, text })
    }

    fn place(&self) -> Place<'_> {
        Place { path: &self.path, module: &self.module }
    }
}

/// Makes another structure; where none can be had the file stays as it is, and the explanation says why.
pub fn restructure(
    invocation: &Invocation,
    workplace: &Workplace,
    structure: Structure,
) -> Result<Generated, CommandError> {
    let path = workplace.path.to_string();
    let own = Sheet::of(workplace, &path).ok_or_else(|| {
        CommandError::usage(format!(
            "{path} cannot be imported by a name, so nothing of it is moved"
        ))
    })?;
    let made = match structure {
        Structure::Split => in_two(workplace, &own),
        Structure::Circle => {
            let mut made = None;
            for other in partners(invocation, workplace)? {
                let Some(other) = Sheet::of(workplace, &other) else { continue };
                // Either side of a circle may hold what the other one wants.
                made = apart(workplace, &own, &other).or_else(|| apart(workplace, &other, &own));
                if made.is_some() {
                    break;
                }
            }
            made
        }
    };
    Ok(made.unwrap_or_else(|| nothing(&own, structure)))
}

fn nothing(own: &Sheet, structure: Structure) -> Generated {
    let why = match structure {
        Structure::Split => "no part of it that is worth a file of its own can do without the rest",
        Structure::Circle => {
            "it is in no circle of two files that moving definitions as they are would break"
        }
    };
    Generated {
        path: own.path.clone(),
        by: STRUCTURE.to_owned(),
        text: own.text.clone(),
        explanation: vec![why.to_owned()],
        others: Vec::new(),
    }
}

fn in_two(workplace: &Workplace, own: &Sheet) -> Option<Generated> {
    let parts = Parts::of(&own.text)?;
    let chosen = split(&parts)?;
    let (path, stem) = free(workplace, own, "parts")?;
    let moved = moved(&own.text, &parts, &chosen, (own.place(), &stem))?;
    let done = format!("{} moved to {path}: they need nothing of the rest", listed(&moved.names));
    Some(Generated {
        path: own.path.clone(),
        by: STRUCTURE.to_owned(),
        text: moved.kept,
        explanation: vec![done],
        others: vec![Other { path, text: moved.taken }],
    })
}

/// Moves what `wanting` takes of `giving` to a file of its own; the document is that of the file in question.
fn apart(workplace: &Workplace, giving: &Sheet, wanting: &Sheet) -> Option<Generated> {
    let parts = Parts::of(&giving.text)?;
    let as_giving = spellings(wanting.place(), giving.place());
    let as_wanting = spellings(giving.place(), wanting.place());
    let names = taken_names(&wanting.text, &as_giving)?;
    taken_names(&giving.text, &as_wanting)?;
    let chosen = shared(&giving.text, &parts, &names, &as_wanting)?;
    let (path, stem) = free(workplace, giving, "shared")?;
    let Moved { kept, taken, names: gone } =
        moved(&giving.text, &parts, &chosen, (giving.place(), &stem))?;
    let rewritten = retaken(&wanting.text, &as_giving, &gone, &stem)?;
    let done = format!(
        "{} moved from {} to {path}, from which {} takes them: the circle is broken",
        listed(&gone),
        giving.path,
        wanting.path
    );
    let own = workplace.path.as_str();
    let texts = [(giving.path.clone(), kept), (wanting.path.clone(), rewritten), (path, taken)];
    let text = texts.iter().find(|(path, _)| path == own)?.1.clone();
    let others = texts.into_iter().filter(|(path, _)| path != own);
    Some(Generated {
        path: own.to_owned(),
        by: STRUCTURE.to_owned(),
        text,
        explanation: vec![done],
        others: others.map(|(path, text)| Other { path, text }).collect(),
    })
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A path beside a file that nobody has yet, and its stem.
fn free(workplace: &Workplace, beside: &Sheet, word: &str) -> Option<(String, String)> {
    let (folder, name) = match beside.path.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), name),
        None => (String::new(), beside.path.as_str()),
    };
    let stem = name.strip_suffix(".py")?.trim_matches('_');
    (1_u32..=20).find_map(|number| {
        let count = if number == 1 { String::new() } else { format!("_{number}") };
        let stem = format!("_{stem}_{word}{count}");
        let path = format!("{folder}{stem}.py");
        workplace.text(&path).is_none().then_some((path, stem))
    })
}

/// The files that import the one in question and are imported by it.
fn partners(invocation: &Invocation, workplace: &Workplace) -> Result<Vec<String>, CommandError> {
    let (name, path) = (workplace.described.name.as_str(), workplace.path.as_str());
    let asked = ask(invocation.store()?, name, |recall, loaded| {
        let Some(file) = loaded.file(path) else { return Ok(Vec::new()) };
        let links = Links::new(recall.links(loaded.row)?);
        let there = links.all.iter().filter(|link| link.file == file.number);
        let there: BTreeSet<u32> = there.map(|link| link.target).collect();
        let back = links.all.iter().filter(|link| link.target == file.number);
        let both: BTreeSet<u32> =
            back.map(|link| link.file).filter(|other| there.contains(other)).collect();
        let path = |number: &u32| {
            let other = loaded.files.get(number)?;
            String::from_utf8(other.path.clone()).ok()
        };
        Ok(both.iter().filter_map(path).collect())
    });
    let (_, partners) = asked.map_err(|error| {
        let error = CommandError::from(error);
        if error.kind != ErrorKind::State {
            return error;
        }
        CommandError {
            hints: vec![format!("Circles are told by the graph: run `/build-graph {name}` first.")],
            ..error
        }
    })?;
    Ok(partners)
}

/// What a structure was for, before and after: circles with the other files, or else the lines of the largest file.
pub fn aim(workplace: &Workplace, generated: &Generated) -> Option<Pair> {
    if generated.others.is_empty() {
        return None;
    }
    let exact = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let circles = |text: &str, others: &[(String, String)]| {
        let own = Sheet {
            path: generated.path.clone(),
            module: workplace.module_of(&generated.path).unwrap_or_default(),
            text: text.to_owned(),
        };
        let is_circle = |(path, text): &&(String, String)| {
            let Some(module) = workplace.module_of(path) else { return false };
            let other = Place { path, module: &module };
            imports(text, &spellings(other, own.place()))
                && imports(&own.text, &spellings(own.place(), other))
        };
        others.iter().filter(is_circle).count()
    };
    let after: Vec<(String, String)> =
        generated.others.iter().map(|other| (other.path.clone(), other.text.clone())).collect();
    let old = |(path, _): &(String, String)| Some((path.clone(), workplace.text(path)?));
    let before: Vec<(String, String)> = after.iter().filter_map(old).collect();
    let was = circles(&workplace.old, &before);
    if was > 0 {
        return Some(Pair { before: exact(was), after: exact(circles(&generated.text, &after)) });
    }
    let largest = |text: &str, others: &[(String, String)]| {
        let lines = others.iter().map(|(_, text)| text.lines().count());
        lines.chain([text.lines().count()]).max().unwrap_or(0)
    };
    Some(Pair {
        before: exact(largest(&workplace.old, &before)),
        after: exact(largest(&generated.text, &after)),
    })
}

fn imports(text: &str, spelled: &BTreeSet<String>) -> bool {
    let words = |line: &str| {
        let mut words = line.split_whitespace();
        let is_import = matches!(words.next(), Some("from" | "import"));
        is_import && words.next().is_some_and(|word| spelled.contains(word.trim_end_matches(',')))
    };
    text.lines().any(words)
}

/// The other files as they go into a change.
pub fn beside(generated: &Generated) -> Result<Vec<(SourcePath, Vec<u8>)>, CommandError> {
    let file = |other: &Other| Ok((other.path.parse()?, other.text.clone().into_bytes()));
    generated.others.iter().map(file).collect()
}
