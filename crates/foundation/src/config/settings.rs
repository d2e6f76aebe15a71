//! Resolves settings, each with the place it comes from.
//!
//! The environment wins over `.env`, which wins over the config file. A `.env` comes with a project that somebody else
//! may have written, so it cannot set programs, servers or anything that loosens a wall.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::endpoints::Endpoint;
use crate::config::keys::{FromProject, KEYS, Key, Secrecy};
use crate::config::secret::Secret;
use record::domain::digest::Digest;

/// The place that a value comes from, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The process environment.
    Environment,
    /// `.env` in the working folder.
    Project,
    /// `config.toml` in the home.
    File,
    /// Nothing sets it.
    Default,
}

impl Origin {
    /// The word in `/config show`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Project => ".env",
            Self::File => "config.toml",
            Self::Default => "default",
        }
    }
}

/// Values from the three places, before they are resolved.
#[derive(Clone, Default)]
pub struct Layers {
    /// The environment, only variables that are declared.
    pub environment: BTreeMap<String, String>,
    /// `.env` of the working folder.
    pub project: BTreeMap<String, String>,
    /// `config.toml` of the home, by variable.
    pub file: BTreeMap<String, String>,
    /// The tables `[endpoints.NAME]` of `config.toml`, by name.
    pub endpoints: Vec<Endpoint>,
    /// The lines of `[aliases]`, by name.
    pub aliases: BTreeMap<String, String>,
}

/// Settings of this process.
#[derive(Clone)]
pub struct Settings {
    home: PathBuf,
    values: BTreeMap<&'static str, (String, Origin)>,
    endpoints: Vec<Endpoint>,
    aliases: BTreeMap<String, String>,
    warnings: Vec<String>,
    faults: Vec<Fault>,
}

/// A value that nothing understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The variable.
    pub variable: &'static str,
    /// The place it comes from.
    pub origin: Origin,
    /// What is wrong with it.
    pub problem: String,
}

impl Fault {
    /// One sentence about it.
    pub fn sentence(&self) -> String {
        format!("{} of {} is refused: {}", self.variable, self.origin.word(), self.problem)
    }
}

/// Settings that change what an engine does for a caller.
const WORK: &[&str] = &[
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "SARAPHINA_MODEL",
    "SARAPHINA_PROVIDER",
    "SARAPHINA_CASSETTE",
    "SARAPHINA_ANCHORS",
    "SARAPHINA_ANCHORS_REQUIRED",
    "SARAPHINA_BACKEND",
    "SARAPHINA_PYTHON",
    "SARAPHINA_LINTER",
    "SARAPHINA_OFFLINE",
    "SARAPHINA_SANDBOX_ROOT",
    "SARAPHINA_PACKAGES",
    "SARAPHINA_PACKAGES_MIN_DAYS",
    "SARAPHINA_MAX_FILES",
    "SARAPHINA_MAX_FILE_MIB",
    "SARAPHINA_MAX_SOURCE_MIB",
    "SARAPHINA_MAX_PROCESSES",
    "SARAPHINA_MAX_MEMORY_MIB",
    "SARAPHINA_MAX_BOX_FILES",
];

/// A value as another process of the same user is told it: secrets as a digest.
fn told(key: &Key, value: &str) -> String {
    match key.secrecy {
        Secrecy::Plain => value.to_owned(),
        Secrecy::Secret => Digest::of(value.as_bytes()).to_string(),
    }
}

/// One line of `/config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The variable.
    pub variable: &'static str,
    /// The value, secrets as `[set]`.
    pub value: String,
    /// Its place.
    pub origin: Origin,
    /// Its use.
    pub doc: &'static str,
}

impl Settings {
    /// Resolves the layers; values that a project may not set are left out, with a warning each.
    pub fn resolve(home: PathBuf, layers: &Layers) -> Self {
        let mut settings = Self {
            home,
            values: BTreeMap::new(),
            endpoints: layers.endpoints.clone(),
            aliases: layers.aliases.clone(),
            warnings: Vec::new(),
            faults: Vec::new(),
        };
        for key in KEYS {
            settings.take(key, &layers.file, Origin::File);
            match (key.from_project, layers.project.get(key.variable)) {
                (FromProject::Allowed, _) => settings.take(key, &layers.project, Origin::Project),
                (FromProject::Refused, Some(_)) => settings.warnings.push(format!(
                    "{} is not taken from .env of the working folder; set it in the environment or config.toml",
                    key.variable
                )),
                (FromProject::Refused, None) => {}
            }
            settings.take(key, &layers.environment, Origin::Environment);
        }
        settings
    }

    fn take(&mut self, key: &'static Key, layer: &BTreeMap<String, String>, origin: Origin) {
        let Some(value) = layer.get(key.variable).filter(|value| !value.is_empty()) else { return };
        // What a stronger place says counts, right or wrong.
        self.faults.retain(|fault| fault.variable != key.variable);
        if let Some(problem) = self.fault_of(key, value) {
            self.faults.push(Fault { variable: key.variable, origin, problem });
        }
        self.values.insert(key.variable, (value.clone(), origin));
    }

    /// Says what is wrong with a value of a setting; nothing where it can be meant.
    pub fn fault_of(&self, key: &Key, value: &str) -> Option<String> {
        let further = self.endpoints.iter().map(|endpoint| endpoint.name.as_str());
        let providers: Vec<&str> = ["openai", "library"].into_iter().chain(further).collect();
        key.form.fault(value, &providers)
    }

    /// Values that nothing understands: commands that write are refused until they are mended.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What this process's environment and its folder's `.env` say about the work of an engine; keys as digests.
    pub fn wishes(&self) -> BTreeMap<String, String> {
        let wished = KEYS.iter().filter(|key| WORK.contains(&key.variable));
        let said = wished.filter_map(|key| {
            let (value, origin) = self.values.get(key.variable)?;
            matches!(origin, Origin::Environment | Origin::Project).then_some(())?;
            Some((key.variable.to_owned(), told(key, value)))
        });
        said.collect()
    }

    /// Names a wish that these settings do not meet, with what they say in its place.
    pub fn unmet(&self, wishes: &BTreeMap<String, String>) -> Option<(&'static str, String)> {
        KEYS.iter().filter(|key| WORK.contains(&key.variable)).find_map(|key| {
            let wish = wishes.get(key.variable)?;
            let own = self.values.get(key.variable).map(|(value, _)| told(key, value));
            (own.as_ref() != Some(wish)).then(|| {
                let own = match (key.secrecy, own) {
                    (_, None) => "nothing".to_owned(),
                    (Secrecy::Secret, Some(_)) => "another one".to_owned(),
                    (Secrecy::Plain, Some(own)) => own,
                };
                (key.variable, own)
            })
        })
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The value of a variable, when something sets it.
    pub fn get(&self, variable: &str) -> Option<&str> {
        self.values.get(variable).map(|(value, _)| value.as_str())
    }

    /// A secret by its variable.
    pub fn secret(&self, variable: &str) -> Option<Secret> {
        self.get(variable).map(|value| Secret::new(value.to_owned()))
    }

    /// Tells whether a switch is on: set, and not `0`, `false`, `no` or `off`.
    pub fn is_on(&self, variable: &str) -> bool {
        self.get(variable).is_some_and(|value| !matches!(value, "0" | "false" | "no" | "off"))
    }

    /// Values that must never be shown, for redaction.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        KEYS.iter().filter(|key| key.is_secret()).filter_map(|key| self.get(key.variable)).chain(
            self.endpoints.iter().filter_map(|endpoint| Some(endpoint.api_key.as_ref()?.reveal())),
        )
    }

    /// Model servers besides the first, by name.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// Lines under names of one's own, by name.
    pub const fn aliases(&self) -> &BTreeMap<String, String> {
        &self.aliases
    }

    /// Everything that was refused while reading, one sentence each.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.iter().cloned().chain(self.faults.iter().map(Fault::sentence)).collect()
    }

    /// Every setting with its origin.
    pub fn shown(&self) -> Vec<Shown> {
        KEYS.iter().map(|key| self.show(key)).collect()
    }

    fn show(&self, key: &Key) -> Shown {
        let (value, origin) = match (key.variable, self.values.get(key.variable)) {
            ("SARAPHINA_HOME", None) => (self.home.display().to_string(), Origin::Default),
            (_, Some((value, origin))) => (value.clone(), *origin),
            (_, None) => (key.default.to_owned(), Origin::Default),
        };
        let value = match (key.secrecy, origin) {
            (Secrecy::Secret, Origin::Environment | Origin::Project | Origin::File) => {
                "[set]".to_owned()
            }
            (Secrecy::Secret, Origin::Default) | (Secrecy::Plain, _) => value,
        };
        Shown { variable: key.variable, value, origin, doc: key.doc }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_setting_travels_with_a_command_or_is_none_of_the_engines_work() {
        // Who asks, what the process itself shows and logs, and what a home tells others.
        let others = [
            "SARAPHINA_HOME",
            "SARAPHINA_OWNER_KEY",
            "SARAPHINA_OWNER",
            "SARAPHINA_SERVER_HOSTS",
            "SARAPHINA_NOTIFY_COMMAND",
            "SARAPHINA_NOTIFY_DESKTOP",
            "SARAPHINA_NOTIFY_WEBHOOK",
            "SARAPHINA_NOTIFY_SECRET",
            "SENTRY_DSN",
            "SARAPHINA_LOG",
            "DAYTONA_API_KEY",
            "DAYTONA_API_URL",
            "GALILEO_API_KEY",
            "NO_COLOR",
            "EDITOR",
            "PAGER",
        ];
        let is_placed = |key: &&Key| WORK.contains(&key.variable) || others.contains(&key.variable);
        let stray: Vec<&str> =
            KEYS.iter().filter(|key| !is_placed(key)).map(|key| key.variable).collect();

        assert_eq!(stray, Vec::<&str>::new());
    }

    #[test]
    fn the_environment_wins_over_the_project_over_the_file() {
        let layers = Layers {
            environment: layer(&[("SARAPHINA_MODEL", "a")]),
            project: layer(&[("SARAPHINA_MODEL", "b"), ("SARAPHINA_PROVIDER", "library")]),
            file: layer(&[
                ("SARAPHINA_MODEL", "c"),
                ("SARAPHINA_PROVIDER", "openai"),
                ("SARAPHINA_LOG", "debug"),
            ]),
            ..Layers::default()
        };

        let settings = Settings::resolve("/home".into(), &layers);

        let values = ["SARAPHINA_MODEL", "SARAPHINA_PROVIDER", "SARAPHINA_LOG"]
            .map(|name| settings.get(name));
        assert_eq!(values, [Some("a"), Some("library"), Some("debug")]);
    }

    #[test]
    fn a_value_that_is_none_of_the_choices_is_a_fault_and_not_replaced() {
        let layers = Layers {
            environment: layer(&[("SARAPHINA_LINTER", "rough")]),
            file: layer(&[("SARAPHINA_LINTER", "ruff")]),
            ..Layers::default()
        };

        let settings = Settings::resolve("/home".into(), &layers);

        assert_eq!(settings.get("SARAPHINA_LINTER"), Some("rough"));
        assert_eq!(
            settings.warnings(),
            ["SARAPHINA_LINTER of environment is refused: it may be pylint or ruff"]
        );
    }

    #[test]
    fn a_project_cannot_set_programs_servers_or_floors() {
        let hostile = layer(&[
            ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1"),
            ("SARAPHINA_PYTHON", "/tmp/evil"),
            ("PAGER", "evil"),
            ("SARAPHINA_BACKEND", "none"),
            ("SARAPHINA_LINTER", "ruff"),
            ("SENTRY_DSN", "http://x@127.0.0.1/1"),
            ("SARAPHINA_HOME", "/tmp/other"),
        ]);

        let settings =
            Settings::resolve("/home".into(), &Layers { project: hostile, ..Layers::default() });

        assert_eq!(settings.values.len(), 0);
        assert_eq!(settings.warnings().len(), 7);
    }

    #[test]
    fn secrets_are_never_shown() {
        let layers =
            Layers { environment: layer(&[("OPENAI_API_KEY", "sk-canary")]), ..Layers::default() };

        let settings = Settings::resolve("/home".into(), &layers);

        assert!(settings.shown().iter().all(|shown| !shown.value.contains("canary")));
        assert_eq!(format!("{:?}", settings.secret("OPENAI_API_KEY")), "Some([secret])");
    }
}
