//! Linters of the toolchain, and which stands in for which.
//!
//! The engine asks them one after the other until one can run (`linux/stages/linting.rs`); owners choose the first by a
//! setting.

use serde::Serialize;

/// A linter of the toolchain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Linter {
    /// Slow, with a score.
    Pylint,
    /// Fast, without one.
    Ruff,
    /// Whatever the interpreter brought along.
    Flake8,
}

impl Linter {
    /// The linters, the one that says most first.
    const ALL: [Self; 3] = [Self::Pylint, Self::Ruff, Self::Flake8];

    /// The linter of a setting.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|linter| linter.word() == word)
    }

    /// Its name.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Pylint => "pylint",
            Self::Ruff => "ruff",
            Self::Flake8 => "flake8",
        }
    }

    /// This one, and those that stand in for it, the next first.
    pub(crate) fn and_stand_ins(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().skip_while(move |linter| *linter != self)
    }
}
