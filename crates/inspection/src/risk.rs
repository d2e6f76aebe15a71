//! How much may go wrong with a change, as a class.
//!
//! It follows from what a change touches and what it reaches. The reasons add up, each with its share, so that an owner can see what made the class. Nothing of it says whether the change is right;
//! the two highest classes ask the owner for a sentence, so that a yes is not typed by habit.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::finding::File;
use crate::findings::shape::words;
use crate::interface::difference::{Effect, differences};
use crate::interface::reading::interface;
use crate::reach::{Sides, new_danger, new_network};
use crate::steering::{self, ending};
use record::domain::role::Role;

/// Changed lines and files from which a change is large.
const LARGE: (usize, usize) = (200, 5);
/// Other files from which a change reaches some, and from which it reaches many.
const REACH: (usize, usize) = (5, 20);
/// Shortest name that tells something.
const SHORTEST: usize = 4;

/// The class of a change.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Below 0.2.
    #[default]
    Safe,
    /// Below 0.4.
    Caution,
    /// Below 0.7.
    Sensitive,
    /// The rest.
    Critical,
}

impl Class {
    const fn of(hundredths: u32) -> Self {
        match hundredths {
            0..20 => Self::Safe,
            20..40 => Self::Caution,
            40..70 => Self::Sensitive,
            70.. => Self::Critical,
        }
    }

    /// The word that people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Caution => "caution",
            Self::Sensitive => "sensitive",
            Self::Critical => "critical",
        }
    }

    /// The sentence that an owner types to approve a change of this class; none for the two lowest.
    pub const fn phrase(self) -> Option<&'static str> {
        match self {
            Self::Safe | Self::Caution => None,
            Self::Sensitive => Some("I have read what this touches"),
            Self::Critical => Some("I have read what this touches and what it reaches"),
        }
    }
}

/// A class with what made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    /// The class.
    pub class: Class,
    /// The sum, in hundredths, at most 100.
    pub hundredths: u32,
    /// What added to it, each with its share.
    pub reasons: Vec<String>,
}

/// Classes a change by what it touches, and by the other files that name what it touches; none where they are not known.
pub fn risk(touched: &[Sides], others: Option<&[File]>) -> Risk {
    let mut reasons = by_paths(touched);
    if let Some(told) = touched.iter().find_map(new_network) {
        reasons.push((20, told));
    }
    if let Some(told) = touched.iter().find_map(breakage) {
        reasons.push((30, told));
    }
    if let Some(told) = touched.iter().find_map(new_danger) {
        reasons.push((40, told));
    }
    let (lines, files) = size(touched);
    if lines > LARGE.0 || files > LARGE.1 {
        reasons.push((10, format!("it is large: {lines} lines in {files} files")));
    }
    match others.map(|others| reached(touched, others)) {
        None => reasons.push((10, "what it reaches is not known".to_owned())),
        Some(count) if count > REACH.1 => {
            reasons.push((30, format!("{count} other files name what it touches")));
        }
        Some(count) if count > REACH.0 => {
            reasons.push((15, format!("{count} other files name what it touches")));
        }
        Some(_) => {}
    }
    let sum: u32 = reasons.iter().map(|(share, _)| share).sum();
    let hundredths = sum.min(100);
    let told = |(share, words): (u32, String)| format!("{words} (+0.{share:02})");
    Risk {
        class: Class::of(hundredths),
        hundredths,
        reasons: reasons.into_iter().map(told).collect(),
    }
}

/// What the paths that are touched weigh by themselves.
fn by_paths(touched: &[Sides]) -> Vec<(u32, String)> {
    let mut reasons: Vec<(u32, String)> = Vec::new();
    let first = |is: &dyn Fn(&Sides) -> bool| {
        touched.iter().find(|sides| is(sides)).map(|sides| sides.path.clone())
    };
    if let Some(path) = first(&|sides| steering::is_guarded(&sides.path)) {
        reasons.push((40, format!("{path} is about who may do what, money or secrets")));
    }
    if let Some(path) = first(&|sides| steering::is_automatic(&sides.path)) {
        reasons.push((40, format!("{path} is run or obeyed elsewhere, and nothing here tests it")));
    }
    if let Some(path) = first(&|sides| {
        steering::is_built_otherwise(&sides.path, sides.before.as_deref(), sides.after.as_deref())
    }) {
        reasons.push((40, format!("{path} changes what builds the project")));
    }
    if let Some(path) = first(&|sides| {
        let is_new = sides.before.is_none() && sides.after.is_some();
        is_new && steering::takes_a_standard_name(&sides.path)
    }) {
        reasons.push((40, format!("{path} takes the name of a module of Python")));
    }
    let is_plain = |path: &str| steering::is_steering(path) && !steering::is_automatic(path);
    if let Some(path) = first(&|sides| is_plain(&sides.path)) {
        reasons.push((30, format!("{path} says how things are built, installed or run")));
    }
    if let Some(path) = first(&|sides| sides.before.is_some() && sides.after.is_none()) {
        reasons.push((20, format!("{path} is deleted")));
    }
    reasons
}

fn breakage(sides: &Sides) -> Option<String> {
    let path = &sides.path;
    if sides.role != Role::Code || ending(path) != "py" {
        return None;
    }
    let (before, after) = (
        interface(path, sides.before.as_ref()?)?,
        interface(path, sides.after.as_deref().unwrap_or_default())?,
    );
    let broken =
        differences(&before, &after).into_iter().find(|one| one.effect == Effect::Breaking)?;
    Some(format!("{path} offers less: {}, {}", broken.name, broken.what))
}

/// Lines that come or go, and the files that they are in; what only moves is one file, and changes no line.
fn size(touched: &[Sides]) -> (usize, usize) {
    let gone = |sides: &&Sides| sides.after.is_none();
    let mut left: Vec<Option<&str>> =
        touched.iter().filter(gone).map(|sides| sides.before.as_deref()).collect();
    let mut moved = Vec::new();
    for sides in touched.iter().filter(|sides| sides.before.is_none() && sides.after.is_some()) {
        if let Some(at) = left.iter().position(|before| *before == sides.after.as_deref()) {
            moved.push(left.swap_remove(at));
        }
    }
    let within = moved.iter().map(|text| 2 * lines(*text).values().sum::<usize>());
    let all: usize = touched.iter().map(changed_lines).sum();
    (all.saturating_sub(within.sum()), touched.len() - moved.len())
}

fn changed_lines(sides: &Sides) -> usize {
    let (before, after) = (lines(sides.before.as_deref()), lines(sides.after.as_deref()));
    let texts: BTreeSet<&&str> = before.keys().chain(after.keys()).collect();
    let count = |all: &BTreeMap<&str, usize>, text: &str| all.get(text).copied().unwrap_or(0);
    texts.into_iter().map(|text| count(&before, text).abs_diff(count(&after, text))).sum()
}

/// How often each line stands in a text.
fn lines(text: Option<&str>) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for line in text.unwrap_or_default().lines() {
        *counted.entry(line).or_default() += 1;
    }
    counted
}

/// How many other files name a module that is touched, or something that it defines.
fn reached(touched: &[Sides], others: &[File]) -> usize {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for sides in
        touched.iter().filter(|sides| sides.role == Role::Code && ending(&sides.path) == "py")
    {
        let text = sides.before.as_deref().unwrap_or_default();
        let offered = interface(&sides.path, text).unwrap_or_default();
        names.extend(
            offered
                .names
                .keys()
                .filter(|name| offered.is_public(name) && name.len() >= SHORTEST)
                .cloned(),
        );
    }
    let is_other = |file: &&File| touched.iter().all(|sides| sides.path != file.path);
    let names_one = |file: &&File| words(&file.text).any(|word| names.contains(word));
    others.iter().filter(is_other).filter(names_one).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(path: &str, before: &str, after: &str) -> Sides {
        let some = |text: &str| Some(text.to_owned());
        Sides { path: path.to_owned(), role: Role::Code, before: some(before), after: some(after) }
    }

    #[test]
    fn what_only_moves_changes_no_line_and_a_line_counts_as_often_as_it_comes() {
        let text = "a\nb\nb\n".to_owned();
        let one = |path: &str, before: Option<&str>, after: Option<&str>| Sides {
            path: path.to_owned(),
            role: Role::Code,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let moved = [one("old.py", Some(&text), None), one("new.py", None, Some(&text))];

        assert_eq!(size(&moved), (0, 1));
        assert_eq!(size(&[one("new.py", None, Some(&text))]), (3, 1));
        assert_eq!(size(&[sides("a.py", "x\n", "x\nx\ny\n")]), (2, 1));
    }

    #[test]
    fn what_no_test_runs_and_what_reaches_out_weighs() {
        let new = |path: &str, text: &str| Sides { before: None, ..sides(path, "", text) };
        let build = "[build-system]\nrequires = []\n\n[project]\nname = \"a\"\n";
        let other = build.replace("[]", "[\"evil\"]");
        let named = build.replace("\"a\"", "\"b\"");
        let weights = [
            new(".github/workflows/ci.yml", "run: curl"),
            sides("pyproject.toml", build, &other),
            sides("pyproject.toml", build, &named),
            sides("pyproject.toml", "a = 1\n", "build-system.requires = [\"evil\"]\na = 1\n"),
            new("heapq.py", "def heappush(): ...\n"),
            new("shop/queue.py", "SIZE = 1\n"),
            sides("a.py", "import os\n", "import os, urllib.request\n"),
            sides("a.py", "from socket import socket\n", "import socket\n"),
            sides("a.py", "", "def get():\n    from urllib import request as r\n"),
            sides("a.py", "", "\"\"\"Words\nfrom socket to socket.\"\"\"\n"),
            sides("a.py", "", "import random\n\nrandom._os.popen('ls')\n"),
            sides("a.py", "", "import ruamel.yaml\n\nruamel.yaml.load('a', SafeLoader)\n"),
        ]
        .map(|one| risk(&[one], Some(&[])).hundredths);

        assert_eq!(weights, [40, 70, 30, 70, 40, 0, 20, 0, 20, 0, 40, 0]);
    }

    #[test]
    fn what_is_touched_and_reached_adds_up_to_a_class() {
        let users: Vec<File> = (0..8)
            .map(|n| File {
                path: format!("u{n}.py"),
                role: Role::Code,
                text: "from shop import total\n".to_owned(),
            })
            .collect();
        let small =
            sides("shop.py", "def total(a):\n    return a\n", "def total(a):\n    return +a\n");
        let broken =
            sides("shop.py", "def total(a):\n    return a\n", "def sums(a):\n    return a\n");
        let guarded = sides("shop/auth.py", "x = 1\n", "x = 2\n");
        let both = [guarded.clone(), broken.clone()];

        let classes = [
            risk(&[small], Some(&[])),
            risk(&[broken], Some(&users)),
            risk(&[guarded], Some(&[])),
            risk(&both, Some(&users)),
        ];

        let told = classes.clone().map(|risk| (risk.class, risk.hundredths));
        assert_eq!(
            told,
            [
                (Class::Safe, 0),
                (Class::Sensitive, 45),
                (Class::Sensitive, 40),
                (Class::Critical, 85)
            ]
        );
        assert_eq!(
            classes[1].reasons,
            [
                "shop.py offers less: total, the function is gone (+0.30)",
                "8 other files name what it touches (+0.15)"
            ]
        );
    }
}
