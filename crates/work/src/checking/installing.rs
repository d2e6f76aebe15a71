//! Writes what makes a check bind: a workflow for a forge, a hook for a server.
//!
//! A check that a branch can change or leave out proves nothing. So the hook names program, signers and start by themselves, and the
//! workflow takes them from the settings of the forge; neither reads them from what is pushed.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::page::{Cell, Page, Tone};
use record::domain::changeset::GitId;

const HOOK: &str = include_str!("forms/pre-receive.sh");
const GITHUB: &str = include_str!("forms/github.yml");
const GITLAB: &str = include_str!("forms/gitlab.yml");
/// The branch that is checked where none is named.
const BRANCH: &str = "main";

/// What is weaker where no start of control is named.
const UNBOUNDED: &str = "No --since was given, so each push is looked at by itself: what came before is not checked, and an approved \
    change that was taken out since may come in again by the same approval.";

/// Who runs the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Forge {
    /// A file in `.github/workflows`.
    Github,
    /// A file in `.gitlab`, to be included.
    Gitlab,
}

/// Whether files that are there may be written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// They are left alone.
    Kept,
    /// They are replaced.
    Replaced,
}

/// What a hook goes by.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Where it is written.
    pub path: PathBuf,
    /// This program.
    pub program: PathBuf,
    /// Whose signatures count.
    pub signers: PathBuf,
    /// The key of the log.
    pub log: Option<PathBuf>,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Order {
    /// The workflow, with the folder of the repository.
    pub workflow: Option<(Forge, PathBuf)>,
    /// The hook.
    pub hook: Option<Hook>,
    /// The start of continuous control.
    pub since: Option<GitId>,
    /// The branches that are checked; the hook checks all where none is named.
    pub branches: Vec<String>,
    /// What to do with files that are there.
    pub existing: Existing,
}

/// What was written.
#[derive(Debug, Serialize)]
pub struct Installed {
    /// The workflow file.
    pub workflow: Option<PathBuf>,
    /// The hook.
    pub hook: Option<PathBuf>,
    /// The start of continuous control; without one each range is looked at by itself.
    pub since: Option<String>,
}

impl Order {
    /// Writes the files, or none where one is in the way.
    pub fn carry_out(&self) -> Result<Installed, CommandError> {
        if let Some(branch) = self.branches.iter().find(|branch| !is_plain(branch)) {
            return Err(CommandError::usage(format!("{branch} is no plain name of a branch"))
                .hint("Letters, digits and . _ - / only."));
        }
        let workflow = self.workflow.as_ref().map(|(forge, folder)| forge.place(folder));
        let hook = self.hook.as_ref().map(|hook| hook.path.clone());
        for path in workflow.iter().chain(&hook) {
            if self.existing == Existing::Kept && fs::symlink_metadata(path).is_ok() {
                let message = format!("{} is there already", path.display());
                return Err(CommandError::new(ErrorKind::State, message)
                    .hint("Look at it, and give --force to replace it."));
            }
        }
        if let (Some((forge, _)), Some(path)) = (&self.workflow, &workflow) {
            self.write(path, &self.workflow_text(*forge), 0o644)?;
        }
        if let (Some(given), Some(path)) = (&self.hook, &hook) {
            self.write(path, &self.hook_text(given)?, 0o755)?;
        }
        let since = self.since.as_ref().map(ToString::to_string);
        Ok(Installed { workflow, hook, since })
    }

    fn since(&self) -> &str {
        self.since.as_ref().map_or("", GitId::as_str)
    }

    fn workflow_text(&self, forge: Forge) -> String {
        let branch = self.branches.first().map_or(BRANCH, String::as_str);
        forge.form().replace("@BRANCH@", branch).replace("@SINCE@", self.since())
    }

    fn hook_text(&self, hook: &Hook) -> Result<String, CommandError> {
        let branches: Vec<String> =
            self.branches.iter().map(|branch| format!("refs/heads/{branch}")).collect();
        let branches =
            if branches.is_empty() { "refs/heads/*".to_owned() } else { branches.join(" | ") };
        let log = hook.log.as_deref().map(quoted).transpose()?;
        Ok(HOOK
            .replace("@BRANCHES@", &branches)
            .replace("@SINCE@", &format!("'{}'", self.since()))
            .replace("@PROGRAM@", &quoted(&hook.program)?)
            .replace("@SIGNERS@", &quoted(&hook.signers)?)
            .replace("@LOG@", &log.unwrap_or_else(|| "''".to_owned())))
    }

    fn write(&self, path: &Path, text: &str, mode: u32) -> Result<(), CommandError> {
        let failed = |error: io::Error| {
            let message = format!("{} cannot be written: {error}", path.display());
            CommandError::new(ErrorKind::Unavailable, message).hint("Check the path.")
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        if self.existing == Existing::Replaced && fs::symlink_metadata(path).is_ok() {
            fs::remove_file(path).map_err(failed)?;
        }
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
    }
}

impl Forge {
    const fn form(self) -> &'static str {
        match self {
            Self::Github => GITHUB,
            Self::Gitlab => GITLAB,
        }
    }

    fn place(self, folder: &Path) -> PathBuf {
        match self {
            Self::Github => folder.join(".github/workflows/saraphina.yml"),
            Self::Gitlab => folder.join(".gitlab/saraphina.yml"),
        }
    }
}

fn is_plain(branch: &str) -> bool {
    let is_plain = |symbol: char| symbol.is_ascii_alphanumeric() || "._-/".contains(symbol);
    branch.starts_with(|symbol: char| symbol.is_ascii_alphanumeric())
        && branch.chars().all(is_plain)
}

/// Quotes a path for a shell, which then takes every symbol of it as it is.
fn quoted(path: &Path) -> Result<String, CommandError> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control));
    let text = text.ok_or_else(|| {
        CommandError::usage(format!("{} cannot stand in a script", path.display()))
            .hint("Name files by paths that are UTF-8, without control characters.")
    })?;
    Ok(format!("'{}'", text.replace('\'', r"'\''")))
}

impl Installed {
    /// Lays it out for a person.
    pub fn page(&self) -> Page {
        let mut page = Page::new();
        if let Some(path) = &self.workflow {
            let written = format!("Wrote the workflow {}.", path.display());
            page = page.text(Cell::toned(written, Tone::Good)).text(
                "Set its variables in the forge as its first lines say, and make the check required.",
            );
        }
        if let Some(path) = &self.hook {
            let written = format!("Wrote the hook {}.", path.display());
            page = page.text(Cell::toned(written, Tone::Good));
        }
        if self.hook.is_some() && self.since.is_none() {
            page = page.text(Cell::toned(UNBOUNDED, Tone::Warn));
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_quoted_paths_as_they_are() {
        let quoted = |path: &str| quoted(Path::new(path)).map_err(|error| error.kind);

        assert_eq!(quoted("/a b/$(id)`x`\"\\"), Ok("'/a b/$(id)`x`\"\\'".to_owned()));
        assert_eq!(quoted("/it's"), Ok(r"'/it'\''s'".to_owned()));
        assert_eq!(quoted("/a\nb"), Err(ErrorKind::Usage));
        assert!(is_plain("release/1.x") && !is_plain("-a") && !is_plain("a*") && !is_plain("a b"));
    }
}
