//! A file of a known repository with everything that an improvement of it needs.
//!
//! The base is HEAD, kept in the home before anything is made of it; packages are those that the owner confirmed. Nothing is read from
//! the work tree, so an improvement does not depend on what somebody is typing.

use std::path::PathBuf;
use std::sync::Arc;

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::ground::Ground;
use crate::contract::invocation::Invocation;
use crate::contract::repositories;
use crate::drafting::changing;
use crate::executing::changes::trees;
use crate::executing::{dependencies, terms};
use inspection::findings::finding::File;
use inspection::interface::reading::interface;
use record::domain::changeset::Base;
use record::domain::limits::Limits;
use record::domain::repository::Repository as Described;
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;
use sandbox::toolchain::layer::Layer;

/// Most test files whose calls are recorded.
const MAX_TESTS: usize = 8;

/// A file, and the place in which it is improved.
pub struct Workplace {
    /// What the owner confirmed of the repository.
    pub described: Described,
    /// The base.
    pub base: Base,
    /// The base's files, and how their suite runs.
    pub ground: Arc<Ground>,
    /// The same files as a box gets them.
    pub source: Source,
    /// Words for pytest.
    pub options: Vec<String>,
    /// The packages.
    pub layer: Option<Arc<Layer>>,
    /// What a box may use.
    pub limits: Limits,
    /// The file.
    pub path: SourcePath,
    /// What it holds.
    pub old: String,
    /// Test files that speak of it.
    pub tests: Vec<String>,
}

/// Opens the place of a file.
pub async fn open(
    invocation: &Invocation,
    name: &str,
    path: &str,
) -> Result<Workplace, CommandError> {
    let described = repositories::named(invocation, &name.parse()?).await?.repository;
    let place = PathBuf::from(&described.path);
    let repository = changing::open(invocation, &described.name, &place)?;
    let base = repository.head().await?.base;
    repository.shadow.keep(&base).await?;
    let listing = repository.shadow.files(&base.tree).await?;
    let ground = changing::ground_of(&listing, described.clone());
    let odd =
        |error| CommandError::new(ErrorKind::State, format!("no box takes the files: {error}"));
    let (source, options) = trees::base(&ground).map_err(odd)?;
    let path: SourcePath = path.trim_start_matches("./").parse()?;
    let old = old_text(&source, &path, name)?;
    let backend = invocation.backend(None)?.as_ref();
    let wanted = dependencies::of_repository(&ground, &invocation.settings);
    let (layer, _) = dependencies::layer(invocation, backend, wanted.as_ref()).await?;
    let limits = terms::limits(&Limits::default(), &invocation.settings, &source)?;
    let limits = terms::of_repository(&limits, &ground);
    let tests = tests_of(&source, &path, &old);
    let ground = Arc::new(ground);
    Ok(Workplace { described, base, ground, source, options, layer, limits, path, old, tests })
}

fn old_text(source: &Source, path: &SourcePath, name: &str) -> Result<String, CommandError> {
    let file = source.files().iter().find(|file| file.path == *path);
    let file = file.ok_or_else(|| {
        CommandError::usage(format!("HEAD of {name} has no file {path}"))
            .hint("Give the path as the repository has it.")
    })?;
    if file.role != Role::Code || path.module().is_none() {
        return Err(CommandError::usage(format!("{path} is no code in Python"))
            .hint("Only code in Python is improved; tests and settings stay as they are."));
    }
    String::from_utf8(file.content.clone())
        .map_err(|_| CommandError::usage(format!("{path} is not UTF-8 text")))
}

/// The test files that name the module or what it offers, those that name most first.
fn tests_of(source: &Source, path: &SourcePath, old: &str) -> Vec<String> {
    let offered = interface(path.as_str(), old).unwrap_or_default();
    let mut words: Vec<String> =
        offered.names.keys().filter(|name| offered.is_public(name)).cloned().collect();
    words.extend(path.module().map(str::to_owned));
    let mut found: Vec<(usize, String)> = source
        .of_role(Role::Test)
        .filter(|file| file.path.module().is_some())
        .map(|file| {
            let text = file.text();
            let count = words.iter().filter(|word| text.contains(word.as_str())).count();
            (count, file.path.to_string())
        })
        .filter(|(count, _)| *count > 0)
        .collect();
    found.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    found.into_iter().take(MAX_TESTS).map(|(_, path)| path).collect()
}

impl Workplace {
    /// All files, with another text of the one in question.
    pub fn files(&self, text: &str) -> Vec<File> {
        let file = |file: &record::domain::source::SourceFile| File {
            path: file.path.to_string(),
            role: file.role,
            text: if file.path == self.path { text.to_owned() } else { file.text() },
        };
        self.source.files().iter().map(file).collect()
    }

    /// The name under which the file is imported; nothing where it has none.
    pub fn module(&self) -> Option<String> {
        let path = self.path.as_str();
        let is_root =
            |root: &&String| path.starts_with(&format!("{}/", root.trim_end_matches('/')));
        let root = self.ground.roots.iter().filter(is_root).max_by_key(|root| root.len());
        let start = match root {
            Some(root) => root.trim_end_matches('/').len() + 1,
            None => self.package_start(path),
        };
        let stem = path.get(start..)?.strip_suffix(".py")?;
        let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
        let is_name = |part: &str| {
            part.chars().all(|symbol| symbol == '_' || symbol.is_ascii_alphanumeric())
                && !part.starts_with(|symbol: char| symbol.is_ascii_digit())
        };
        (!stem.is_empty() && stem.split('/').all(is_name)).then(|| stem.replace('/', "."))
    }

    /// Where the path of the package begins: behind the last folder that is none.
    fn package_start(&self, path: &str) -> usize {
        let has_init = |folder: &str| {
            let init = format!("{folder}/__init__.py");
            self.source.files().iter().any(|file| file.path.as_str() == init)
        };
        let mut start = path.rfind('/').map_or(0, |at| at + 1);
        while let Some(folder) = start.checked_sub(1).and_then(|end| path.get(..end)) {
            if !has_init(folder) {
                break;
            }
            start = folder.rfind('/').map_or(0, |at| at + 1);
        }
        start
    }
}
