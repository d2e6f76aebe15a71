//! Names the file of a repository that a block is for.
//!
//! A change may touch any file, so no list of endings decides what stands in `title="…"`. Elsewhere a word has to have the form of
//! a file name, or prose would name files. What is named and can lie in no repository is told, never passed over.

use std::ops::Range;

use crate::providers::blocks::Block;
use crate::providers::labels::path_of;
use record::domain::source_path::SourcePath;

/// Attributes of an opening fence that name a file.
const ATTRIBUTES: [&str; 5] = ["title", "filename", "file", "path", "name"];
/// Names of files that have no ending.
const BARE: [&str; 16] = [
    "AUTHORS",
    "CHANGELOG",
    "CHANGES",
    "CODEOWNERS",
    "COPYING",
    "Dockerfile",
    "Gemfile",
    "Jenkinsfile",
    "Justfile",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "Procfile",
    "README",
    "justfile",
    "makefile",
];
/// Endings of files that prose may name beside those of any reply.
const ENDINGS: [&str; 42] = [
    "bat", "c", "cc", "cfg", "cjs", "conf", "cpp", "cs", "css", "go", "gradle", "h", "hpp", "in",
    "ipynb", "j2", "java", "js", "jsx", "kt", "lock", "mjs", "mod", "mts", "php", "po", "proto",
    "ps1", "pxd", "pyx", "rb", "rs", "scss", "sh", "sql", "sum", "svelte", "svg", "swift", "ts",
    "tsx", "vue",
];

/// The file of a block: one that can be, or a text that names none that can.
pub fn file_of(block: &Block, prose: &str) -> Option<Result<SourcePath, String>> {
    if let Some(named) = attribute(&block.info) {
        return Some(named.parse().map_err(|_| named.to_owned()));
    }
    let last = prose.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let bare = without_braces(&block.info);
    let words = bare.split([' ', '\t', ':', ',']).filter(|word| !word.contains('='));
    let label = if is_label(last) { last } else { "" };
    let found = words.chain(label.split_whitespace()).find_map(path_in);
    found.or_else(|| path_of(block, prose)).map(Ok)
}

/// The value of the first attribute that names a file.
fn attribute(info: &str) -> Option<&str> {
    let named = |key: &&str| {
        let (before, rest) = info.split_once(&format!("{key}="))?;
        if before.ends_with(char::is_alphanumeric) {
            return None;
        }
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let value = match quote {
            Some(quote) => rest.get(1..)?.split(quote).next()?,
            None => rest.split([' ', '\t', ',', '}']).next()?,
        };
        Some(value.strip_prefix("./").unwrap_or(value)).filter(|value| !value.trim().is_empty())
    };
    ATTRIBUTES.iter().find_map(named)
}

/// Tells whether a line stands over a block as its name: a sentence that only speaks of a file does not.
fn is_label(line: &str) -> bool {
    let line = line.trim();
    line.ends_with(':')
        || line.starts_with('#')
        || line.starts_with("**")
        || line.split_whitespace().count() == 1
}

/// What stands before braces: inside them words are classes, not names.
fn without_braces(info: &str) -> &str {
    info.split('{').next().unwrap_or_default()
}

/// A file name in a word, without the marks that Markdown puts around it.
fn path_in(word: &str) -> Option<SourcePath> {
    let name = word.trim_matches(|symbol: char| "`*\"'():,;#[]".contains(symbol));
    let name = name.strip_prefix("./").unwrap_or(name);
    let last = name.rsplit('/').next().unwrap_or_default();
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_name = ENDINGS.contains(&ending) || BARE.contains(&last) || is_hidden(last);
    let is_plain = |symbol: char| symbol.is_alphanumeric() || "._-/+@".contains(symbol);
    (is_name && name.chars().all(is_plain)).then(|| name.parse().ok()).flatten()
}

/// Tells whether a name is that of a hidden file, such as `.gitignore`; a number such as `.5` is none.
fn is_hidden(name: &str) -> bool {
    const LENGTH: Range<usize> = 4..40;
    let rest = name.strip_prefix('.').unwrap_or_default();
    LENGTH.contains(&rest.len()) && rest.starts_with(|first: char| first.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(info: &str, prose: &str) -> Option<Result<String, String>> {
        let block = Block { info: info.to_owned(), text: String::new() };
        file_of(&block, prose).map(|named| named.map(|path| path.to_string()))
    }

    #[test]
    fn a_title_names_any_file_of_a_repository() {
        let names = [
            "args.go",
            "source/utils/merge.ts",
            "src/lib.rs",
            "Makefile",
            ".gitattributes",
            "bin/tool",
            "data/größe.txt",
            "data/a b.txt",
            "app/[id]/page.tsx",
            "py.typed",
        ];
        for name in names {
            let told = Some(Ok(name.to_owned()));

            assert_eq!(named(&format!("text title=\"{name}\""), ""), told);
            assert_eq!(named(&format!("text {{title='{name}' linenums=1}}"), ""), told);
        }
        assert_eq!(named("py title=\"./a.py\"", ""), Some(Ok("a.py".to_owned())));
        assert_eq!(named("py title=\"../a.py\"", ""), Some(Err("../a.py".to_owned())));
    }

    #[test]
    fn the_fence_and_the_line_before_it_name_files_by_their_form() {
        let named = |info, prose| named(info, prose).and_then(Result::ok).unwrap_or_default();

        assert_eq!(named("go args.go", ""), "args.go");
        assert_eq!(named("ts:source/merge.ts", ""), "source/merge.ts");
        assert_eq!(named("src/lib.rs", ""), "src/lib.rs");
        assert_eq!(named("rust", "In `src/lib.rs`:\n"), "src/lib.rs");
        assert_eq!(named("", "**Makefile**\n\n"), "Makefile");
        assert_eq!(named("", "`.gitignore`\n"), ".gitignore");
        assert_eq!(named("python", "### tests/test_a.py\n"), "tests/test_a.py");
    }

    #[test]
    fn prose_and_classes_name_nothing() {
        let lines =
            ["In `Cart.total`, e.g.:", "It waits .5 s:", "As v1.2 does:", "I changed a.go.", ""];
        for line in lines {
            assert_eq!(named("python {.numberLines}", line), None, "{line}");
        }
    }
}
