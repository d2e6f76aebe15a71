//! Holds two texts of a file against each other by the calls that both answer.
//!
//! Calls are those that the tests make and those that signatures suggest; and the tests are watched, for what the file gives them call by
//! call, since literals alone reach no objects and no dialogues. How much both would notice is measured with mutants of the old text;
//! below six of ten the behaviour is said to be lightly characterised, whatever was answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::contract::page::counted;
use crate::improving::workplace::Workplace;
use record::domain::limits::Limits;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use repair::mutants;
use repair::mutate::{Breadth, mutations};
use sandbox::error::SandboxError;
use sandbox::study::{Asked, Mutant, Replay, Replayed, Studied, Study};

/// Time of a replay.
const TIME_MS: u64 = 40_000;
/// Most mutants of the old text.
const MAX_MUTANTS: usize = 60;
/// Share of mutants below which behaviour is lightly characterised.
const LIGHT: f64 = 0.6;

/// What a replay showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ReplayView {
    /// Calls that the tests make.
    pub recorded: usize,
    /// Calls that signatures and literals suggest.
    pub generated: usize,
    /// Calls that the old text answers twice alike; only these are compared.
    pub compared: usize,
    /// Calls to which it does not.
    pub unstable: usize,
    /// Calls that the new text answers otherwise.
    pub different: usize,
    /// Calls that print something else and are otherwise alike.
    pub printed: usize,
    /// Tests that were watched on both texts: what the file gives them, call by call.
    pub watched: usize,
    /// Those of them to which the new text gives something else.
    pub otherwise: usize,
    /// The first of those that differ, in words.
    pub differences: Vec<String>,
    /// Small changes of the old text that were tried.
    pub mutants_tried: usize,
    /// Those of them that a call or a watched test notices.
    pub mutants_killed: usize,
    /// The share of these; null where none was tried.
    pub strength: Option<f64>,
}

/// Replays calls on the old text and on a new one.
pub async fn replay(
    invocation: &Invocation,
    workplace: &Workplace,
    text: &str,
) -> Result<Replayed, CommandError> {
    let Workplace { source, ground, options, layer, limits, path, old, tests, .. } = workplace;
    let replay = Replay {
        path: path.clone(),
        text: text.to_owned(),
        tests: tests.clone(),
        mutants: mutants_of(path, old),
    };
    let study = Study {
        name: format!("{} replay", invocation.caller.idempotency),
        source: source.clone(),
        roots: ground.roots.clone(),
        options: options.clone(),
        layer: layer.clone(),
        limits: Limits { tests_ms: TIME_MS, ..limits.clone() },
        asked: Asked::Replay(replay),
    };
    invocation.stage("replaying calls on the old file and the new one");
    let backend = invocation.backend(None)?;
    match backend.study(study, invocation.cancel.clone()).await? {
        Studied::Replay(replayed) => Ok(replayed),
        Studied::Lint(_) | Studied::Time(_) | Studied::Profile(_) => {
            let source = std::io::Error::other("it answered another question");
            Err(SandboxError::System { step: "replay calls", source }.into())
        }
    }
}

/// Small changes of a text, the families of them in turns.
fn mutants_of(path: &record::domain::source_path::SourcePath, old: &str) -> Vec<Mutant> {
    let content = old.as_bytes().to_vec();
    let file = SourceFile { path: path.clone(), role: Role::Code, content };
    let Ok(source) = Source::of_tree(vec![file]) else { return Vec::new() };
    let chosen = mutants::choose(&source, mutations(&source, None, Breadth::Near));
    let mutant = |suggestion: repair::suggestion::Suggestion| {
        let line = mutants::place(&source, &suggestion.patch.edits)?.line;
        let mut edits = suggestion.patch.edits.into_iter();
        let edit = edits.next()?;
        edits.next().is_none().then_some(Mutant { edit, line })
    };
    chosen.into_iter().filter_map(mutant).take(MAX_MUTANTS).collect()
}

impl ReplayView {
    /// Lays a replay out.
    pub fn of(replayed: &Replayed) -> Self {
        let told = |told: &sandbox::study::Told| {
            format!("{}: {} was {}, is {}", told.call, told.what, told.old, told.new)
        };
        Self {
            recorded: replayed.recorded,
            generated: replayed.generated,
            compared: replayed.stable,
            unstable: replayed.unstable,
            different: replayed.different,
            printed: replayed.printed,
            watched: replayed.watched,
            otherwise: replayed.otherwise,
            differences: replayed.differences.iter().map(told).collect(),
            mutants_tried: replayed.tried,
            mutants_killed: replayed.killed,
            strength: replayed.strength(),
        }
    }

    /// Says it in a line.
    pub fn line(&self) -> String {
        let calls = format!(
            "{} calls compared ({} of tests, {} made), {} answered otherwise; {} watched, {} saw something else",
            self.compared,
            self.recorded,
            self.generated,
            self.different,
            counted(self.watched, "test"),
            self.otherwise
        );
        let strength = match self.strength {
            None => "; no mutant was tried".to_owned(),
            Some(share) => {
                let light = if share < LIGHT { ", lightly characterised" } else { "" };
                format!(
                    "; they notice {} of {} mutants{light}",
                    self.mutants_killed, self.mutants_tried
                )
            }
        };
        calls + &strength
    }
}
