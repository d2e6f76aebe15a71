//! Measures revisions in the sandbox: how long their tests take, and where the time goes.
//!
//! A revision of a change is measured as the repository that it leaves, with the packages that the owner confirmed; any other as it is.
//! Nothing here is evidence of whether tests pass.

use std::sync::Arc;

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::drafting::changing;
use crate::executing::changes::trees::Trees;
use crate::executing::dependencies::{self, Install};
use crate::executing::terms;
use record::domain::limits::Limits;
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::source::{Source, SourceFile};
use sandbox::error::SandboxError;
use sandbox::study::{Asked, Profiled, Studied, Study, Timed};
use sandbox::toolchain::layer::Layer;

/// Time of one measurement.
const TIME_MS: u64 = 60_000;

/// A revision that can be measured.
pub struct Measurable {
    source: Source,
    roots: Vec<String>,
    options: Vec<String>,
    layer: Option<Arc<Layer>>,
    limits: Limits,
}

/// Prepares a revision.
pub async fn measurable(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
) -> Result<Measurable, CommandError> {
    let backend = invocation.backend(None)?.as_ref();
    let usual = Limits::default();
    let ground = changing::ground(invocation, proposal, revision).await?;
    let (Some(ground), Some(change)) = (ground, revision.source.change()) else {
        let source = revision.source.clone();
        let wanted = dependencies::wanted(&source, &invocation.settings, Install::AsSet)?;
        let (layer, _) = dependencies::layer(invocation, backend, wanted.as_ref()).await?;
        let limits = terms::limits(&usual, &invocation.settings, &source)?;
        return Ok(Measurable { source, roots: Vec::new(), options: Vec::new(), layer, limits });
    };
    let odd =
        |error| CommandError::new(ErrorKind::State, format!("no box takes the files: {error}"));
    let trees = Trees::of(&ground, change).map_err(odd)?;
    let wanted = dependencies::of_repository(&ground, &invocation.settings);
    let (layer, _) = dependencies::layer(invocation, backend, wanted.as_ref()).await?;
    let limits = terms::limits(&usual, &invocation.settings, &trees.result)?;
    let limits = terms::of_repository(&limits, &ground);
    let (roots, options) = (ground.roots.clone(), trees.options.clone());
    Ok(Measurable { source: trees.result, roots, options, layer, limits })
}

impl Measurable {
    async fn study(&self, invocation: &Invocation, asked: Asked) -> Result<Studied, CommandError> {
        let study = Study {
            name: format!("{} measure", invocation.caller.idempotency),
            source: self.source.clone(),
            roots: self.roots.clone(),
            options: self.options.clone(),
            layer: self.layer.clone(),
            limits: Limits { tests_ms: TIME_MS, ..self.limits.clone() },
            asked,
        };
        let backend = invocation.backend(None)?;
        Ok(backend.study(study, invocation.cancel.clone()).await?)
    }

    /// Measures how long tests take, once.
    pub async fn times(
        &self,
        invocation: &Invocation,
        tests: &[String],
    ) -> Result<Vec<Timed>, CommandError> {
        match self.study(invocation, Asked::Time(tests.to_vec())).await? {
            Studied::Time(times) => Ok(times),
            Studied::Lint(_) | Studied::Replay(_) | Studied::Profile(_) => Err(nonsense()),
        }
    }

    /// Samples where the time of tests goes.
    pub async fn profile(
        &self,
        invocation: &Invocation,
        tests: &[String],
    ) -> Result<Profiled, CommandError> {
        match self.study(invocation, Asked::Profile(tests.to_vec())).await? {
            Studied::Profile(profiled) => Ok(profiled),
            Studied::Lint(_) | Studied::Replay(_) | Studied::Time(_) => Err(nonsense()),
        }
    }

    /// The text of a line, bounded; empty where there is none.
    pub fn line(&self, path: &str, line: u32) -> String {
        let file = self.source.files().iter().find(|file| file.path.as_str() == path);
        let place = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        let text = file.map(SourceFile::text).unwrap_or_default();
        text.lines().nth(place).unwrap_or("").trim().chars().take(MAX_LINE).collect()
    }
}

/// Longest text of a line that is shown, in characters.
const MAX_LINE: usize = 120;

fn nonsense() -> CommandError {
    let source = std::io::Error::other("it answered another question");
    SandboxError::System { step: "measure tests", source }.into()
}
