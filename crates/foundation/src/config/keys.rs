//! Every setting, declared once.
//!
//! Documentation, checks and redaction follow from this table, so a variable that is not here does not exist.

use crate::config::checks::Form;

/// The right of a project folder's `.env` to set a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromProject {
    /// It may.
    Allowed,
    /// It may not: the setting names a program, a server, a sandbox floor or an approver.
    Refused,
}

/// The right to show a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// It may.
    Plain,
    /// Never: it is redacted wherever it turns up.
    Secret,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The environment variable.
    pub variable: &'static str,
    /// The name in `config.toml`; empty where the file cannot set it.
    pub name: &'static str,
    /// Its use, and what setting it enables.
    pub doc: &'static str,
    /// The value when nothing sets it, in words.
    pub default: &'static str,
    /// The right of a project to set it.
    pub from_project: FromProject,
    /// The right to show it.
    pub secrecy: Secrecy,
    /// The form of its values.
    pub form: Form,
}

impl Key {
    /// Tells whether its values are kept out of what is written down; the address of Sentry holds a key, though it is shown.
    pub fn is_secret(&self) -> bool {
        self.secrecy == Secrecy::Secret || self.variable == "SENTRY_DSN"
    }
}

const fn key(
    variable: &'static str,
    name: &'static str,
    doc: &'static str,
    default: &'static str,
) -> Key {
    Key {
        variable,
        name,
        doc,
        default,
        from_project: FromProject::Refused,
        secrecy: Secrecy::Plain,
        form: Form::Text,
    }
}

const fn open(key: Key) -> Key {
    Key { from_project: FromProject::Allowed, ..key }
}

const fn secret(key: Key) -> Key {
    Key { secrecy: Secrecy::Secret, ..key }
}

const fn formed(form: Form, key: Key) -> Key {
    Key { form, ..key }
}

/// Every setting, in the order of `.env.template`.
pub const KEYS: &[Key] = &[
    key(
        "SARAPHINA_HOME",
        "",
        "Folder of knowledge.db, keys, toolchain and logs.",
        "$XDG_DATA_HOME/saraphina",
    ),
    open(secret(key(
        "OPENAI_API_KEY",
        "openai_api_key",
        "Key of an OpenAI-compatible server. Enables generation by a model.",
        "",
    ))),
    formed(
        Form::Url,
        key(
            "OPENAI_BASE_URL",
            "openai_base_url",
            "Base URL of the server. A server on loopback needs no key.",
            "the public service, once a key is set",
        ),
    ),
    formed(
        Form::Name,
        open(key(
            "SARAPHINA_MODEL",
            "model",
            "Model to ask.",
            "gpt-4o, or the first a local server has",
        )),
    ),
    formed(
        Form::Providers,
        open(key(
            "SARAPHINA_PROVIDER",
            "provider",
            "Provider to ask: openai, library or an endpoint of config.toml; several, separated by spaces: if one fails, the next is asked.",
            "openai and the endpoints when configured, else library",
        )),
    ),
    formed(
        Form::Tape,
        key(
            "SARAPHINA_CASSETTE",
            "cassette",
            "Tape of model answers: record:FILE adds every answer to it, replay:FILE answers from it and asks no server.",
            "",
        ),
    ),
    key(
        "SARAPHINA_OWNER_KEY",
        "owner_key",
        "Key that signs your decisions: a private key file, or a public one whose private half an agent or a security key holds.",
        "a key without a passphrase, $SARAPHINA_HOME/keys/owner_key",
    ),
    key(
        "SARAPHINA_OWNER",
        "owner",
        "Your name in the record, where several owners share a home.",
        "owner",
    ),
    formed(
        Form::Anchors,
        key(
            "SARAPHINA_ANCHORS",
            "anchors",
            "Places outside the home that keep signed heads of the record, separated by spaces: file:PATH, git:FOLDER, witness:URL.",
            "",
        ),
    ),
    formed(
        Form::Number(0, 64),
        key(
            "SARAPHINA_ANCHORS_REQUIRED",
            "anchors_required",
            "How many anchors have to keep the head before a decision is taken.",
            "0",
        ),
    ),
    formed(
        Form::Hosts,
        key(
            "SARAPHINA_SERVER_HOSTS",
            "server_hosts",
            "Further names by which `saraphina serve` may be called, separated by spaces.",
            "",
        ),
    ),
    formed(
        Form::Program,
        key(
            "SARAPHINA_NOTIFY_COMMAND",
            "notify_command",
            "Program that the daemon starts for each event that concerns you, with the event as JSON on its standard input.",
            "",
        ),
    ),
    formed(
        Form::Switch,
        key(
            "SARAPHINA_NOTIFY_DESKTOP",
            "notify_desktop",
            "Set to 1, the daemon shows each such event on its desktop.",
            "0",
        ),
    ),
    formed(
        Form::Webhook,
        // Whoever knows such an address can often post to it, and agents may look at settings.
        secret(key(
            "SARAPHINA_NOTIFY_WEBHOOK",
            "notify_webhook",
            "Address that the daemon posts each such event to, signed: https, or a server of this machine.",
            "",
        )),
    ),
    key(
        "SARAPHINA_NOTIFY_SECRET",
        "notify_secret",
        "File of mode 600 with the secret that those posts are signed with.",
        "$SARAPHINA_HOME/webhook-secret",
    ),
    formed(
        Form::OneOf(&["linux"]),
        key("SARAPHINA_BACKEND", "backend", "Sandbox backend.", "linux"),
    ),
    key(
        "SARAPHINA_PYTHON",
        "python",
        "Python interpreter, 3.10 or newer, that the toolchain is made from.",
        "found on the PATH",
    ),
    formed(
        Form::OneOf(&["pylint", "ruff"]),
        key(
            "SARAPHINA_LINTER",
            "linter",
            "Linter: pylint, which says most and gives a score, with ruff where it cannot run; or ruff, which takes a fraction of the time.",
            "pylint",
        ),
    ),
    formed(
        Form::Switch,
        open(key("SARAPHINA_OFFLINE", "offline", "Set to 1, no model server is ever asked.", "0")),
    ),
    key(
        "SARAPHINA_SANDBOX_ROOT",
        "sandbox_root",
        "Folder where boxes that need one are made.",
        "$SARAPHINA_HOME/boxes",
    ),
    key(
        "SARAPHINA_PACKAGES",
        "packages",
        "Packages that proposals declare: never installed; ask, by /sandbox-code --install; or the names that may be, separated by spaces.",
        "never",
    ),
    formed(
        Form::Number(0, 3_650),
        key(
            "SARAPHINA_PACKAGES_MIN_DAYS",
            "packages_min_days",
            "Days that packages must have been published before they are resolved.",
            "0",
        ),
    ),
    formed(
        Form::Number(1, 10_000),
        key("SARAPHINA_MAX_FILES", "max_files", "Most files of a proposal, 1 to 10000.", "10000"),
    ),
    formed(
        Form::Number(1, 12),
        key(
            "SARAPHINA_MAX_FILE_MIB",
            "max_file_mib",
            "Largest file of a proposal in MiB, 1 to 12.",
            "8",
        ),
    ),
    formed(
        Form::Number(1, 48),
        key(
            "SARAPHINA_MAX_SOURCE_MIB",
            "max_source_mib",
            "Largest proposal in MiB over all files, 1 to 48.",
            "48",
        ),
    ),
    formed(
        Form::Number(8, 1_024),
        key(
            "SARAPHINA_MAX_PROCESSES",
            "max_processes",
            "Most processes and threads of a suite at once, 8 to 1024.",
            "64",
        ),
    ),
    formed(
        Form::Number(64, 65_536),
        key(
            "SARAPHINA_MAX_MEMORY_MIB",
            "max_memory_mib",
            "Most memory of a suite in MiB, all its processes together, 64 to 65536.",
            "512",
        ),
    ),
    formed(
        Form::Number(100, 200_000),
        key(
            "SARAPHINA_MAX_BOX_FILES",
            "max_box_files",
            "Most files and folders in a box, 100 to 200000.",
            "10000",
        ),
    ),
    formed(
        Form::Url,
        key(
            "SENTRY_DSN",
            "sentry_dsn",
            "Where our own failures are sent, scrubbed. Off without it.",
            "",
        ),
    ),
    formed(
        Form::OneOf(&["error", "warn", "info", "debug", "trace"]),
        open(key(
            "SARAPHINA_LOG",
            "log",
            "Level of the log files: error, warn, info, debug.",
            "info",
        )),
    ),
    secret(key(
        "DAYTONA_API_KEY",
        "daytona_api_key",
        "Key of the Daytona sandbox backend, which is not built yet.",
        "",
    )),
    formed(
        Form::Url,
        key(
            "DAYTONA_API_URL",
            "daytona_api_url",
            "Server of the Daytona sandbox backend, which is not built yet.",
            "",
        ),
    ),
    secret(key(
        "GALILEO_API_KEY",
        "galileo_api_key",
        "Key of the Galileo trace service, which is not built yet.",
        "",
    )),
    open(key("NO_COLOR", "", "Set to anything, output has no colour.", "")),
    key("EDITOR", "", "Program that lines are written in: /edit, or Ctrl-X Ctrl-E.", "vi"),
    key("PAGER", "", "Program that long diffs are shown in.", "less"),
];

/// The `.env.template`: every variable with its meaning, all commented out.
pub fn env_template() -> String {
    let mut text = String::from(
        "# Settings of saraphina; copy to `.env` and uncomment. Precedence: flag, environment, .env, config.toml.\n",
    );
    for key in KEYS {
        let refused = match key.from_project {
            FromProject::Allowed => "",
            FromProject::Refused => {
                " (not taken from a project's .env; set it in the environment or config.toml)"
            }
        };
        let default = match key.default {
            "" => String::new(),
            words => format!("# Default: {words}\n"),
        };
        text.extend(["\n# ", key.doc, refused, "\n", &default, "#", key.variable, "=\n"]);
    }
    text
}
