//! How the commit of an application is made, beside how its owner would make it.
//!
//! It has another author than they may expect, and neither hooks nor signature. Whoever relies on those reads it before they say yes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::repository::commits::Author;
use foundation::repository::leaving::User;
use foundation::repository::repository::Repository;
use work::applying::journal::Task;
use work::contract::page::{Cell, Tone};

/// How a commit is made.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CommitView {
    /// Its author, who is its committer too: `NAME <ADDRESS>`.
    pub author: String,
    /// The hooks that git would run where somebody commits there, and that do not run.
    pub hooks_not_run: Vec<String>,
    /// Whether the settings there ask for a signature; the commit has none.
    pub signature_missing: bool,
}

impl CommitView {
    /// Tells the commit of a task, if it makes one; habits that cannot be read are told as none.
    pub async fn of_task(task: &Task, author: &Author, repository: &Repository) -> Option<Self> {
        task.order.branch.as_ref()?;
        let habits = repository.habits(User::of_process().as_ref()).await.unwrap_or_default();
        Some(Self {
            author: author.to_string(),
            hooks_not_run: habits.hooks.into_iter().map(str::to_owned).collect(),
            signature_missing: habits.is_signed,
        })
    }

    /// The fields of a page.
    pub fn fields(&self) -> Vec<(&'static str, Cell)> {
        let mut fields = vec![("Author", Cell::from(self.author.as_str()))];
        if !self.hooks_not_run.is_empty() {
            let names = self.hooks_not_run.join(", ");
            let words = format!("not run: {names}; what they check is not checked");
            fields.push(("Hooks", Cell::toned(words, Tone::Warn)));
        }
        if self.signature_missing {
            let words = "none, though the settings of git ask for one";
            fields.push(("Signature", Cell::toned(words, Tone::Warn)));
        }
        fields
    }
}
