//! Files by which a project tells pytest what to do.
//!
//! Whoever takes a folder reads from them which files are tests; whoever judges a run wants to know whether they are still what was
//! shown. pytest reads one of them only, and so does everybody here. The guest has its own list, with what in each file speaks to
//! pytest (`guest/suite/settings.py`).

/// Their names, in the order in which pytest looks for them.
pub const SETTINGS: [&str; 7] = [
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
];

/// Finds the file that pytest reads, by its name and its text: the first that is made for it or has a section for it.
pub fn counting(read: impl Fn(&'static str) -> Option<String>) -> Option<(&'static str, String)> {
    SETTINGS.iter().find_map(|name| {
        let text = read(name)?;
        speaks(name, &text).then_some((*name, text))
    })
}

fn speaks(name: &str, text: &str) -> bool {
    let head = |line: &str| line.split('#').next().unwrap_or_default().trim().to_owned();
    let has = |heads: &[&str]| text.lines().any(|line| heads.contains(&head(line).as_str()));
    match name {
        "pyproject.toml" => has(&["[tool.pytest.ini_options]", "[tool.pytest]"]),
        "tox.ini" => has(&["[pytest]"]),
        "setup.cfg" => has(&["[tool:pytest]"]),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Option<&'static str> {
        let read = |name: &str| {
            let file = files.iter().find(|(other, _)| *other == name);
            file.map(|(_, text)| (*text).to_owned())
        };
        counting(read).map(|(name, _)| name)
    }

    #[test]
    fn the_first_file_that_speaks_to_pytest_counts_alone() {
        let table = ("pyproject.toml", "[tool.pytest.ini_options]\ntestpaths = ['a']\n");

        assert_eq!(found(&[table, ("pytest.ini", "")]), Some("pytest.ini"));
        assert_eq!(found(&[table, ("tox.ini", "[pytest]\n")]), Some("pyproject.toml"));
        let silent = ("pyproject.toml", "[project]\nname = 'x'\n");
        assert_eq!(found(&[silent, ("tox.ini", "[testenv]\n")]), None);
        assert_eq!(found(&[silent, ("setup.cfg", "[tool:pytest]  # ours\n")]), Some("setup.cfg"));
    }
}
