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
use record::domain::source::{Source, SourceFile};
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
    /// Files that were improved before and go with it; they lie in `source` as they became.
    pub beside: Vec<(SourcePath, Vec<u8>)>,
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
    if let Some(led) = listing.leads_to(&path) {
        return Err(CommandError::usage(format!("{path} is a link to {led}"))
            .hint(format!("Improve {led}; the link stays as it is.")));
    }
    let old = old_text(&source, &path, name)?;
    let backend = invocation.backend(None)?.as_ref();
    let wanted = dependencies::of_repository(&ground, &invocation.settings);
    let (layer, _) = dependencies::layer(invocation, backend, wanted.as_ref()).await?;
    let limits = terms::limits(&Limits::default(), &invocation.settings, &source)?;
    let limits = terms::of_repository(&limits, &ground);
    let tests = tests_of(&source, &path, &old);
    let ground = Arc::new(ground);
    let beside = Vec::new();
    Ok(Workplace {
        described,
        base,
        ground,
        source,
        options,
        layer,
        limits,
        path,
        old,
        tests,
        beside,
    })
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
    /// The place of another file of the same base, or of the same one, where some files became others before.
    pub fn at(&self, path: &str, beside: Vec<(SourcePath, Vec<u8>)>) -> Result<Self, CommandError> {
        let path: SourcePath = path.trim_start_matches("./").parse()?;
        let put = |known: &SourceFile| {
            let other = beside.iter().find(|(path, _)| *path == known.path);
            let content = other.map_or(&known.content, |(_, content)| content).clone();
            SourceFile { content, ..known.clone() }
        };
        let mut files: Vec<SourceFile> = self.source.files().iter().map(put).collect();
        let is_new = |path: &SourcePath| files.iter().all(|file| file.path != *path);
        let new: Vec<SourceFile> = beside
            .iter()
            .filter(|(path, _)| is_new(path))
            .map(|(path, content)| SourceFile {
                path: path.clone(),
                role: Role::Code,
                content: content.clone(),
            })
            .collect();
        files.extend(new);
        let source = Source::of_tree(files)?;
        let old = old_text(&source, &path, self.described.name.as_str())?;
        let tests = tests_of(&source, &path, &old);
        Ok(Self {
            described: self.described.clone(),
            base: self.base.clone(),
            ground: Arc::clone(&self.ground),
            source,
            options: self.options.clone(),
            layer: self.layer.clone(),
            limits: self.limits.clone(),
            path,
            old,
            tests,
            beside,
        })
    }

    /// The whole of what a text and the files that go with it change, against the base.
    pub fn whole(&self, text: &str) -> Vec<(SourcePath, Vec<u8>)> {
        let own = (self.path.clone(), text.as_bytes().to_vec());
        self.beside.iter().filter(|(path, _)| *path != self.path).cloned().chain([own]).collect()
    }

    /// All files, with another text of the one in question.
    pub fn files(&self, text: &str) -> Vec<File> {
        let file = |file: &SourceFile| File {
            path: file.path.to_string(),
            role: file.role,
            text: if file.path == self.path { text.to_owned() } else { file.text() },
        };
        self.source.files().iter().map(file).collect()
    }

    /// The name under which the file is imported; nothing where it has none.
    pub fn module(&self) -> Option<String> {
        self.module_of(self.path.as_str())
    }

    /// What a file of the place holds.
    pub fn text(&self, path: &str) -> Option<String> {
        let file = self.source.files().iter().find(|file| file.path.as_str() == path)?;
        Some(file.text())
    }

    /// The name under which another file is imported.
    pub fn module_of(&self, path: &str) -> Option<String> {
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
