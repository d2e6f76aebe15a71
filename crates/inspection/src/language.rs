//! The languages whose sources are looked into, told by the name of a file.
//!
//! Every other file takes part by its history and its text alone. A file of tests is told by its name too, since that is what the tools
//! of each language go by.

/// A language with a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Python.
    Python,
    /// JavaScript.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// Go.
    Go,
    /// Rust.
    Rust,
}

/// Endings of names.
const ENDINGS: &[(&str, Language)] = &[
    ("py", Language::Python),
    ("pyi", Language::Python),
    ("js", Language::JavaScript),
    ("jsx", Language::JavaScript),
    ("mjs", Language::JavaScript),
    ("cjs", Language::JavaScript),
    ("ts", Language::TypeScript),
    ("tsx", Language::TypeScript),
    ("mts", Language::TypeScript),
    ("cts", Language::TypeScript),
    ("go", Language::Go),
    ("rs", Language::Rust),
];

impl Language {
    /// Tells the language of a path.
    pub fn of(path: &[u8]) -> Option<Self> {
        let (_, ending) = name(path).rsplit_once('.')?;
        ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, language)| *language)
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Go => "go",
            Self::Rust => "rust",
        }
    }

    /// The word for the languages that test each other.
    pub const fn family(self) -> &'static str {
        match self {
            Self::TypeScript => Self::JavaScript.word(),
            _ => self.word(),
        }
    }

    /// The grammar for a source with this path.
    pub fn grammar(self, path: &[u8]) -> tree_sitter::Language {
        match self {
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::TypeScript if !name(path).ends_with("tsx") => {
                tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()
            }
            Self::JavaScript | Self::TypeScript => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
        }
    }
}

/// The last part of a path, where it is text.
pub fn name(path: &[u8]) -> &str {
    let last = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    std::str::from_utf8(last).unwrap_or_default()
}

/// The name of a file without its ending and without what marks it as a test.
pub fn stem(path: &[u8]) -> &str {
    let name = name(path);
    let stem =
        name.split_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
    let stem = stem.strip_prefix("test_").or(stem.strip_prefix("tests_")).unwrap_or(stem);
    stem.strip_suffix("_test").or(stem.strip_suffix("_tests")).unwrap_or(stem)
}

/// Tells whether a path is one of tests.
pub fn is_test(path: &[u8]) -> bool {
    if Language::of(path).is_none() {
        return false;
    }
    let name = name(path);
    let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
    let is_marked = bare.starts_with("test_")
        || bare.ends_with("_test")
        || bare.ends_with("_tests")
        || [".test", ".spec"].iter().any(|mark| bare.strip_suffix(mark).is_some())
        || bare == "tests"
        || bare == "conftest";
    let folders = ["tests", "test", "testing", "__tests__", "spec"];
    let mut parts = path.split(|byte| *byte == b'/').rev().skip(1);
    is_marked || parts.any(|part| folders.iter().any(|folder| folder.as_bytes() == part))
}

/// Tells whether a file of tests holds any by its name; none where only its contents tell.
pub fn holds_tests(path: &[u8]) -> Option<bool> {
    let name = name(path);
    if name == "conftest.py" || stem(path) == "__init__" || name == "mod.rs" {
        return Some(false);
    }
    if Language::of(path) != Some(Language::Python) {
        return Some(true);
    }
    let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
    let is_marked = bare.starts_with("test_") || bare.ends_with("_test") || bare == "tests";
    is_marked.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_languages_stems_and_tests() {
        assert_eq!(Language::of(b"src/app.py"), Some(Language::Python));
        assert_eq!(Language::of(b"a/b.d.ts"), Some(Language::TypeScript));
        assert_eq!(Language::of(b"README"), None);
        assert_eq!(Language::of(b"a/\xff.py"), None);
        for (path, wanted) in [
            ("tests/test_app.py", "app"),
            ("src/app.spec.ts", "app"),
            ("pkg/app_test.go", "app"),
            (".eslintrc.js", ".eslintrc.js"),
        ] {
            assert_eq!(stem(path.as_bytes()), wanted);
        }
        for path in
            ["tests/helpers.py", "a/test_b.py", "a/b.test.tsx", "a/b_test.go", "src/x/tests.rs"]
        {
            assert!(is_test(path.as_bytes()), "{path}");
        }
        for (path, wanted) in [
            ("tests/__init__.py", Some(false)),
            ("tests/conftest.py", Some(false)),
            ("tests/util.py", None),
            ("tests/test_a.py", Some(true)),
            ("tests/helpers.rs", Some(true)),
        ] {
            assert_eq!(holds_tests(path.as_bytes()), wanted, "{path}");
        }
        assert!(!is_test(b"src/testimony.py") && !is_test(b"tests/data.json"));
    }
}
