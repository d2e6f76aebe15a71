//! `/config`: shows settings with their origins, or what lies where.
//!
//! It works without a home, for it helps when a home cannot be opened. Values of secrets never reach this file: settings give
//! out a form of each value that may be shown.

use clap::{Args as ClapArgs, ValueEnum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::config::endpoints::Endpoint;
use foundation::config::keys::{KEYS, Key};
use foundation::config::settings::Origin;
use foundation::config::write;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};

/// `/config`.
pub enum Config {}

/// What `/config` takes.
#[derive(Clone, Debug, ClapArgs, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigArgs {
    /// What to show, or `set`
    #[arg(value_enum, default_value_t)]
    #[serde(default)]
    what: What,
    /// The setting to change, by its name in config.toml or its variable
    #[serde(default)]
    key: Option<String>,
    /// Its new value; without one the line is taken away
    #[serde(default)]
    value: Option<String>,
}

/// What can be shown.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
enum What {
    /// Every setting with its origin.
    #[default]
    Show,
    /// What lies where.
    Path,
    /// Changes config.toml of the home.
    Set,
}

/// What `/config` answers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ConfigOutcome {
    what: What,
    /// What `set` changed; null otherwise.
    #[serde(default)]
    changed: Option<String>,
    settings: Vec<Setting>,
    paths: Vec<Place>,
    warnings: Vec<String>,
}

/// One setting; a secret's value is never told.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Setting {
    variable: String,
    value: String,
    origin: String,
    meaning: String,
}

/// One file or folder.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Place {
    name: String,
    path: String,
    exists: bool,
}

impl Command for Config {
    const SPEC: Spec = Spec {
        name: "config",
        aliases: &[],
        summary: "Show where each setting comes from or what lies where, or change one",
        group: Group::Operate,
        authority: Authority::Read,
        access: Access::None,
        free_text: None,
        examples: &["/config show", "/config path", "/config set model gpt-4o"],
    };
    type Args = ConfigArgs;
    type Outcome = ConfigOutcome;

    async fn run(invocation: &Invocation, args: ConfigArgs) -> Result<ConfigOutcome, CommandError> {
        let settings = &invocation.settings;
        let changed = match args.what {
            What::Set => Some(change(invocation, &args)?),
            What::Show | What::Path => None,
        };
        let shown = settings.shown().into_iter().map(|shown| Setting {
            variable: shown.variable.to_owned(),
            value: shown.value,
            origin: shown.origin.word().to_owned(),
            meaning: shown.doc.to_owned(),
        });
        Ok(ConfigOutcome {
            what: args.what,
            changed,
            settings: shown
                .chain(settings.endpoints().iter().map(endpoint))
                .chain(settings.aliases().iter().map(alias))
                .collect(),
            paths: places(settings.home()),
            warnings: settings.warnings(),
        })
    }
}

/// Changes a setting of the home, once its value can be meant, and says what was done.
fn change(invocation: &Invocation, args: &ConfigArgs) -> Result<String, CommandError> {
    if invocation.caller.authority() < Authority::Own {
        return Err(CommandError::new(ErrorKind::Forbidden, "only the owner changes settings"));
    }
    let wanted = args.key.as_deref().unwrap_or_default();
    let is_it = |key: &&Key| {
        !key.name.is_empty() && (key.name == wanted || key.variable.eq_ignore_ascii_case(wanted))
    };
    let Some(key) = KEYS.iter().find(is_it) else {
        return Err(CommandError::usage(format!("there is no setting {wanted:?} in config.toml"))
            .hint("Name one of `/config show`, such as `/config set model gpt-4o`."));
    };
    let value = args.value.as_deref().filter(|value| !value.is_empty());
    if let Some(problem) = value.and_then(|value| invocation.settings.fault_of(key, value)) {
        return Err(CommandError::usage(format!("{} is not set: {problem}", key.name)));
    }
    let path = write::set(invocation.settings.home(), key.name, value).map_err(|error| {
        let hint = match error {
            write::WriteError::File { .. } => {
                "Free some space or make the folder writable; the file is as it was."
            }
            write::WriteError::Syntax { .. } => "Mend the file, or move it away.",
        };
        CommandError::from_source(ErrorKind::Unavailable, &error).hint(hint)
    })?;
    let done = if value.is_some() { "sets" } else { "no longer sets" };
    Ok(format!(
        "{} {done} {}; processes that start from now on take it: end this session and a daemon at work, and start them anew.",
        path.display(),
        key.name
    ))
}

/// Makes the line of an alias of `config.toml`.
fn alias((name, line): (&String, &String)) -> Setting {
    Setting {
        variable: format!("aliases.{name}"),
        value: line.clone(),
        origin: Origin::File.word().to_owned(),
        meaning: format!("What /{name} stands for."),
    }
}

/// Makes the line of a model server of `config.toml`.
fn endpoint(endpoint: &Endpoint) -> Setting {
    let model = endpoint.model.as_deref().unwrap_or("its first model");
    let key = endpoint.api_key.as_ref().map_or("", |_| ", with a key");
    let tasks = match endpoint.tasks.as_slice() {
        [] => String::new(),
        tasks => format!(", for {}", tasks.join(", ")),
    };
    Setting {
        variable: format!("endpoints.{}", endpoint.name),
        value: format!("{}, {model}{key}{tasks}", endpoint.base_url),
        origin: Origin::File.word().to_owned(),
        meaning: "A further server that speaks the protocol of OpenAI.".to_owned(),
    }
}

fn places(home: &std::path::Path) -> Vec<Place> {
    let place = |name: &str, path: std::path::PathBuf| Place {
        name: name.to_owned(),
        path: path.display().to_string(),
        exists: path.exists(),
    };
    vec![
        place("home", home.to_owned()),
        place("database", home.join("knowledge.db")),
        place("settings", home.join("config.toml")),
        place("keys", home.join("keys")),
        place("toolchain", home.join("toolchain")),
        place("logs", home.join("logs")),
        place("history", home.join("history")),
    ]
}

impl Outcome for ConfigOutcome {
    fn page(&self) -> Page {
        let page = match self.what {
            What::Set => Page::new().text(self.changed.clone().unwrap_or_default()),
            What::Show => Page::new().block(self.table()),
            What::Path => Page::new().fields(self.paths.iter().map(|place| {
                let tone = if place.exists { Tone::Plain } else { Tone::Dim };
                let missing = if place.exists { "" } else { " (not there yet)" };
                (place.name.clone(), Cell::toned(format!("{}{missing}", place.path), tone))
            })),
        };
        self.warnings.iter().fold(page, |page, warning| {
            page.text(Cell::toned(format!("warning: {warning}"), Tone::Warn))
        })
    }
}

impl ConfigOutcome {
    fn table(&self) -> Block {
        let head = ["variable", "value", "origin", "meaning"].map(str::to_owned).to_vec();
        let rows = self.settings.iter().map(|setting| {
            let is_default = setting.origin == Origin::Default.word();
            let tone = if is_default { Tone::Dim } else { Tone::Strong };
            vec![
                Cell::from(setting.variable.clone()),
                Cell::toned(setting.value.clone(), tone),
                Cell::toned(setting.origin.clone(), tone),
                Cell::toned(setting.meaning.clone(), Tone::Dim),
            ]
        });
        Block::Table { head, rows: rows.collect() }
    }
}
