//! The entry points of a project, wherever its packaging has them declared.
//!
//! Programs that a suite starts and plug-ins that pytest loads are found by them. Only plain names are taken: what is written here
//! names modules that get imported in the box. The forms are those of the packaging specifications, of Poetry and of setuptools.

use toml::{Table, Value};

use record::domain::source::SourceFile;

/// Most bytes of a name, a version or a place.
const MAX_WORD_BYTES: usize = 80;
/// Groups that are looked for in `setup.py`, which is read and never run.
const OF_SCRIPTS: [&str; 3] = ["console_scripts", "gui_scripts", "pytest11"];

/// The entry points as installers write them: those of the table, else those that were published, else those of setuptools' files.
pub(crate) fn entry_points(table: &Table, files: &[SourceFile]) -> String {
    let text = |path: &str| {
        let file = files.iter().find(|file| file.path.as_str() == path);
        file.map(SourceFile::text).unwrap_or_default()
    };
    let published = || {
        let is_list =
            |file: &&SourceFile| file.path.as_str().ends_with(".egg-info/entry_points.txt");
        files.iter().find(is_list).map(|file| of_list(&file.text())).unwrap_or_default()
    };
    let ways: [&dyn Fn() -> Vec<String>; 4] =
        [&|| of_table(table), &published, &|| of_settings(&text("setup.cfg")), &|| {
            of_script(&text("setup.py"))
        }];
    let found = ways.iter().map(|way| way()).find(|lines| !lines.is_empty()).unwrap_or_default();
    found.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// Tells whether a text is a plain name, version or part of a place.
pub(crate) fn is_word(text: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+');
    !text.is_empty() && text.len() <= MAX_WORD_BYTES && text.bytes().all(is_part)
}

/// Those of `pyproject.toml`: of its project, or of Poetry.
fn of_table(table: &Table) -> Vec<String> {
    let inner = |place: &[&str]| {
        let mut found = table;
        for key in place {
            found = found.get(*key)?.as_table()?;
        }
        Some(found)
    };
    let named = [
        ("console_scripts", inner(&["project", "scripts"])),
        ("gui_scripts", inner(&["project", "gui-scripts"])),
        ("console_scripts", inner(&["tool", "poetry", "scripts"])),
    ];
    let others = [inner(&["project", "entry-points"]), inner(&["tool", "poetry", "plugins"])];
    let others = others.into_iter().flatten().flatten();
    let others = others.map(|(group, points)| (group.as_str(), points.as_table()));
    let mut lines = Vec::new();
    for (group, points) in named.into_iter().chain(others) {
        let places = points.into_iter().flatten().filter_map(|(name, place)| {
            // Poetry can write a place as a table.
            let place = place.as_str().or_else(|| place.get("reference").and_then(Value::as_str));
            point(name, place?)
        });
        grouped(&mut lines, group, places);
    }
    lines
}

/// Those of the list that was written when the project was published.
fn of_list(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let group = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match group {
            Some(group) => is_word(group).then(|| line.to_owned()),
            None => line.split_once('=').and_then(|(name, place)| point(name, place)),
        }
    };
    text.lines().filter_map(line).collect()
}

/// Those of `[options.entry_points]` in `setup.cfg`: under each group, indented lines.
fn of_settings(text: &str) -> Vec<String> {
    let inside = text.lines().skip_while(|line| line.trim() != "[options.entry_points]").skip(1);
    let mut lines = Vec::new();
    for line in inside.take_while(|line| !line.starts_with('[')) {
        let Some((name, place)) = line.split_once('=') else { continue };
        if line.starts_with(char::is_whitespace) {
            lines.extend(point(name, place));
        } else if is_word(name.trim()) {
            lines.push(format!("[{}]", name.trim()));
            lines.extend(place.split_once('=').and_then(|(name, place)| point(name, place)));
        }
    }
    lines
}

/// Those that `setup.py` writes out as lists under the usual groups.
fn of_script(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for group in OF_SCRIPTS {
        let quoted = [format!("\"{group}\""), format!("'{group}'")];
        let rest = quoted.iter().find_map(|name| text.split_once(name.as_str()));
        let list = rest.and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
        let list = list.and_then(|rest| rest.trim_start().strip_prefix('['));
        let list = list.and_then(|rest| rest.split_once(']')).map_or("", |(list, _)| list);
        let points = list.split(['"', '\'']).filter_map(|text| text.split_once('='));
        grouped(&mut lines, group, points.filter_map(|(name, place)| point(name, place)));
    }
    lines
}

fn grouped(lines: &mut Vec<String>, group: &str, points: impl Iterator<Item = String>) {
    let points: Vec<String> = points.collect();
    if is_word(group) && !points.is_empty() {
        lines.push(format!("[{group}]"));
        lines.extend(points);
    }
}

/// A line of plain words; extras behind a place are left out, as nobody asks for them any more.
fn point(name: &str, place: &str) -> Option<String> {
    let name = name.trim();
    let place = place.split_once('[').map_or(place, |(place, _)| place).trim();
    (is_word(name) && place.split(':').all(is_word)).then(|| format!("{name} = {place}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::role::Role;

    #[test]
    fn each_way_to_declare_them_is_read_and_only_plain_names_are_taken() {
        let said = "[console_scripts]\nshop = shop.app:main\n[pytest11]\nshop = shop.plugin\n";
        let poetry = "[tool.poetry.scripts]\nshop = { reference = \"shop.app:main\", type = \"console\" }\nbad = \"a b;c\"\n[tool.poetry.plugins.pytest11]\nshop = \"shop.plugin\"\n";
        let settings = "[options]\nzip_safe = no\n[options.entry_points]\nconsole_scripts =\n    shop = shop.app:main [extra]\n    b;d = x\npytest11 = shop = shop.plugin\n\n[flake8]\nx = y\n";
        let script = "setup(\n    entry_points={\n        'console_scripts': ['shop=shop.app:main'],\n        \"pytest11\": [\n            \"shop = shop.plugin\",\n        ],\n    },\n)\n";
        let forms = [("pyproject.toml", poetry), ("setup.cfg", settings), ("setup.py", script)];

        for (path, text) in forms {
            let file = SourceFile {
                path: path.parse().unwrap(),
                role: Role::Support,
                content: text.as_bytes().to_vec(),
            };
            let table = text.parse::<Table>().unwrap_or_default();

            assert_eq!(entry_points(&table, &[file]), said, "{path}");
        }
    }
}
