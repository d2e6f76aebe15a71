//! Packages that are wanted, and those there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::environment::Environment;
use crate::domain::module_name::is_standard;
use crate::domain::source::Source;
use crate::sandbox::toolchain::requirements::requirements as pinned;

/// The name of a list of requirements.
const LIST: &str = "requirements.txt";
/// Most lines of all lists that are read, and longest one, in characters.
const MAX_LINES: usize = 200;
const MAX_LINE: usize = 200;
/// What modules are installed by where the names differ, or where more than one package is meant.
const PACKAGES: &[(&str, &[&str])] = &[
    ("fastapi", &["fastapi", "uvicorn"]),
    ("flask", &["flask"]),
    ("flask_sqlalchemy", &["flask-sqlalchemy"]),
    ("django", &["django"]),
    ("rest_framework", &["djangorestframework"]),
    ("sqlalchemy", &["sqlalchemy"]),
    ("pydantic", &["pydantic"]),
    ("pydantic_settings", &["pydantic-settings"]),
    ("uvicorn", &["uvicorn"]),
    ("starlette", &["starlette"]),
    ("requests", &["requests"]),
    ("httpx", &["httpx"]),
    ("numpy", &["numpy"]),
    ("pandas", &["pandas"]),
    ("scipy", &["scipy"]),
    ("sklearn", &["scikit-learn"]),
    ("matplotlib", &["matplotlib"]),
    ("yaml", &["pyyaml"]),
    ("PIL", &["pillow"]),
    ("cv2", &["opencv-python"]),
    ("bs4", &["beautifulsoup4"]),
    ("dateutil", &["python-dateutil"]),
    ("dotenv", &["python-dotenv"]),
    ("jwt", &["pyjwt"]),
    ("psycopg2", &["psycopg2-binary"]),
    ("redis", &["redis"]),
    ("jinja2", &["jinja2"]),
];

/// What became of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The sandbox has it, in a version that is wanted.
    Installed,
    /// The sandbox has another version of it.
    OtherVersion,
    /// The sandbox has it not.
    Missing,
    /// It is part of Python.
    StandardLibrary,
    /// The line is none that is understood: an option, an address, a version of another form.
    NotUnderstood,
}

impl Found {
    /// The word people read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::OtherVersion => "other version",
            Self::Missing => "missing",
            Self::StandardLibrary => "standard library",
            Self::NotUnderstood => "not understood",
        }
    }
}

/// One line of a list of requirements; nothing is ever installed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requirement {
    /// The line, without its comment.
    pub text: String,
    /// The package, in its normal form; empty where the line is not understood.
    pub name: String,
    /// What became of it.
    pub found: Found,
    /// The version that the sandbox has.
    pub version: Option<String>,
}

/// The requirements of a source against what the sandbox had; none where it did not say which Python it is.
pub fn requirements(source: &Source, environment: &Environment) -> Vec<Requirement> {
    let Some(installed) = installed(environment) else { return Vec::new() };
    let lists = source.files().iter().filter(|file| file.path.file_name() == LIST);
    let texts: Vec<String> = lists.map(crate::domain::source::SourceFile::text).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    let lines = lines.map(without_comment).filter(|line| !line.is_empty());
    lines.take(MAX_LINES).map(|line| judged(line, &installed)).collect()
}

/// What a module that is not there asks of the environment; `None` where it may be a slip of the code.
pub fn question(module: &str, wanted: &[Requirement]) -> Option<String> {
    let root = module.split('.').next().unwrap_or(module);
    let known = PACKAGES.iter().find(|(import, _)| *import == root);
    let packages = match known {
        Some((_, packages)) => packages.join(" and "),
        None => wanted.iter().find(|wanted| wanted.name == normal(root))?.name.clone(),
    };
    Some(format!(
        "Environment question: `{root}` comes with {packages}, which the sandbox has not; nothing is installed for a proposal."
    ))
}

fn without_comment(line: &str) -> &str {
    let line = line.split(" #").next().unwrap_or_default().trim();
    if line.starts_with('#') { "" } else { line }
}

fn judged(line: &str, installed: &BTreeMap<String, String>) -> Requirement {
    let text: String = line.chars().filter(|symbol| !symbol.is_control()).take(MAX_LINE).collect();
    let not_understood = Requirement {
        text: text.clone(),
        name: String::new(),
        found: Found::NotUnderstood,
        version: None,
    };
    if line.chars().count() > MAX_LINE {
        return not_understood;
    }
    let Some((name, clauses)) = parts(line) else { return not_understood };
    let version = installed.get(&name).cloned();
    let found = match &version {
        Some(version) => match clauses.iter().map(|clause| holds(clause, version)).collect() {
            Some(all) => {
                let all: Vec<bool> = all;
                if all.into_iter().all(|holds| holds) {
                    Found::Installed
                } else {
                    Found::OtherVersion
                }
            }
            None => Found::NotUnderstood,
        },
        None if is_standard(&name.replace('-', "_")) => Found::StandardLibrary,
        None => Found::Missing,
    };
    Requirement { text, name, found, version }
}

/// The name and the clauses of `name[extra] >=1, <2 ; marker`.
fn parts(line: &str) -> Option<(String, Vec<String>)> {
    let line = line.split(';').next().unwrap_or_default().trim();
    let is_name = |symbol: char| symbol.is_ascii_alphanumeric() || "-_.".contains(symbol);
    let end = line.find(|symbol| !is_name(symbol)).unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(end)?;
    if !name.starts_with(|symbol: char| symbol.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None => rest,
    };
    let rest = rest.trim().trim_start_matches('(').trim_end_matches(')');
    let clauses: Vec<String> = rest
        .split(',')
        .map(|clause| clause.trim().to_owned())
        .filter(|clause| !clause.is_empty())
        .collect();
    let is_clause = |clause: &String| clause.starts_with(['=', '<', '>', '!', '~']);
    clauses.iter().all(is_clause).then(|| (normal(name), clauses))
}

/// A package's name as PEP 503 compares it.
fn normal(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// Whether a version fits a clause; `None` where either has another form than numbers.
fn holds(clause: &str, version: &str) -> Option<bool> {
    let end = clause.find(|symbol| !"=<>!~".contains(symbol))?;
    let (operator, wanted) = clause.split_at_checked(end)?;
    let wanted = wanted.trim();
    let have = release(version)?;
    if let Some(start) = wanted.strip_suffix(".*") {
        let is_within = have.starts_with(&release(start)?);
        return match operator {
            "==" => Some(is_within),
            "!=" => Some(!is_within),
            _ => None,
        };
    }
    let numbers = release(wanted)?;
    let order = padded(&have).cmp(&padded(&numbers));
    Some(match operator {
        "==" | "===" => order.is_eq(),
        "!=" => order.is_ne(),
        ">=" => order.is_ge(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        "<" => order.is_lt(),
        "~=" => {
            let (_, start) = numbers.split_last()?;
            !start.is_empty() && order.is_ge() && have.starts_with(start)
        }
        _ => return None,
    })
}

fn release(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

/// Trailing zeros mean nothing.
fn padded(numbers: &[u32]) -> Vec<u32> {
    let end = numbers.iter().rposition(|number| *number != 0).map_or(0, |last| last + 1);
    numbers.iter().take(end).copied().collect()
}

/// The packages of the sandbox by normal name: those of the locked list of its Python.
fn installed(environment: &Environment) -> Option<BTreeMap<String, String>> {
    let python = environment.0.get("python")?;
    let minor = python.split('.').nth(1)?.parse().ok()?;
    let package = |line: &str| {
        let (name, rest) = line.split_once("==")?;
        // A line with a marker is for other systems.
        let version = rest.trim_end_matches('\\').trim();
        (!version.contains(';')).then(|| (normal(name.trim()), version.to_owned()))
    };
    Some(pinned(minor).lines().filter_map(package).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::{Role, SourceFile};

    fn found(list: &str) -> Vec<(String, Found)> {
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        let files = vec![
            file("a.py", Role::Code, ""),
            file("test_a.py", Role::Test, ""),
            file("requirements.txt", Role::Support, list),
        ];
        let python = ("python".to_owned(), "3.12.4".to_owned());
        let environment = Environment(BTreeMap::from([python]));
        let found = requirements(&Source::new(files).unwrap(), &environment);
        found.into_iter().map(|wanted| (wanted.name, wanted.found)).collect()
    }

    #[test]
    fn requirements_are_compared_with_what_the_sandbox_has() {
        let list = "# tools\nFlask[async]>=2.0, <4  # web\npytest >= 7\nPyTest<2\ncoverage ~= 7.0; python_version > '3'\n\
                    sqlite3\npylint==99.*\npytest>=7rc1\n";

        let wanted = [
            ("flask", Found::Missing),
            ("pytest", Found::Installed),
            ("pytest", Found::OtherVersion),
            ("coverage", Found::Installed),
            ("sqlite3", Found::StandardLibrary),
            ("pylint", Found::OtherVersion),
            ("pytest", Found::NotUnderstood),
        ];
        assert_eq!(found(list), wanted.map(|(name, found)| (name.to_owned(), found)));
    }

    #[test]
    fn hostile_lines_are_bounded_and_not_understood() {
        let long = format!("a{}\n", "b".repeat(10_000));
        let list = format!(
            "-r /etc/passwd\n--index-url http://x\ngit+https://x/y.git\nx @ file:///etc\n[\n{long}x[y\n\u{7}\nf>é\n"
        );

        let all = found(&list);

        assert!(all.iter().take(7).all(|(_, found)| *found == Found::NotUnderstood), "{all:?}");
        assert_eq!(found(&"flask\n".repeat(5_000)).len(), MAX_LINES);
    }

    #[test]
    fn a_missing_module_is_named_after_its_package() {
        let wanted = |name: &str| Requirement {
            text: name.to_owned(),
            name: name.to_owned(),
            found: Found::Missing,
            version: None,
        };

        assert!(question("yaml", &[]).unwrap().contains("pyyaml"));
        assert!(question("fastapi.routing", &[]).unwrap().contains("fastapi and uvicorn"));
        assert!(question("some_thing", &[wanted("some-thing")]).unwrap().contains("some-thing"));
        assert_eq!(question("jsonn", &[wanted("other")]), None);
    }
}
