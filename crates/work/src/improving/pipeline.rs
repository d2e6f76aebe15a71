//! The stages of an improvement in an owner's own order, with prompts of their own.
//!
//! The file lies in the home and nowhere else, so that no repository decides what is asked or left out. Whatever the order, a text is
//! evaluated after it was made: a file that leaves that out is refused, by the line that does.

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::contract::error::{CommandError, ErrorKind};
use crate::improving::stages::Stage;
use foundation::config::short_file::{self, Links};

/// The folder of the home that holds them.
const FOLDER: &str = "pipelines";
/// Most bytes of a file.
const MAX_BYTES: u64 = 64 << 10;
/// Most steps of one try.
const MAX_STEPS: usize = 12;
/// Longest prompt, in characters.
const MAX_PROMPT: usize = 4_000;

/// Who makes a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Rules.
    Rules,
    /// A model.
    Model,
}

/// One step of a try.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The stage.
    pub run: Stage,
    /// Who makes the text; whoever the command names where absent.
    pub by: Option<By>,
    /// What a model is told besides.
    pub prompt: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// The model.
    pub model: Option<String>,
}

/// The steps of every try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// The steps.
    pub steps: Vec<Step>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    stage: Vec<Spanned<Step>>,
}

impl Default for Pipeline {
    fn default() -> Self {
        let stages = [Stage::Review, Stage::Impact, Stage::Generate, Stage::Evaluate];
        let step = |run| Step { run, by: None, prompt: None, provider: None, model: None };
        Self { steps: stages.map(step).to_vec() }
    }
}

impl Pipeline {
    /// Reads a pipeline of the home by its name.
    pub fn named(home: &Path, name: &str) -> Result<Self, CommandError> {
        let stem = name.strip_suffix(".toml").unwrap_or(name);
        let is_plain = |symbol: char| symbol.is_ascii_alphanumeric() || matches!(symbol, '-' | '_');
        let folder = home.join(FOLDER);
        let hint = format!("Put the file into {} and give its name alone.", folder.display());
        if stem.is_empty() || !stem.chars().all(is_plain) {
            let message = format!("{name} is no name of a pipeline");
            return Err(CommandError::usage(message).hint(hint));
        }
        let file = format!("{stem}.toml");
        let text = short_file::read_text(&folder.join(&file), Links::Refused, MAX_BYTES);
        let text = text.map_err(|error| {
            let kind = if error.kind() == std::io::ErrorKind::NotFound {
                ErrorKind::NotFound
            } else {
                ErrorKind::State
            };
            CommandError::new(kind, format!("pipeline {file}: {error}")).hint(hint)
        })?;
        Self::read(&text).map_err(|(at, why)| {
            let line = text.get(..at.start).unwrap_or_default().matches('\n').count() + 1;
            CommandError::usage(format!("pipeline {file}, line {line}: {why}"))
        })
    }

    fn read(text: &str) -> Result<Self, (Range<usize>, String)> {
        let written: Written = toml::from_str(text)
            .map_err(|error| (error.span().unwrap_or_default(), error.message().to_owned()))?;
        if written.stage.len() > MAX_STEPS {
            return Err((0..0, format!("a try has at most {MAX_STEPS} stages")));
        }
        let mut waits: Option<Range<usize>> = None;
        let mut is_made = false;
        for step in &written.stage {
            let (span, step) = (step.span(), step.get_ref());
            check(step).map_err(|why| (span.clone(), why))?;
            match step.run {
                Stage::Generate => (waits, is_made) = (Some(span), true),
                Stage::Evaluate if !is_made => {
                    return Err((
                        span,
                        "nothing is made before that could be evaluated".to_owned(),
                    ));
                }
                Stage::Evaluate => waits = None,
                Stage::Review | Stage::Impact => {}
            }
        }
        match (is_made, waits) {
            (false, _) => Err((0..0, "no stage generates anything".to_owned())),
            (true, Some(span)) => Err((span, "what is made here is evaluated nowhere".to_owned())),
            (true, None) => {
                let steps = written.stage.into_iter().map(Spanned::into_inner);
                Ok(Self { steps: steps.collect() })
            }
        }
    }
}

fn check(step: &Step) -> Result<(), String> {
    let is_told = step.prompt.is_some()
        || step.provider.is_some()
        || step.model.is_some()
        || step.by.is_some();
    if step.run != Stage::Generate && is_told {
        return Err(format!(
            "{} asks nobody: only generate takes by, prompt, provider and model",
            step.run.word()
        ));
    }
    if step.by == Some(By::Rules)
        && (step.prompt.is_some() || step.model.is_some() || step.provider.is_some())
    {
        return Err("rules take no prompt, provider and model".to_owned());
    }
    let length = step.prompt.as_ref().map_or(0, |prompt| prompt.chars().count());
    if length > MAX_PROMPT {
        return Err(format!("a prompt has at most {MAX_PROMPT} characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(text: &str) -> (usize, String) {
        let (at, why) = Pipeline::read(text).unwrap_err();
        (text[..at.start].matches('\n').count() + 1, why)
    }

    #[test]
    fn an_order_of_ones_own_is_read_and_a_bad_one_is_named_by_its_line() {
        let good = "[[stage]]\nrun = \"generate\"\nby = \"rules\"\n\n[[stage]]\nrun = \"generate\"\nprompt = \"Be brief.\"\n\n[[stage]]\nrun = \"evaluate\"\n";

        let read = Pipeline::read(good).unwrap();

        assert_eq!(
            read.steps.iter().map(|step| step.run).collect::<Vec<_>>(),
            [Stage::Generate, Stage::Generate, Stage::Evaluate]
        );
        assert_eq!(read.steps[1].prompt.as_deref(), Some("Be brief."));
        assert_eq!(
            line_of("[[stage]]\nrun = \"generate\"\n").1,
            "what is made here is evaluated nowhere"
        );
        assert_eq!(
            line_of(&format!("{good}\n[[stage]]\nrun = \"review\"\nprompt = \"x\"\n")).0,
            12
        );
        assert_eq!(line_of("[[stage]]\nrun = \"generate\"\n\n[[stage]]\nrun = \"polish\"\n").0, 5);
        assert!(line_of("[[stage]]\nrun = \"generate\"\nmodle = \"x\"\n").1.contains("modle"));
    }
}
