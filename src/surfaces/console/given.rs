//! A command that a page gives to be copied.
//!
//! What only the reader can say is left out of what is copied: a placeholder that is pasted unchanged would be taken for an answer, and a
//! reason goes on record. The command stops before it and is refused until it is complete.

/// A command to copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// What is copied.
    pub line: String,
    /// What has to follow, in words; empty where the command is complete.
    pub rest: String,
}

impl Given {
    /// Gives a command that is complete.
    pub fn whole(line: String) -> Self {
        Self { line, rest: String::new() }
    }

    /// Gives the beginning of a command, and says what has to follow.
    pub fn begun(line: &str, rest: impl Into<String>) -> Self {
        Self { line: format!("{line} "), rest: rest.into() }
    }

    /// Tells whether there is no command.
    pub const fn is_empty(&self) -> bool {
        self.line.is_empty()
    }
}
