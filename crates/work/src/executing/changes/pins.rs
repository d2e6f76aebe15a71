//! What a change does to the dependencies that a repository declares or locks.
//!
//! A lock file is long and nobody reads its difference; what matters is which package comes, goes or moves. Read are pylock
//! (PEP 751), the locks of uv, poetry and pdm, lists of requirements, and the dependencies of `pyproject.toml` (PEP 621). Nothing is installed
//! for it: the suite runs with the packages that the owner confirmed.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::executing::changes::lines::text_of;
use record::domain::change_evidence::MAX_LISTED;
use record::domain::changeset::Touched;
use record::domain::requirement;

/// Locks that list their packages in tables of this name.
const LOCKS: [(&str, &str); 3] =
    [("uv.lock", "package"), ("poetry.lock", "package"), ("pdm.lock", "package")];
/// Longest name or version that is told, in characters.
const MAX_TEXT: usize = 80;

/// Packages with what is said of their versions.
type Pins = BTreeMap<String, BTreeSet<String>>;

/// Says of each package that a change adds, drops or moves, by file.
pub fn changed<'a>(paths: impl Iterator<Item = &'a Touched>) -> Vec<String> {
    let mut told = Vec::new();
    for touched in paths {
        let path = touched.path.as_str();
        let read = |side| text_of(side).map_or_else(Pins::new, |text| pins(path, text));
        let (before, after) = (read(touched.before.as_ref()), read(touched.after.as_ref()));
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            let line = match (before.get(name), after.get(name)) {
                (Some(old), Some(new)) if old == new => continue,
                (Some(old), Some(new)) => {
                    format!("{} becomes {}", worded(name, old), versions(new))
                }
                (Some(old), None) => format!("{} is gone", worded(name, old)),
                (None, Some(new)) => format!("{} is new", worded(name, new)),
                (None, None) => continue,
            };
            told.push(format!("{path}: {line}"));
        }
    }
    told.truncate(MAX_LISTED);
    told
}

fn worded(name: &str, versions_of: &BTreeSet<String>) -> String {
    let versions = versions(versions_of);
    format!("{name} {versions}")
}

fn versions(all: &BTreeSet<String>) -> String {
    all.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn pins(path: &str, text: &str) -> Pins {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let is_pylock = name.starts_with("pylock.") && ending == Some("toml");
    if is_pylock {
        return locked(text, "packages");
    }
    if let Some((_, table)) = LOCKS.iter().find(|(lock, _)| *lock == name) {
        return locked(text, table);
    }
    if name == "pyproject.toml" {
        return declared(text);
    }
    let is_list = name.contains("requirements") && matches!(ending, Some("txt" | "in"));
    if is_list { listed(text.lines()) } else { Pins::new() }
}

/// Reads tables of packages with their names and versions.
fn locked(text: &str, table: &str) -> Pins {
    let mut found = Pins::new();
    let Ok(lock) = text.parse::<Table>() else { return found };
    for package in lock.get(table).and_then(Value::as_array).into_iter().flatten() {
        let word = |name: &str| package.get(name).and_then(Value::as_str);
        if let Some(name) = word("name") {
            let version = word("version").unwrap_or("without a version");
            found.entry(short(&requirement::normal(name))).or_default().insert(short(version));
        }
    }
    found
}

/// Reads the dependencies of a project, optional ones and groups included.
fn declared(text: &str) -> Pins {
    let Ok(settings) = text.parse::<Table>() else { return Pins::new() };
    let project = settings.get("project").and_then(Value::as_table);
    let needed = project.and_then(|project| project.get("dependencies"));
    let optional = project.and_then(|project| project.get("optional-dependencies"));
    let groups = [optional, settings.get("dependency-groups")];
    let groups = groups.into_iter().flatten().filter_map(Value::as_table).flat_map(Table::values);
    let lists = needed.into_iter().chain(groups).filter_map(Value::as_array).flatten();
    listed(lists.filter_map(Value::as_str))
}

/// Reads requirements, one a line (PEP 508); options and what is included from elsewhere are no packages.
fn listed<'t>(lines: impl Iterator<Item = &'t str>) -> Pins {
    let mut found = Pins::new();
    for line in lines {
        let line = line.split(" #").next().unwrap_or_default();
        let line = line.split(" --hash").next().unwrap_or_default().trim().trim_end_matches('\\');
        let is_name = |symbol: char| symbol.is_ascii_alphanumeric() || "._-".contains(symbol);
        let end = line.find(|symbol| !is_name(symbol)).unwrap_or(line.len());
        let (name, rest) = line.split_at(end);
        let is_package = name.starts_with(|symbol: char| symbol.is_ascii_alphanumeric());
        if !is_package || rest.starts_with(':') || rest.starts_with('/') {
            continue;
        }
        let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        let rest = if rest.is_empty() { "in any version".to_owned() } else { rest };
        found.entry(short(&requirement::normal(name))).or_default().insert(short(&rest));
    }
    found
}

fn short(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::changeset::Side;
    use record::domain::role::Role;

    fn told(path: &str, before: &str, after: &str) -> Vec<String> {
        let side = |text: &str| (!text.is_empty()).then(|| Side::file(text.as_bytes()));
        let (before, after) = (side(before), side(after));
        let touched = Touched { path: path.parse().unwrap(), role: Role::Support, before, after };
        changed([touched].iter())
    }

    #[test]
    fn packages_that_come_go_and_move_are_told_whatever_the_form() {
        let package = |table: &str, name: &str, version: &str| {
            format!("[[{table}]]\nname = \"{name}\"\nversion = \"{version}\"\n")
        };
        let lock = |table: &str, all: &[(&str, &str)]| -> String {
            all.iter().map(|(name, version)| package(table, name, version)).collect()
        };

        let pylock = told(
            "locks/pylock.dev.toml",
            &lock("packages", &[("Attrs", "1.0"), ("gone", "2")]),
            &lock("packages", &[("attrs", "1.1"), ("new_one", "3")]),
        );
        let uv = told("uv.lock", "", &lock("package", &[("x", "1"), ("x", "2")]));

        assert_eq!(
            pylock,
            [
                "locks/pylock.dev.toml: attrs 1.0 becomes 1.1",
                "locks/pylock.dev.toml: gone 2 is gone",
                "locks/pylock.dev.toml: new-one 3 is new",
            ]
        );
        assert_eq!(uv, ["uv.lock: x 1, 2 is new"]);
    }

    #[test]
    fn requirements_and_a_project_declare_what_they_need() {
        let list = told(
            "requirements/dev.requirements.txt",
            "# tools\n-r base.txt\nidna==3.7 --hash=sha256:0 \\\npytest\n",
            "idna==3.10\nhttps://example.org/x.whl\npytest # any\n",
        );
        let project = told(
            "pyproject.toml",
            "[project]\ndependencies = [\"click>=8\"]\n",
            "[project]\ndependencies = [\"click >= 8.1\"]\n[project.optional-dependencies]\nx = [\"rich\"]\n",
        );

        assert_eq!(list, ["requirements/dev.requirements.txt: idna ==3.7 becomes ==3.10"]);
        assert_eq!(
            project,
            [
                "pyproject.toml: click >=8 becomes >= 8.1",
                "pyproject.toml: rich in any version is new",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_or_is_none_of_these_tells_nothing() {
        assert_eq!(told("uv.lock", "", "[[package"), [""; 0]);
        assert_eq!(told("notes.txt", "a==1\n", "a==2\n"), [""; 0]);
    }
}
