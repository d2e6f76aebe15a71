//! Packages that a proposal declares, and whether the owner lets them be installed.
//!
//! Three places declare them: lists of requirements, the block of a script (PEP 723), and the project's own description.
//! All are hostile text: only plain names with versions are taken, no address, option or path, and no more than a bound.

use std::sync::Arc;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::event::Event;
use crate::contract::ground::Ground;
use crate::contract::invocation::Invocation;
use crate::diagnosis::absent;
use crate::diagnosis::packages::{self, INSTALLS, NEVER, NOT_INSTALLED};
use crate::diagnosis::python::other_python;
use foundation::config::settings::Settings;
use foundation::repository::aside;
use foundation::repository::survey::{self, Found, Tree};
use record::domain::digest::Digest;
use record::domain::environment::Environment;
use record::domain::evidence::{Evidence, Finding};
use record::domain::requirement::{self, normal};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::time::Timestamp;
use sandbox::backend::{MISSING_PACKAGE, RunProgress, SandboxBackend};
use sandbox::error::SandboxError;
use sandbox::toolchain::layer::{Allowed, Layer, Provided, Wanted};

/// The setting that allows it.
pub const SETTING: &str = "SARAPHINA_PACKAGES";
/// The setting of how many days packages must have been published.
const AGE: &str = "SARAPHINA_PACKAGES_MIN_DAYS";
/// Most days that it takes.
const MAX_DAYS: i64 = 3_650;
/// What whoever asks for a run says of packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Install {
    /// Nothing: the setting decides.
    #[default]
    AsSet,
    /// The owner wants them installed, and gave their word on the lock of this digest.
    Now(Option<Digest>),
}

/// What is wanted of the sandbox, as far as the owner may allow it; nothing where nothing is declared or ever allowed.
pub fn wanted(
    source: &Source,
    settings: &Settings,
    install: Install,
) -> Result<Option<Wanted>, CommandError> {
    let setting = settings.get(SETTING).unwrap_or("never");
    let allowed = match (setting, install) {
        ("never", Install::Now(_)) => {
            return Err(CommandError::usage(format!("{SETTING} is never"))
                .hint(format!("Set {SETTING} to ask, or to the names of packages you allow.")));
        }
        ("never", Install::AsSet) => return Ok(None),
        (_, Install::Now(word)) => Allowed::Exactly(word),
        ("ask", Install::AsSet) => Allowed::Before,
        (names, Install::AsSet) => Allowed::Names(named(names).map(normal).collect()),
    };
    let specifiers = declared(source);
    Ok((!specifiers.is_empty()).then_some(Wanted { specifiers, allowed, not_after: None }))
}

/// The names in a list that has spaces or commas between them.
fn named(list: &str) -> impl Iterator<Item = &str> {
    list.split(|symbol: char| symbol.is_whitespace() || symbol == ',')
        .filter(|name| !name.is_empty())
}

/// What a repository's owner confirmed that its tests need: the lock that they saw, and no other.
pub fn of_repository(ground: &Ground, settings: &Settings) -> Option<Wanted> {
    let is_wanted = settings.get(SETTING) != Some("never") && !ground.packages.is_empty();
    let allowed = ground.lock.map_or(Allowed::Before, |lock| Allowed::Exactly(Some(lock)));
    is_wanted.then(|| Wanted { specifiers: ground.packages.clone(), allowed, not_after: None })
}

/// Has the packages provided that are wanted; says what is missing where the owner has not allowed it.
pub async fn layer(
    invocation: &Invocation,
    backend: &dyn SandboxBackend,
    wanted: Option<&Wanted>,
) -> Result<(Option<Arc<Layer>>, Option<Finding>), SandboxError> {
    let Some(wanted) = wanted else { return Ok((None, None)) };
    let list = wanted.specifiers.join(", ");
    let not_after = not_after(invocation).map_err(|error| SandboxError::Packages {
        detail: error.to_string(),
        remedy: "give it a number of days".to_owned(),
    })?;
    let wanted = &Wanted { not_after, ..wanted.clone() };
    let why = match backend.provide(wanted, &stages(invocation)).await? {
        Provided::Layer(layer) => return Ok((Some(Arc::new(layer)), None)),
        Provided::NotYet | Provided::Shown(_) => format!("/sandbox-code --install {INSTALLS}"),
        Provided::Refused(names) => format!("{SETTING} does not name {}", names.join(", ")),
    };
    let (code, message) = (NOT_INSTALLED.to_owned(), format!("{list}: {why}"));
    Ok((None, Some(Finding { code, message })))
}

/// Adds what is said of packages: `lacking`, or which ones a source declares, where its run misses one and the
/// owner has said nothing of packages or never wants any.
pub fn tell(
    evidence: &mut Evidence,
    source: &Source,
    settings: &Settings,
    lacking: Option<Finding>,
) {
    let findings = &mut evidence.integrity.findings;
    absent::judge(findings, &declared(source));
    let told = lacking.or_else(|| unasked(source, settings, findings));
    findings.extend(told);
}

/// Adds what is said of a Python that is not there: of a change, as its repository was confirmed.
pub fn tell_python(evidence: &mut Evidence, source: &Source, ground: Option<&Ground>) {
    let told = not_its_python(source, ground, &evidence.environment);
    evidence.integrity.findings.extend(told);
}

fn not_its_python(
    source: &Source,
    ground: Option<&Ground>,
    environment: &Environment,
) -> Option<Finding> {
    let wanted = match ground {
        Some(ground) => ground.python.clone(),
        None => surveyed(source).python,
    };
    other_python(&wanted?, environment)
}

fn unasked(source: &Source, settings: &Settings, findings: &[Finding]) -> Option<Finding> {
    let is_never = settings.get(SETTING).is_none_or(|setting| setting == "never");
    let is_missing = findings.iter().any(|one| one.code == MISSING_PACKAGE);
    if !is_never || !is_missing || source.change().is_some() {
        return None;
    }
    let list = declared(source).join(", ");
    let message = format!("{list}: {NEVER}");
    (!list.is_empty()).then(|| Finding { code: NOT_INSTALLED.to_owned(), message })
}

/// Lays down what a source declares, for an owner who asks for it; nothing may use it before they gave their word on exactly this.
pub async fn laid(
    invocation: &Invocation,
    backend: &dyn SandboxBackend,
    source: &Source,
) -> Result<Option<Provided>, CommandError> {
    let Some(wanted) = wanted(source, &invocation.settings, Install::Now(None))? else {
        return Ok(None);
    };
    let wanted = Wanted { not_after: not_after(invocation)?, ..wanted };
    Ok(Some(backend.provide(&wanted, &stages(invocation)).await?))
}

/// The day after which no package may have been published: what is new may be found to be malicious within days.
fn not_after(context: &Context) -> Result<Option<String>, CommandError> {
    let Some(text) = context.settings.get(AGE) else { return Ok(None) };
    let days: i64 =
        text.parse().ok().filter(|days| (0..=MAX_DAYS).contains(days)).ok_or_else(|| {
            CommandError::usage(format!("{AGE} takes 0 to {MAX_DAYS}, not {text:?}"))
        })?;
    let then = context.now().millis().saturating_sub(days * 86_400_000);
    Ok((days > 0).then(|| Timestamp::from_millis(then).day()))
}

/// What came of looking packages up for an owner.
pub enum Laid {
    /// None are wanted.
    None,
    /// They lie there, and the owner gave their word on them before.
    Granted(Layer),
    /// They lie there; nothing uses them before the owner gave their word.
    Shown(Layer),
    /// They could not be had, and why.
    Not(String),
}

impl Laid {
    /// The packages, where they could be had.
    pub const fn layer(&self) -> Option<&Layer> {
        match self {
            Self::Granted(layer) | Self::Shown(layer) => Some(layer),
            Self::None | Self::Not(_) => None,
        }
    }
}

/// Looks up what a repository needs, for the owner who adds it; `word` is the lock that they gave their word on.
pub async fn looked_up(
    invocation: &Invocation,
    packages: &[String],
    word: Option<Digest>,
) -> Result<Laid, CommandError> {
    if packages.is_empty() {
        return Ok(Laid::None);
    }
    // Unset, the owner's own question is enough; only where they said never, or named some, it is not.
    let allowed = match invocation.settings.get(SETTING) {
        Some("never") => return Ok(Laid::Not(format!("{SETTING} is never"))),
        None | Some("ask") => Allowed::Exactly(word),
        Some(names) => Allowed::Names(names.split_whitespace().map(normal).collect()),
    };
    let wanted =
        Wanted { specifiers: packages.to_vec(), allowed, not_after: not_after(invocation)? };
    let provided = invocation.backend(None)?.provide(&wanted, &stages(invocation)).await;
    Ok(match provided {
        Ok(Provided::Layer(layer)) => Laid::Granted(layer),
        Ok(Provided::Shown(layer)) => Laid::Shown(layer),
        Ok(Provided::NotYet) => Laid::Not("they were never allowed".to_owned()),
        Ok(Provided::Refused(names)) => {
            Laid::Not(format!("{SETTING} does not name {}", names.join(", ")))
        }
        Err(SandboxError::Packages { detail, remedy }) => Laid::Not(format!("{detail}; {remedy}")),
        Err(error) => return Err(error.into()),
    })
}

fn stages(invocation: &Invocation) -> impl Fn(RunProgress) + Send + Sync + use<> {
    let events = Arc::clone(&invocation.events);
    move |event| {
        if let RunProgress::Stage(words) = event {
            events(Event::Stage(words));
        }
    }
}

/// What a project that is a source says of itself.
fn surveyed(source: &Source) -> Found {
    of_tree(source, survey::survey)
}

fn of_tree<T>(source: &Source, read: impl FnOnce(&Tree<'_>) -> T) -> T {
    let files = || source.files().iter();
    let named = |path: &str| files().find(|file| file.path.as_str() == path);
    read(&Tree {
        paths: files().map(|file| file.path.as_str()).collect(),
        read: &|path| Some(named(path)?.text()),
    })
}

/// The packages that the files of a source declare, those that only its tests need included.
pub fn declared(source: &Source) -> Vec<String> {
    let mut found = surveyed(source).packages;
    let code: Vec<&str> = source.of_role(Role::Code).map(|file| file.path.as_str()).collect();
    for file in source.files() {
        found.extend(match file.role {
            _ if requirement::is_list(&file.path) => {
                let lines = requirement::lines(&file.text());
                of_tree(source, |tree| aside::needed(&tree.paths, &code, tree.read, lines))
            }
            Role::Code | Role::Test => script(file),
            Role::Support => Vec::new(),
        });
    }
    // One line that no installer understands would keep all of them from being installed.
    found.retain(|line| packages::is_requirement(line));
    requirement::plain(found)
}

/// The block `# /// script` of a file, as PEP 723 has it.
fn script(file: &SourceFile) -> Vec<String> {
    let text = file.text();
    let block = text.lines().skip_while(|line| line.trim_end() != "# /// script").skip(1);
    let inner = block.take_while(|line| line.starts_with('#') && line.trim_end() != "# ///");
    let inner = inner.map(|line| line.trim_start_matches('#').trim_start()).collect::<Vec<_>>();
    let Ok(table) = inner.join("\n").parse::<toml::Table>() else { return Vec::new() };
    dependencies(table.get("dependencies"))
}

fn dependencies(value: Option<&toml::Value>) -> Vec<String> {
    let items = value.and_then(toml::Value::as_array).into_iter().flatten();
    items.filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, Role, &str)]) -> Vec<String> {
        let tests = ("test_a.py", Role::Test, "");
        let file = |(path, role, text): &(&str, Role, &str)| SourceFile {
            path: path.parse().unwrap(),
            role: *role,
            content: text.as_bytes().to_vec(),
        };
        declared(&Source::new(files.iter().chain([&tests]).map(file).collect()).unwrap())
    }

    #[test]
    fn of_a_change_the_python_counts_that_the_owner_confirmed() {
        let python = ("python".to_owned(), "3.11.7".to_owned());
        let environment = Environment([python].into());
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        let project = "[project]\nname = \"a\"\nrequires-python = \">=3.12\"\n";
        let files = vec![
            file("pyproject.toml", Role::Support, project),
            file("a.py", Role::Code, "a = 1\n"),
            file("test_a.py", Role::Test, ""),
        ];
        let source = Source::new(files).unwrap();
        let ground = |python: Option<&str>| Ground {
            python: python.map(str::to_owned),
            ..Ground::default()
        };
        let told = |ground: Option<&Ground>| {
            not_its_python(&source, ground, &environment).map(|told| told.message)
        };

        let of_change = told(Some(&ground(Some(">=3.13"))));

        assert!(of_change.is_some_and(|told| told.contains(">=3.13")));
        assert_eq!(told(Some(&ground(None))), None);
        assert!(told(None).is_some_and(|told| told.contains(">=3.12")));
    }

    #[test]
    fn tools_of_maintainers_are_left_out_of_lists_unless_something_uses_them() {
        let list = "black\ninvoke>=2\nsix\ntox\ntwine\n";

        let found = of(&[
            ("a.py", Role::Code, "import invoke\nimport six\n"),
            ("requirements.txt", Role::Support, list),
        ]);

        assert_eq!(found, ["six", "invoke>=2"]);
    }

    #[test]
    fn three_places_declare_packages() {
        let script = "# /// script\n# requires-python = \">=3.10\"\n# dependencies = [\n#   \"attrs>=25\",\n# ]\n# ///\nimport attrs\n";
        let project =
            "[project]\nname = \"a\"\ndependencies = [\"idna\", \"six ; python_version < '4'\"]\n";
        let list = "# comment\nwcwidth==0.2.13  # why\npytest>=8\n";

        let found = of(&[
            ("a.py", Role::Code, script),
            ("pyproject.toml", Role::Support, project),
            ("requirements.txt", Role::Support, list),
        ]);

        assert_eq!(found, ["idna", "six ; python_version < '4'", "wcwidth==0.2.13", "attrs>=25"]);
    }

    #[test]
    fn what_only_tests_need_is_declared_in_groups_extras_and_lists() {
        let project = "[project]\nname = \"a\"\n[project.optional-dependencies]\ntest = [\"idna\"]\ndocs = [\"furo\"]\n\
            [dependency-groups]\ntests = [\"hypothesis\", {include-group = \"more\"}]\nmore = [\"six\"]\n";
        let setup = "[options]\ninstall_requires =\n    attrs\n[options.extras_require]\ntesting =\n    mock\n";
        let code = ("a.py", Role::Code, "");

        let of_project = of(&[code, ("pyproject.toml", Role::Support, project)]);
        let older = [
            ("setup.cfg", Role::Support, setup),
            ("requirements-dev.txt", Role::Support, "-r requirements.txt\nflake8\nsh>=2\n"),
            ("requirements.txt", Role::Support, "click\n"),
        ];
        let of_setup = of(&[&[code][..], &older].concat());

        assert_eq!(of_project, ["idna", "hypothesis", "six"]);
        assert_eq!(of_setup, ["attrs", "mock", "sh>=2", "click"]);
    }

    #[test]
    fn lists_of_documentation_and_tools_are_not_the_projects() {
        let file = |path| (path, Role::Support, "idna\n");
        let code = ("a.py", Role::Code, "");

        assert_eq!(of(&[code, file("tests/requirements.txt")]), ["idna"]);
        assert_eq!(of(&[code, file("docs/requirements.txt")]), [""; 0]);
        assert_eq!(of(&[code, file("my-requirements.txt")]), [""; 0]);
    }

    #[test]
    fn names_of_packages_have_spaces_or_commas_between_them() {
        let found: Vec<&str> = named("click, sh\n idna").collect();

        assert_eq!(found, ["click", "sh", "idna"]);
    }

    #[test]
    fn nothing_that_leads_elsewhere_is_taken() {
        let list = "-r other.txt\n--index-url https://example.org\na; python_version<\ngit+https://example.org/a\na @ file:///etc\n./local\nattrs @ https://example.org/a.whl\n/etc/passwd\nok\n";

        let found = of(&[("a.py", Role::Code, ""), ("requirements.txt", Role::Support, list)]);

        assert_eq!(found, ["ok"]);
    }
}
