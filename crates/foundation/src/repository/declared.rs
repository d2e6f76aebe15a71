//! Packages as older projects declare them.
//!
//! A script is read and not run: its lists are Python. A source distribution has a line for each (core metadata, `Requires-Dist`),
//! and settings have sections.

use record::domain::requirement;
use toml::{Table, Value};

/// An optional part of a project, as it declares it.
pub(crate) struct Extra {
    /// Its name.
    pub(crate) name: String,
    /// What it needs, as requirements.
    pub(crate) packages: Vec<String>,
}

/// Most extras of a project that are looked at.
const MOST_EXTRAS: usize = 60;

/// The requirements of a published project, with those of the extras of these names.
pub(crate) fn published(text: &str, extras: &[&str]) -> Vec<String> {
    let head = text.lines().take_while(|line| !line.is_empty());
    let lines = head.filter_map(|line| line.strip_prefix("Requires-Dist:"));
    lines.filter_map(|line| wanted(line.trim(), extras)).collect()
}

/// Whether a requirement is for an extra alone.
pub(crate) fn is_of_an_extra(line: &str) -> bool {
    line.split_once(';').is_some_and(|(_, marker)| marker.contains("extra"))
}

/// A requirement without the words that tie it to an extra; nothing where that is another one.
pub(crate) fn wanted(line: &str, extras: &[&str]) -> Option<String> {
    let Some((requirement, marker)) = line.split_once(';') else { return Some(line.to_owned()) };
    let mut parts = Vec::new();
    for part in marker.split(" and ").map(str::trim) {
        let named =
            part.strip_prefix("extra").and_then(|rest| rest.trim_start().strip_prefix("=="));
        match named.map(|name| name.trim().trim_matches(['"', '\''])) {
            Some(name) if extras.contains(&name) => {}
            Some(_) => return None,
            None if part.contains("extra") => return None,
            None => parts.push(part),
        }
    }
    let requirement = requirement.trim();
    if parts.is_empty() {
        return Some(requirement.to_owned());
    }
    Some(format!("{requirement}; {}", parts.join(" and ")))
}

/// The extras of a published project; what they need on some systems alone keeps its marker.
pub(crate) fn published_extras(text: &str) -> Vec<Extra> {
    let head = text.lines().take_while(|line| !line.is_empty());
    let names = head.filter_map(|line| line.strip_prefix("Provides-Extra:")).map(str::trim);
    let plain = published(text, &[]);
    let of = |name: &str| {
        let mut packages = published(text, &[name]);
        packages.retain(|line| !plain.contains(line));
        Extra { name: name.to_owned(), packages }
    };
    names.take(MOST_EXTRAS).map(of).collect()
}

/// The extras of an INI file: a key each.
pub(crate) fn ini_extras(text: &str) -> Vec<Extra> {
    const SECTION: &str = "options.extras_require";
    let inside = text.lines().skip_while(|line| line.trim() != format!("[{SECTION}]")).skip(1);
    let inside = inside.take_while(|line| !line.starts_with('['));
    let keys = inside.filter(|line| !line.starts_with([' ', '\t', '#']));
    let names = keys.filter_map(|line| Some(line.split_once('=')?.0.trim())).take(MOST_EXTRAS);
    let of = |name: &str| Extra { name: name.to_owned(), packages: ini_value(text, SECTION, name) };
    names.map(of).collect()
}

/// The lines of a value in an INI file: on the line of the key and on the indented ones below.
pub(crate) fn ini_value(text: &str, section: &str, key: &str) -> Vec<String> {
    let head = format!("[{section}]");
    let inside = text.lines().skip_while(|line| line.trim() != head).skip(1);
    let mut inside = inside.take_while(|line| !line.starts_with('['));
    let value = inside.by_ref().find_map(|line| {
        let (name, value) = line.split_once('=').filter(|_| !line.starts_with([' ', '\t']))?;
        (name.trim() == key).then(|| value.to_owned())
    });
    let Some(value) = value else { return Vec::new() };
    let further = inside.take_while(|line| line.trim().is_empty() || line.starts_with([' ', '\t']));
    let further: Vec<String> = further.map(str::to_owned).collect();
    requirement::lines(&std::iter::once(value).chain(further).collect::<Vec<_>>().join("\n"))
}

/// What the extras need with which tox installs a project for its tests.
pub(crate) fn of_tox_extras(read: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let Some(tox) = read("tox.ini") else { return Vec::new() };
    let project = read("pyproject.toml").and_then(|text| text.parse::<Table>().ok());
    let extras =
        project.as_ref().and_then(|file| file.get("project")?.get("optional-dependencies"));
    let setup = read("setup.cfg").unwrap_or_default();
    let named = ini_value(&tox, "testenv", "extras");
    let named = named.iter().flat_map(|line| line.split(',')).map(str::trim);
    let lines = named.flat_map(|name| {
        let own = texts(extras.and_then(|extras| extras.get(name)));
        own.into_iter().chain(ini_value(&setup, "options.extras_require", name))
    });
    lines.collect()
}

/// The texts of a list that a call is given, written there or bound to a name at the start of a line; what is computed is not seen.
pub(crate) fn called_with(text: &str, name: &str) -> Vec<String> {
    let after = text.split_once(name).map_or("", |(_, rest)| rest.trim_start());
    let Some(value) = after.strip_prefix('=').map(str::trim_start) else { return Vec::new() };
    let is_word = |symbol: char| symbol == '_' || symbol.is_ascii_alphanumeric();
    let bound = value.split(|symbol| !is_word(symbol)).next().unwrap_or_default();
    let list = if bound.is_empty() { Some(value) } else { bound_to(text, bound) };
    list.and_then(|list| list.strip_prefix('[')).map(written_out).unwrap_or_default()
}

/// The text that a call is given by name, written there or bound to a name at the start of a line; what is computed is not seen.
pub(crate) fn text_given(text: &str, name: &str) -> Option<String> {
    let value = text.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
    let is_word = |symbol: char| symbol == '_' || symbol.is_ascii_alphanumeric();
    let bound = value.split(|symbol| !is_word(symbol)).next().unwrap_or_default();
    let value = if bound.is_empty() { value } else { bound_to(text, bound)? };
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (given, rest) = value.get(1..)?.split_once(quote)?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let is_all = rest.is_empty() || rest.starts_with([',', ')', '\n', '\r', '#']);
    (is_all && !given.is_empty() && !given.contains('\n')).then(|| given.to_owned())
}

/// What follows the sign where a name is bound at the start of a line.
fn bound_to<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    starts.find_map(|at| {
        let rest = text.get(at..)?.strip_prefix(name)?.trim_start_matches(' ');
        rest.strip_prefix('=').filter(|rest| !rest.starts_with('=')).map(str::trim_start)
    })
}

/// The texts of a list or call up to its end; a bracket or the other quote within a text is a part of it, and a comment is not.
pub(crate) fn written_out(mut rest: &str) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some(at) = rest.find(['"', '\'', ']', '#']) {
        let (mark, after) = rest[at..].split_at(1);
        if mark == "#" {
            rest = after.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        let Some((text, further)) = after.split_once(mark).filter(|_| mark != "]") else { break };
        texts.push(text.to_owned());
        rest = further;
    }
    texts
}

/// The texts of an array.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_a_script_are_read_where_they_are_written() {
        let script = "NEEDS = [\n    # it's needed\n    'six>=1',\n    \"attrs[tests]\"]\nNEEDS_NOT = ['b']\nsetup(install_requires=NEEDS, tests_require = ['mock'], extras_require=MORE)\n";

        assert_eq!(called_with(script, "install_requires"), ["six>=1", "attrs[tests]"]);
        assert_eq!(called_with(script, "tests_require"), ["mock"]);
        assert_eq!(called_with(script, "extras_require"), [""; 0]);
        let given = |script: &str| text_given(script, "python_requires");
        assert_eq!(given("setup(python_requires = '>=3.7')").as_deref(), Some(">=3.7"));
        let bound = "NEEDS = \">=3.8\"\nsetup(python_requires=NEEDS)";
        assert_eq!(given(bound).as_deref(), Some(">=3.8"));
        assert_eq!(given("setup(python_requires='>=%d' % LEAST, name='')"), None);
        assert_eq!(given("setup(python_requires=least())"), None);
        assert_eq!(called_with("install_requires == NEEDS", "install_requires"), [""; 0]);
    }

    #[test]
    fn extras_are_told_with_their_needs() {
        let head = "Provides-Extra: bson\nRequires-Dist: six\nRequires-Dist: pymongo>=4; extra == \"bson\"\n";
        let setup = "[options]\nzip_safe = no\n[options.extras_require]\nyaml =\n    PyYAML\ncli = click; rich\n[x]\ny = z\n";
        let told = |extras: Vec<Extra>| {
            let told = extras.into_iter().map(|one| (one.name, one.packages.join(", ")));
            told.collect::<Vec<_>>()
        };
        let words = |name: &str, packages: &str| (name.to_owned(), packages.to_owned());

        assert_eq!(told(published_extras(head)), [words("bson", "pymongo>=4")]);
        assert_eq!(told(ini_extras(setup)), [words("yaml", "PyYAML"), words("cli", "click; rich")]);
    }

    #[test]
    fn what_was_published_names_its_needs_and_those_of_its_tests() {
        let head = "Metadata-Version: 2.1\nRequires-Dist: six (>=1)\nRequires-Dist: idna; python_version < '4'\nRequires-Dist: mock ; extra == 'test'\nRequires-Dist: a; python_version < '4' and extra == \"test\"\nRequires-Dist: sphinx; extra == \"docs\"\nRequires-Dist: b; (extra == \"test\") or extra == \"c\"\nRequires-Dist: c; extra==\"test\"\n\nRequires-Dist: prose\n";

        let found = published(head, &["test"]);

        assert_eq!(
            found,
            ["six (>=1)", "idna; python_version < '4'", "mock", "a; python_version < '4'", "c"]
        );
    }
}
