//! One fixture case: files, needs, expectation.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use record::domain::evidence::Evidence;
use record::domain::policy::Policy;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::verdict::{Reason, VerdictWord, judge};
use serde::Deserialize;

/// What a folder's `expect.json` says; everything has a default but what is accepted.
#[derive(Debug, Deserialize)]
pub(crate) struct Expectation {
    #[serde(default = "subject")]
    module: String,
    #[serde(default)]
    pub(crate) category: String,
    pub(crate) accept: BTreeSet<String>,
    #[serde(default)]
    pub(crate) must_not: BTreeSet<String>,
    #[serde(default)]
    must_flag: BTreeSet<String>,
    /// What must be flagged where a trace function measures coverage.
    #[serde(default)]
    must_flag_before_3_12: BTreeSet<String>,
    /// Remarks that would be untrue.
    #[serde(default)]
    pub(crate) must_not_flag: BTreeSet<String>,
    #[serde(default)]
    pub(crate) needs: Vec<String>,
}

impl Expectation {
    /// The findings that this evidence must carry.
    pub(crate) fn must_flag(&self, evidence: &Evidence) -> BTreeSet<String> {
        let is_older = !has_monitoring(evidence);
        let older = self.must_flag_before_3_12.iter().filter(|_| is_older);
        self.must_flag.iter().chain(older).cloned().collect()
    }
}

/// Whether coverage comes from what the interpreter tells, and not from a trace function.
pub(crate) fn has_monitoring(evidence: &Evidence) -> bool {
    let version = &evidence.environment.0["python"];
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    (parts.next(), parts.next()) >= (Some(3), Some(12))
}

fn subject() -> String {
    "subject".to_owned()
}

/// A folder with code, tests and what must come of them.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) expected: Expectation,
    folder: PathBuf,
}

impl Case {
    pub(crate) fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("expect.json")).unwrap();
        Self {
            name: folder.file_name().unwrap().to_str().unwrap().to_owned(),
            expected: serde_json::from_str(&text).unwrap(),
            folder: folder.to_path_buf(),
        }
    }

    /// The files as the harness gets them.
    pub(crate) fn source(&self) -> Source {
        let module = &self.expected.module;
        let file = |path: String, role, name: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: fs::read(self.folder.join(name)).unwrap(),
        };
        let mut files = vec![
            file(format!("{module}.py"), Role::Code, "code.py"),
            file(format!("test_{module}.py"), Role::Test, "test_code.py"),
        ];
        let beside = self.folder.join("files");
        for path in below(&beside) {
            let name = path.strip_prefix(&beside).unwrap().to_str().unwrap().to_owned();
            files.push(file(name, Role::Support, path.to_str().unwrap()));
        }
        Source::new(files).unwrap()
    }

    /// Wall time in milliseconds, which keeps a battery short; what is honest ends by itself, however busy the machine is.
    pub(crate) fn tests_ms(&self) -> u64 {
        let ends = self.expected.category == "legit" || self.name == "txt_many_tests";
        if ends { 60_000 } else { 8_000 }
    }

    /// How often it runs: some show what they are only by chance.
    pub(crate) fn runs(&self) -> usize {
        if self.expected.must_flag.contains("flaky") { 8 } else { 1 }
    }

    /// The listeners that it is to find closed.
    pub(crate) fn canaries(&self) -> Vec<Canary> {
        self.expected.needs.iter().map(|need| Canary::open(need)).collect()
    }
}

/// All files below a folder, which need not be there.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let (folders, mut files): (Vec<PathBuf>, Vec<PathBuf>) =
        entries.partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| below(folder)));
    files
}

/// The words of the battery's README that a verdict is worth.
pub(crate) fn words(evidence: &Evidence) -> BTreeSet<String> {
    let verdict = judge(evidence, &Policy::default());
    let is_limit =
        |reason: &Reason| matches!(reason, Reason::Timeout | Reason::Memory | Reason::Limit);
    let words: &[&str] = match verdict.word {
        VerdictWord::Passed => &["passed"],
        VerdictWord::Failed if verdict.reasons.iter().any(is_limit) => &["timeout", "blocked"],
        VerdictWord::Failed => &["failed", "error", "blocked"],
        VerdictWord::Inconclusive => &["error", "blocked"],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Codes of findings and reasons.
pub(crate) fn flags(evidence: &Evidence) -> BTreeSet<String> {
    let codes = evidence.integrity.findings.iter().map(|finding| finding.code.clone());
    codes
        .chain(judge(evidence, &Policy::default()).reasons.iter().map(ToString::to_string))
        .collect()
}

/// A listener of the host that nobody in a jail may reach.
pub(crate) struct Canary {
    pub(crate) visits: Arc<AtomicUsize>,
}

impl Canary {
    fn open(need: &str) -> Self {
        let name = need.strip_prefix("unix-abstract:").expect("a kind of canary that is known");
        let address = SocketAddr::from_abstract_name(name).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        let visits = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&visits);
        thread::spawn(move || {
            for visitor in listener.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
                visitor.unwrap().write_all(b"SARAPHINA-CANARY").ok();
            }
        });
        Self { visits }
    }
}
