//! Requirements as texts, and the one rule for which of them are taken.
//!
//! Lists and descriptions of projects are hostile text: only plain names with versions and markers are taken, no address, option
//! or path, so that nothing leads an installer elsewhere.

use crate::domain::source_path::SourcePath;

/// The name of a list of requirements, and the folders in which one is the project's own.
const LIST: &str = "requirements.txt";
const OF_PROJECT: [&str; 3] = ["", "tests", "test"];
/// Most packages that are declared, and the longest declaration in bytes.
const MAX_DECLARED: usize = 100;
const MAX_BYTES: usize = 200;
/// Tools that every box has in a version of its own.
const TOOLS: [&str; 5] = ["pytest", "coverage", "pylint", "ruff", "pip"];

/// Whether a file lists what code and tests of a project need; lists in other folders are of documentation and of tools.
pub fn is_list(path: &SourcePath) -> bool {
    let folder = path.as_str().strip_suffix(LIST).map(|folder| folder.trim_end_matches('/'));
    folder.is_some_and(|folder| OF_PROJECT.contains(&folder))
}

/// The lines of a list of requirements, without comments.
pub fn lines(text: &str) -> Vec<String> {
    let bare = |line: &str| line.split(" #").next().unwrap_or_default().trim().to_owned();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#')).map(bare);
    lines.filter(|line| !line.is_empty()).collect()
}

/// The plain ones, each once, without the tools that every box has and without pins of pytest's plug-ins; at most a hundred.
pub fn plain(lines: Vec<String>) -> Vec<String> {
    let mut found = all_plain(lines);
    found.truncate(MAX_DECLARED);
    found
}

/// The same, however many there are.
pub fn all_plain(lines: Vec<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in lines.into_iter().map(unpinned) {
        let is_tool = TOOLS.contains(&normal(name(&line)).as_str());
        if is_plain(&line) && !is_tool && !found.contains(&line) {
            found.push(line);
        }
    }
    found
}

/// A plug-in of pytest that is pinned, as the least version: it was pinned beside a pytest that is not the box's.
fn unpinned(line: String) -> String {
    let (wanted, marker) = line.split_once(';').map_or((line.as_str(), ""), |(w, m)| (w, m));
    let is_plug_in = normal(name(wanted)).starts_with("pytest-");
    let Some((name, version)) = wanted.split_once("==").filter(|_| is_plug_in) else { return line };
    let version = version.trim_start_matches('=').trim().trim_end_matches(".*");
    if version.is_empty() || version.contains([',', '*']) {
        return line;
    }
    let marker = if marker.is_empty() { String::new() } else { format!(";{marker}") };
    format!("{}>={version}{marker}", name.trim_end())
}

/// The name at the beginning of a requirement.
pub fn name(line: &str) -> &str {
    let is_part =
        |symbol: char| symbol.is_ascii_alphanumeric() || matches!(symbol, '-' | '_' | '.');
    line.split(|symbol| !is_part(symbol)).next().unwrap_or_default()
}

/// A name as indexes compare it (PEP 503).
pub fn normal(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// Tells whether a line is a name with versions and a marker, and nothing that an installer would follow elsewhere.
fn is_plain(line: &str) -> bool {
    let known =
        |symbol: char| symbol.is_ascii_alphanumeric() || "-_.[]<>=!~,;()'\"* ".contains(symbol);
    line.len() <= MAX_BYTES
        && line.starts_with(|symbol: char| symbol.is_ascii_alphanumeric())
        && line.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        assert_eq!(normal("Zope.Interface_x"), "zope-interface-x");
        assert_eq!(name("attrs[tests]>=23"), "attrs");
    }

    #[test]
    fn plug_ins_of_another_pytest_are_not_pinned() {
        let list = "pytest-asyncio==0.24.0\npytest_mock == 3.* ; python_version>'3'\nidna==3.7\npytest-cov>=4,==4.1\npytest==8\n";

        assert_eq!(
            plain(lines(list)),
            [
                "pytest-asyncio>=0.24.0",
                "pytest_mock>=3; python_version>'3'",
                "idna==3.7",
                "pytest-cov>=4,>=4.1",
            ]
        );
    }

    #[test]
    fn nothing_that_leads_elsewhere_is_taken() {
        let list = "-r other.txt\ngit+https://example.org/a\na @ file:///etc\n./local\nok>=1 # why\n# no\nPytest\nok>=1\n";

        assert_eq!(plain(lines(list)), ["ok>=1"]);
    }
}
