//! Tries other forms of a change's files against chosen tests of its suite.
//!
//! A repair of a change has to run where its suite runs: with the project's settings, fixtures and packages. Each try is one run of
//! few tests in a box of its own. What it shows is a hint for whoever looks for a patch; evidence is only a whole execution.

use std::sync::Arc;

use crate::contract::error::CommandError;
use crate::contract::ground::Ground;
use crate::contract::invocation::Invocation;
use crate::executing::changes::bench::{Bench, Wanted};
use crate::executing::changes::trees::Trees;
use crate::executing::dependencies;
use crate::executing::terms;
use record::domain::changeset::Touched;
use record::domain::digest::hex;
use record::domain::flips::Outcomes;
use record::domain::id::ExecutionId;
use record::domain::limits::Limits;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use sandbox::backend::Job;
use sandbox::error::SandboxError;

/// A change whose files can be tried in other forms.
pub struct Trying<'a> {
    bench: Bench<'a>,
    result: Source,
    touched: Vec<Touched>,
}

impl<'a> Trying<'a> {
    /// Prepares the tree that a change leaves, and the packages that its suite needs; one run takes at most `tests_ms`.
    pub async fn of(
        invocation: &'a Invocation,
        revision: &Revision,
        ground: &Arc<Ground>,
        tests_ms: u64,
    ) -> Result<Option<Self>, CommandError> {
        let Some(change) = revision.source.change() else { return Ok(None) };
        let trees = Trees::of(ground, change)
            .map_err(|error| CommandError::usage(format!("{}: {error}", change.repository)))?;
        let limits = terms::limits(&Limits::default(), &invocation.settings, &revision.source)?;
        let limits = terms::of_repository(&limits, ground);
        let limits = Limits { tests_ms: tests_ms.min(limits.tests_ms), ..limits };
        let backend = invocation.backend(None)?.as_ref();
        let wanted = dependencies::of_repository(ground, &invocation.settings);
        // What is lacking was told by the execution that failed.
        let (layer, _) = dependencies::layer(invocation, backend, wanted.as_ref()).await?;
        let seed = hex(&(invocation.entropy)());
        let job = Job {
            layer,
            ..Job::usual(ExecutionId::derived(&seed), trees.result.clone(), limits, seed)
        };
        let (options, roots) = (trees.options, ground.roots.clone());
        let bench = Bench { backend, job, options, roots, cancel: invocation.cancel.clone() };
        Ok(Some(Self { bench, result: trees.result, touched: trees.touched }))
    }

    /// The touched code files as the change leaves them, with their roles in the repository.
    pub fn code(&self) -> impl Iterator<Item = &Touched> {
        self.touched.iter().filter(|one| one.role == Role::Code)
    }

    /// Runs chosen tests with other contents of some files; all other files are as the change leaves them.
    pub async fn outcomes(
        &self,
        name: String,
        files: &[SourceFile],
        chosen: Vec<String>,
    ) -> Result<Outcomes, SandboxError> {
        let put = |known: &SourceFile| {
            let other = files.iter().find(|file| file.path == known.path);
            let content = other.map_or(&known.content, |file| &file.content);
            SourceFile { content: content.clone(), ..known.clone() }
        };
        let all = self.result.files().iter().map(put).collect();
        let Ok(source) = Source::of_tree(all) else { return Ok(Outcomes::default()) };
        self.bench.outcomes(Wanted::outcomes(name, &source, chosen)).await
    }
}
