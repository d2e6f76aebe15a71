//! One look at a subject: everything that is found, ranked, without what is known already.
//!
//! Only so many findings are told; the rest is counted, because a list that nobody reads to its end hides what stands at its end.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::blocking::beside;
use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::contract::repositories;
use crate::improving::linting;
use crate::improving::opinion::Opinion;
use crate::improving::owners_word;
use crate::improving::reached::Reached;
use crate::improving::remembered::{Asked, named, remembered};
use crate::improving::subject::Subject;
use inspection::findings::finding::{File, Finding};
use inspection::findings::known::{self, Known};
use inspection::findings::looks::{looks, surface};
use inspection::findings::past::{Past, missing_partners};
use inspection::findings::ranking::ranked;
use inspection::language::Language;
use record::domain::role::Role;
use sandbox::error::SandboxError;

/// Findings that are told where nothing else is said, and the most.
pub const LIMITS: (usize, usize) = (10, 1_000);

/// What a look came to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Look {
    /// What was looked at.
    pub subject: String,
    /// Files that were in question.
    pub files: usize,
    /// The findings, the hottest first; no more than were asked for.
    pub findings: Vec<Finding>,
    /// How many there are.
    pub total: usize,
    /// How many more were known already.
    pub known: usize,
    /// What was left out, and what is not known.
    pub notes: Vec<String>,
    /// The files that a change of those in question reaches, as the graph of the repository tells it.
    #[serde(default)]
    pub reached: Vec<Reached>,
    /// The tests that reach them, in the order in which they should fail first.
    #[serde(default)]
    pub tests: Vec<Reached>,
    /// The file that the findings were written into; null where none was asked for.
    #[serde(default)]
    pub sarif: Option<String>,
    /// Whether the findings were kept as known.
    #[serde(default)]
    pub kept: bool,
    /// What a model says; null unless that was asked for.
    #[serde(default)]
    pub opinion: Option<Opinion>,
}

/// Rules that only the whole project bears out.
const OF_PROJECTS: [&str; 3] = ["missing_test", "no_tests", "unused"];

/// Looks at a subject; gives the findings that no owner dismissed, hottest first.
pub async fn findings(
    invocation: &Invocation,
    subject: &mut Subject,
) -> Result<Vec<Finding>, CommandError> {
    let found = all_findings(invocation, subject).await?;
    let found = owners_word::heeded(invocation, subject, found).await?;
    let has_model = invocation.has_model();
    Ok(found
        .into_iter()
        .map(|finding| Finding { next: next(subject, &finding, has_model), ..finding })
        .collect())
}

/// Looks at a subject; gives every finding, hottest first, whatever an owner said of it.
pub async fn all_findings(
    invocation: &Invocation,
    subject: &mut Subject,
) -> Result<Vec<Finding>, CommandError> {
    invocation.stage("looking at the files");
    let (files, asked) = (std::mem::take(&mut subject.files), subject.asked.clone());
    let (files, mut found) = beside(move || {
        let found = looks(&files, &asked);
        Ok((files, found))
    })
    .await?;
    subject.files = files;
    if subject.is_alone {
        found.retain(|finding| !OF_PROJECTS.contains(&finding.rule.as_str()));
    }
    let asked: Vec<File> = subject
        .files
        .iter()
        .filter(|file| subject.asked.is_empty() || subject.asked.contains(&file.path))
        .cloned()
        .collect();
    let mut offered = offered(subject, &asked);
    recall(invocation, subject, &offered).await?;
    for (name, finding) in &mut offered {
        if let Some(uses) = subject.uses.get(name) {
            finding.reason = format!("{}; used at {}", finding.reason, named(uses));
        }
    }
    found.extend(offered.into_iter().map(|(_, finding)| finding));
    let is_changed =
        |file: &&File| subject.before.get(&file.path).is_some_and(|before| *before != file.text);
    let changed: Vec<File> = asked.iter().filter(is_changed).cloned().collect();
    found.extend(missing_partners(&subject.past, &changed));
    invocation.stage("asking ruff in the sandbox");
    let python = python_of(invocation, subject).await?;
    let looked_at = (subject.files.as_slice(), &subject.asked);
    match linting::remarks(invocation, looked_at, &linting::RULES, python.as_deref()).await {
        Ok(remarks) => found.extend(linting::findings(&subject.files, &remarks)),
        Err(failure) if invocation.cancel.is_cancelled() => return Err(failure),
        Err(failure) => subject.notes.push(format!("no linter was asked: {failure}")),
    }
    subject.notes.extend(unlinted(&asked));
    if invocation.cancel.is_cancelled() {
        return Err(SandboxError::Cancelled.into());
    }
    Ok(ranked(&subject.files, &subject.past, found))
}

/// The versions of Python that the repository around the files is for, as the owner confirmed them.
async fn python_of(
    invocation: &Invocation,
    subject: &Subject,
) -> Result<Option<String>, CommandError> {
    let around = subject.lies_in.as_ref().map(|(name, _)| name);
    let Some(name) = subject.repository.as_ref().or(around) else { return Ok(None) };
    let known = repositories::all(invocation).await?;
    let known = known.into_iter().find(|(one, _)| one.as_str() == name);
    Ok(known.and_then(|(_, known)| known.repository.python))
}

/// Says which files in question no linter reads.
fn unlinted(asked: &[File]) -> Option<String> {
    let other = asked.iter().filter(|file| {
        file.role == Role::Code && file.language().is_some_and(|it| it != Language::Python)
    });
    let words: BTreeSet<&str> = other.filter_map(|file| Some(file.language()?.word())).collect();
    let words: Vec<&str> = words.into_iter().collect();
    (!words.is_empty())
        .then(|| format!("no linter reads {} here; ruff reads Python", words.join(", ")))
}

/// What the files in question offer no more, each with its name.
fn offered(subject: &Subject, asked: &[File]) -> Vec<(String, Finding)> {
    let code = asked.iter().filter(|file| file.role == Role::Code);
    let offered = code.filter_map(|file| Some(surface(file, subject.before.get(&file.path)?)));
    offered.flatten().collect()
}

/// Asks the memory of the repository, where the subject lies in one.
async fn recall(
    invocation: &Invocation,
    subject: &mut Subject,
    offered: &[(String, Finding)],
) -> Result<(), CommandError> {
    let Some(memory) = subject.memory.clone() else { return Ok(()) };
    let mut altered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let is_changed =
        |file: &&File| subject.before.get(&file.path).is_some_and(|before| *before != file.text);
    for file in subject.files.iter().filter(is_changed) {
        altered.insert(file.path.clone(), BTreeSet::new());
    }
    for (name, finding) in offered {
        altered.entry(finding.path.clone()).or_default().insert(name.clone());
    }
    let asked = Asked { memory: &memory, paths: &subject.asked, altered: &altered };
    let remembered = remembered(invocation, &asked).await?;
    let coverage = std::mem::take(&mut subject.past.coverage);
    subject.past = Past { coverage, ..remembered.past };
    subject.reached = remembered.reached;
    subject.tests = remembered.tests;
    subject.uses = remembered.uses;
    subject.notes.extend(remembered.notes);
    Ok(())
}

/// Leaves out what is known, and all but the hottest.
pub fn look(subject: &Subject, found: Vec<Finding>, known: &Known, limit: usize) -> Look {
    let (mut findings, silent) = known::news(found, known);
    let total = findings.len();
    findings.truncate(limit);
    let files = if subject.asked.is_empty() { subject.files.len() } else { subject.asked.len() };
    Look {
        subject: subject.scope.clone(),
        files,
        findings,
        total,
        known: silent,
        notes: subject.notes.clone(),
        reached: subject.reached.clone(),
        tests: subject.tests.clone(),
        sarif: None,
        kept: false,
        opinion: None,
    }
}

/// The command to type next for a finding: one that can do something about it here.
fn next(subject: &Subject, finding: &Finding, has_model: bool) -> String {
    let (path, line) = (&finding.path, finding.line);
    match (finding.rule.as_str(), &subject.repository, &subject.proposal) {
        ("secret", Some(name), _) => format!("/why-code {path}:{line} --repo {name}"),
        ("public_surface" | "missing_partner" | "duplicate", Some(name), _) => {
            format!("/impact-code {path} --repo {name}")
        }
        ("missing_test" | "no_tests", None, Some(id)) => {
            format!("/suggest-improvements {id} --propose")
        }
        (_, Some(_), Some(id)) if !has_model => format!("/refine-code {id} --worktree"),
        (_, None, Some(id)) if !has_model => format!("/refine-code {id} --code {path}"),
        (_, _, Some(id)) => format!("/refine-code {id} {path}:{line}: {}", finding.message),
        // Only code in Python is improved.
        (_, Some(name), None) if Language::of(path.as_bytes()) != Some(Language::Python) => {
            format!("/impact-code {path} --repo {name}")
        }
        (_, Some(name), None) if !has_model && linting::is_left_to_people(finding) => {
            format!("/why-code {path}:{line} --repo {name}")
        }
        (_, Some(name), None) => format!("/improve-file {path} --repo {name}"),
        (_, None, None) => match &subject.lies_in {
            Some((name, folder)) if folder.is_empty() => format!("/scan-code --repo {name}"),
            Some((name, folder)) => format!("/scan-code {folder} --repo {name}"),
            None => "/repository add PATH".to_owned(),
        },
    }
}
