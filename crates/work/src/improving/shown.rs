//! Options of a look: how many findings, which, and in which form.
//!
//! Both commands that look take these options, and treat them alike.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::reserved::Reserved;
use crate::improving::kept;
use crate::improving::look::{self, LIMITS, Look};
use crate::improving::opinion::{self, Asked};
use crate::improving::subject::Subject;
use inspection::findings::known::Known;
use inspection::findings::sarif::sarif;

/// Options of a look.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Shown {
    /// Tell so many findings, 1 to 1000 (10)
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<usize>,
    /// Tell only what is new since the findings were kept
    #[arg(long)]
    pub baseline: bool,
    /// Keep what is found as known, in the home (owner only)
    #[arg(long)]
    pub keep_baseline: bool,
    /// Write all findings into this file as SARIF (owner only)
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Ask a model for remarks too; they are an opinion
    #[arg(long)]
    pub opinion: bool,
    /// Provider to ask
    #[arg(long, requires = "opinion")]
    pub provider: Option<String>,
    /// Model to ask
    #[arg(long, requires = "opinion")]
    pub model: Option<String>,
}

/// Why the owner alone gives some of them: what is kept is not shown any more, and a file may lie anywhere.
const ONLY_OWNER: &str = "only the owner keeps findings and says where a file goes";

impl Shown {
    /// The options that are the owner's.
    pub const RESERVED: &'static [Reserved] =
        &[Reserved::argument("keep_baseline", ONLY_OWNER), Reserved::argument("sarif", ONLY_OWNER)];

    /// Makes the path of the file a whole one, in the caller's process.
    pub fn prepare(&mut self) -> Result<(), CommandError> {
        if let Some(path) = &mut self.sarif {
            *path = std::path::absolute(&*path).map_err(|error| {
                CommandError::usage(format!("{} names no file: {error}", path.display()))
            })?;
        }
        Ok(())
    }

    /// Refuses a number that is out of bounds.
    pub fn check(&self) -> Result<(), CommandError> {
        if !(1..=LIMITS.1).contains(&self.limit.unwrap_or(LIMITS.0)) {
            return Err(CommandError::usage(format!("--limit takes 1 to {}", LIMITS.1)));
        }
        Ok(())
    }
}

/// Looks at a subject and shows what these options ask for.
pub async fn look(
    invocation: &Invocation,
    subject: &mut Subject,
    shown: &Shown,
) -> Result<Look, CommandError> {
    let known = if shown.baseline {
        kept::find(invocation, &subject.scope)?.ok_or_else(|| {
            let message = format!("no findings of {} are kept", subject.scope);
            CommandError::new(ErrorKind::State, message)
                .hint("Keep them with `--keep-baseline`; what comes later is then new.")
        })?
    } else {
        Known::default()
    };
    let found = look::findings(invocation, subject).await?;
    let asked = Asked { provider: shown.provider.as_deref(), model: shown.model.as_deref() };
    let opinion = if shown.opinion {
        Some(opinion::ask(invocation, subject, &found, asked).await?)
    } else {
        None
    };
    let all = Known::of(&found);
    let mut look = look::look(subject, found.clone(), &known, shown.limit.unwrap_or(LIMITS.0));
    if let Some(path) = &shown.sarif {
        let news: Vec<_> =
            found.into_iter().filter(|finding| !known.kept.contains(&finding.id)).collect();
        let document = sarif(&news, env!("CARGO_PKG_VERSION"));
        kept::write_new(path, &document.to_string())?;
        look.sarif = Some(path.display().to_string());
    }
    if shown.keep_baseline {
        kept::keep(invocation, &subject.scope, &all)?;
        look.kept = true;
    }
    Ok(Look { opinion, ..look })
}
