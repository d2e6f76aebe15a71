//! What a given file is written in, told by its name.
//!
//! Only what a sandbox can judge is taken as code or tests: anything else would be stored as Python and fail as Python, which
//! says nothing about it.

use crate::contract::error::CommandError;
use record::domain::role::Role;
use record::domain::source::SourceFile;

/// Endings of files that people give as code, and what they are.
const OTHERS: [(&str, &str); 28] = [
    ("js", "JavaScript"),
    ("mjs", "JavaScript"),
    ("cjs", "JavaScript"),
    ("jsx", "JavaScript"),
    ("ts", "TypeScript"),
    ("tsx", "TypeScript"),
    ("go", "Go"),
    ("rs", "Rust"),
    ("sh", "a shell script"),
    ("bash", "a shell script"),
    ("zsh", "a shell script"),
    ("ps1", "PowerShell"),
    ("rb", "Ruby"),
    ("java", "Java"),
    ("kt", "Kotlin"),
    ("c", "C"),
    ("h", "C"),
    ("cpp", "C++"),
    ("cc", "C++"),
    ("hpp", "C++"),
    ("cs", "C#"),
    ("php", "PHP"),
    ("swift", "Swift"),
    ("sql", "SQL"),
    ("pyx", "Cython"),
    ("html", "HTML"),
    ("ipynb", "a notebook"),
    ("pyc", "compiled Python"),
];

/// Refuses code and tests that no sandbox can judge, by what they are.
pub fn check(file: &SourceFile) -> Result<(), CommandError> {
    let name = file.path.file_name();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let lower = ending.to_ascii_lowercase();
    let other = OTHERS.iter().find(|(known, _)| *known == lower);
    let (Role::Code | Role::Test, Some((_, language))) = (file.role, other) else {
        return Ok(());
    };
    let message =
        format!("{} is {language}; the sandbox judges Python, and nothing else yet", file.path);
    let hint = match lower.as_str() {
        "ipynb" => "Export the notebook as a Python file and give that.",
        _ => "Give it beside Python code with --file, where that code needs it.",
    };
    Err(CommandError::usage(message).hint(hint))
}

/// Tells whether a line of a text imports a package of this name.
pub fn imports(text: &str, package: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.split_whitespace();
        let is_import = matches!(words.next(), Some("import" | "from"));
        let root = words.next().and_then(|word| word.split(['.', ',']).next());
        is_import && root == Some(package)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str, role: Role) -> Option<String> {
        let file = SourceFile { path: path.parse().unwrap(), role, content: Vec::new() };
        check(&file).err().map(|error| error.message)
    }

    #[test]
    fn code_of_other_languages_is_refused_by_name() {
        let told = |path| refused(path, Role::Code).unwrap_or_default();

        assert_eq!(
            told("web/App.JS"),
            "web/App.JS is JavaScript; the sandbox judges Python, and nothing else yet"
        );
        assert!(told("a.ipynb").contains("a notebook"));
        assert_eq!(told("a.py"), "");
        assert_eq!(told("tool"), "");
        assert_eq!(refused("a.js", Role::Support), None);
    }
}
