//! Keeps what was typed between sessions.
//!
//! The file is for its owner alone. Lines that hold a secret of the settings are left out, and so are lines after a space,
//! as in a shell. A history that cannot be written is told once and stops nobody.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use rustyline::history::History;
use rustyline::{Editor, Helper};

use foundation::config::keys::{KEYS, Key};
use foundation::config::settings::Settings;
use foundation::config::short_file::{self, Links};
use record::domain::secrets::is_secret;

/// The command that sets something for good.
const SETTING: &str = "/config";
/// Largest history that is read.
const MAX_BYTES: u64 = 16 << 20;

/// The history of a home: readable by its owner only, without secrets.
pub struct HistoryFile {
    path: PathBuf,
    secrets: Vec<String>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Working,
    Failed,
}

impl HistoryFile {
    /// Makes the history of the home that the settings name.
    pub fn of(settings: &Settings) -> Self {
        Self {
            path: settings.home().join("history"),
            secrets: settings.secrets().map(str::to_owned).collect(),
            state: State::Working,
        }
    }

    /// Reads what earlier sessions kept.
    pub fn load<H: Helper, I: History>(&self, editor: &mut Editor<H, I>) {
        // A missing or broken history is an empty one; the editor would read an endless one to its end.
        if short_file::read(&self.path, Links::Followed, MAX_BYTES).is_ok() {
            editor.load_history(&self.path).ok();
        }
    }

    /// Keeps a line unless it holds a secret or begins with a space; tells a failure once.
    pub fn keep<H: Helper, I: History>(
        &mut self,
        editor: &mut Editor<H, I>,
        line: &str,
    ) -> Option<String> {
        if !self.is_kept(line) || !editor.add_history_entry(line).unwrap_or(false) {
            return None;
        }
        if self.state == State::Failed {
            return None;
        }
        let failure = self.save(editor).err()?;
        self.state = State::Failed;
        Some(failure.to_string())
    }

    fn is_kept(&self, line: &str) -> bool {
        let holds_secret = self.secrets.iter().any(|secret| line.contains(secret.as_str()))
            || line.lines().any(is_secret)
            || sets_secret(line);
        !line.trim().is_empty() && !line.starts_with(char::is_whitespace) && !holds_secret
    }

    fn save<H: Helper, I: History>(&self, editor: &mut Editor<H, I>) -> rustyline::Result<()> {
        if let Some(home) = self.path.parent() {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(home)?;
        }
        editor.append_history(&self.path)
    }
}

/// Tells whether a line gives a value to a setting that is secret.
fn sets_secret(line: &str) -> bool {
    let mut words = line.split_whitespace();
    if words.next() != Some(SETTING) {
        return false;
    }
    let names = |key: &&Key, word: &str| {
        key.is_secret() && (key.name == word || key.variable.eq_ignore_ascii_case(word))
    };
    let is_named = words.any(|word| {
        let word = word.trim_matches(['"', '\'']);
        KEYS.iter().any(|key| names(&key, word))
    });
    is_named && words.next().is_some()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::os::unix::fs::PermissionsExt as _;

    use rustyline::history::FileHistory;

    use super::*;
    use foundation::config::settings::Layers;

    #[test]
    fn secrets_and_lines_after_a_space_are_left_out_of_a_private_file() {
        let folder = tempfile::tempdir().unwrap();
        let key = ("OPENAI_API_KEY".to_owned(), "canary-1234".to_owned());
        let layers = Layers { environment: BTreeMap::from([key]), ..Layers::default() };
        let home = folder.path().join("home");
        let mut history = HistoryFile::of(&Settings::resolve(home.clone(), &layers));
        let mut editor: Editor<(), FileHistory> = Editor::new().unwrap();

        let secret = [
            "/run use canary-1234",
            "/config set openai_api_key other-5678",
            "/config set \"OPENAI_API_KEY\" other-5678",
            "/propose-code a client\nwith ghp_0123456789abcdefghijABCDEFGHIJ012345",
        ];
        for line in ["/help", " /private", "", "/a\n/b"].into_iter().chain(secret) {
            assert_eq!(history.keep(&mut editor, line), None);
        }

        let kept = std::fs::read_to_string(home.join("history")).unwrap();
        assert_eq!(kept, "#V2\n/help\n/a\\n/b\n");
        let mode = std::fs::metadata(home.join("history")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
