//! What a path, and what a file imports, say of how much hangs on it.
//!
//! Some files decide who may do what, some how a project is built, and some are run by machines and tools that no test here is on.

use std::collections::BTreeSet;

use crate::standard::is_standard;
use crate::tree::{field, parsed, text_of, walk};

/// Parts of a path that speak of who may do what, of money or of secrets.
const GUARDED: [&str; 14] = [
    "auth",
    "login",
    "password",
    "passwords",
    "secret",
    "secrets",
    "crypto",
    "token",
    "tokens",
    "permission",
    "permissions",
    "payment",
    "security",
    "session",
];
/// Names of files that say how things are built, installed or run.
const STEERING: [&str; 12] = [
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "conftest.py",
    "dockerfile",
    "makefile",
    "justfile",
    "tox.ini",
    "noxfile.py",
    "hatch_build.py",
    "package.json",
    "cargo.toml",
];
/// Folders of the same.
const STEERING_FOLDERS: [&str; 5] = [".github/", ".ci/", ".gitlab/", "migrations/", "deploy/"];
/// Files that other machines, or the tools of whoever works on the project, run or obey by themselves: no test here runs them.
const AUTOMATIC: [&str; 11] = [
    ".gitlab-ci.yml",
    ".travis.yml",
    "azure-pipelines.yml",
    "appveyor.yml",
    "jenkinsfile",
    ".pre-commit-config.yaml",
    ".pre-commit-hooks.yaml",
    ".gitattributes",
    ".gitmodules",
    ".envrc",
    "pip.conf",
];
/// Folders of the same.
const AUTOMATIC_FOLDERS: [&str; 6] =
    [".github/workflows/", ".github/actions/", ".circleci/", ".buildkite/", ".gitlab/", ".ci/"];
/// Modules by which code reaches a network.
const NETWORK: [&str; 13] = [
    "socket",
    "ssl",
    "http.client",
    "urllib.request",
    "ftplib",
    "smtplib",
    "telnetlib",
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "websockets",
    "paramiko",
];
/// Whether a path speaks of who may do what, of money or of secrets.
pub fn is_guarded(path: &str) -> bool {
    let path = path.to_lowercase();
    path.split(|symbol: char| !symbol.is_alphanumeric()).any(|word| GUARDED.contains(&word))
}

/// Whether other machines or tools run or obey a file by themselves.
pub fn is_automatic(path: &str) -> bool {
    let path = path.to_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    AUTOMATIC.contains(&name) || AUTOMATIC_FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// Whether what a `pyproject.toml` says of the project's build is another; of a file that cannot be read, all of it counts.
pub fn is_built_otherwise(path: &str, before: Option<&str>, after: Option<&str>) -> bool {
    let part = |text: &str| match text.parse::<toml::Table>() {
        Ok(mut table) => table.remove("build-system"),
        Err(_) => Some(toml::Value::String(text.to_owned())),
    };
    let parts = [before, after].map(|text| text.and_then(part));
    path == "pyproject.toml" && parts[0] != parts[1]
}

/// Whether a file at a root of imports is found in the place of a module of Python.
pub fn takes_a_standard_name(path: &str) -> bool {
    let path = path.strip_prefix("src/").unwrap_or(path);
    let module = path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py"));
    module.is_some_and(is_standard)
}

/// The module by which a Python file reaches a network now, and did not before.
pub fn new_network(path: &str, before: Option<&str>, after: Option<&str>) -> Option<&'static str> {
    let used = |text: Option<&str>| -> BTreeSet<&'static str> {
        let names = imported(path, text.unwrap_or_default());
        let is_used = |module: &&str| names.contains(*module);
        NETWORK.into_iter().filter(is_used).collect()
    };
    let before = used(before);
    used(after).into_iter().find(|module| !before.contains(module))
}

/// The modules that a Python file imports, and what it takes from them: `from urllib import request` is `urllib.request` too.
fn imported(path: &str, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Some((_, tree)) = parsed(path, text) else { return found };
    walk(tree.root_node(), |node| {
        let module = match node.kind() {
            "import_statement" => None,
            "import_from_statement" => field(text, node, "module_name"),
            _ => return true,
        };
        for item in node.children_by_field_name("name", &mut node.walk()) {
            let name = field(text, item, "name").unwrap_or_else(|| text_of(text, item).to_owned());
            found.insert(module.as_ref().map_or_else(|| name.clone(), |of| format!("{of}.{name}")));
        }
        found.extend(module);
        true
    });
    found
}

/// Whether a file says how things are built, installed or run.
pub fn is_steering(path: &str) -> bool {
    let path = path.to_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_list = name.starts_with("requirements") && ending(name) == "txt";
    let is_script = ["sh", "bash", "ps1", "bat"].contains(&ending(name));
    STEERING.contains(&name)
        || is_list
        || is_script
        || STEERING_FOLDERS
            .iter()
            .any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")))
}

/// What stands behind the last dot of a path.
pub fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}
