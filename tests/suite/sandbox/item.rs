//! Items of a corpus and what plain pytest says of them.

use std::collections::BTreeMap;
use std::path::Path;

use record::domain::evidence::Evidence;
use record::domain::id::ExecutionId;
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::policy::Policy;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::verdict::{Verdict, VerdictWord, judge};
use sandbox::backend::{Job, Keep, Network, RunProgress};
use serde::Deserialize;

/// Wall time of a bug, in milliseconds; looping ones end by it.
const BUG_MS: u64 = 10_000;

/// Takes progress and does nothing with it.
pub(crate) fn ignore(_: RunProgress) {}

/// One line of a corpus file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    language: String,
    module: String,
    code: String,
    tests: String,
    buggy_code: Option<String>,
    #[serde(default)]
    extra_files: Option<BTreeMap<String, String>>,
    test_path: Option<String>,
    verified: Option<Verified>,
}

/// What plain pytest said.
#[derive(Clone, Debug, Deserialize)]
struct Verified {
    ref_passed: u32,
    ref_skipped: u32,
    bug: Option<String>,
}

/// Which code of an item runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    Reference,
    Bug,
}

impl Variant {
    fn tests_ms(self) -> u64 {
        match self {
            Self::Reference => Limits::default().tests_ms,
            Self::Bug => BUG_MS,
        }
    }
}

impl Item {
    /// The Python items of a text with one JSON object a line.
    pub(crate) fn read(text: &str) -> Vec<Self> {
        let item = |line: &str| -> Self { serde_json::from_str(line).unwrap() };
        text.lines().map(item).filter(|item| item.language == "python").collect()
    }

    /// The items of a file.
    pub(crate) fn load(path: &Path) -> Vec<Self> {
        Self::read(&std::fs::read_to_string(path).unwrap())
    }

    /// The variants whose outcome under plain pytest is known.
    pub(crate) fn variants(&self) -> Vec<Variant> {
        let bug = self.buggy_code.is_some().then_some(Variant::Bug);
        [Some(Variant::Reference), bug].into_iter().flatten().collect()
    }

    /// The files as they lie side by side.
    pub(crate) fn files(&self, variant: Variant) -> Vec<(String, Role, String)> {
        let code = match variant {
            Variant::Reference => self.code.clone(),
            Variant::Bug => self.buggy_code.clone().unwrap(),
        };
        let tests = self.test_path.clone().unwrap_or_else(|| format!("test_{}.py", self.module));
        let extra = self.extra_files.clone().unwrap_or_default();
        let given = [
            (format!("{}.py", self.module), Role::Code, code),
            (tests, Role::Test, self.tests.clone()),
        ];
        let support = extra.into_iter().map(|(path, text)| (path, Role::Support, text));
        given.into_iter().chain(support).collect()
    }

    /// The job of a variant.
    pub(crate) fn job(&self, variant: Variant) -> Job {
        let file = |(path, role, text): (String, Role, String)| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.into_bytes(),
        };
        let files = self.files(variant).into_iter().map(file).collect();
        Job {
            execution: ExecutionId::derived(&format!("{}/{variant:?}", self.id)),
            source: Source::new(files).unwrap(),
            language: Language::Python,
            request: "".into(),
            limits: Limits { tests_ms: variant.tests_ms(), ..Limits::default() },
            env: BTreeMap::new(),
            network: Network::Loopback,
            keep: Keep::Nothing,
            layer: None,
            part: None,
            lines_by_test: false,
            fresh: false,
            only_imports: false,
            seed: self.id.clone(),
        }
    }

    /// What differs from plain pytest; nothing when the verdict is the same.
    pub(crate) fn difference(&self, variant: Variant, evidence: &Evidence) -> Option<String> {
        let verdict: Verdict = judge(evidence, &Policy::default());
        let tests = &evidence.tests;
        let told = format!(
            "{} {:?} {:?}: {} passed, {} skipped of {}",
            verdict.word,
            verdict.reasons,
            evidence.termination,
            tests.passed,
            tests.skipped,
            tests.collected
        );
        let is_same = match variant {
            Variant::Reference => {
                verdict.word == VerdictWord::Passed
                    && self.verified.as_ref().is_none_or(|verified| {
                        (verified.ref_passed, verified.ref_skipped) == (tests.passed, tests.skipped)
                    })
            }
            Variant::Bug => {
                let loops = self
                    .verified
                    .as_ref()
                    .is_some_and(|verified| verified.bug.as_deref() == Some("timeout"));
                verdict.word == VerdictWord::Failed
                    && (!loops || told.contains("Timeout") || told.contains("Memory"))
            }
        };
        (!is_same).then_some(told)
    }
}
