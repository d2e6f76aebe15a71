//! Whether an import leads out of the repository.
//!
//! What hangs on a name of another package is no use of a name of the repository, however alike both are called. Which imports lead to
//! files of the repository is known (`resolving.rs`); of the others only the language's own library is surely outside.

use std::collections::{BTreeSet, HashMap};

use crate::memory::links::Links;
use crate::memory::loaded::Loaded;
use foundation::store::error::StoreError;
use foundation::store::memory::Recall;
use inspection::language::Language;
use record::domain::module_name::is_standard;

/// First parts of the packages of Go's own library.
const GO: &[&str] = &[
    "archive",
    "bufio",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unique",
    "unsafe",
    "weak",
];

/// Where a name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From the source itself, or by an import from the repository.
    Inside,
    /// By an import that leads to no file that is known.
    Unknown,
    /// From the library of the language.
    Standard,
}

/// The imports of a repository, as far as they are asked for.
pub(super) struct Ways<'a> {
    recall: &'a dyn Recall,
    loaded: &'a Loaded,
    inside: BTreeSet<(u32, u32)>,
    modules: Option<HashMap<(u32, u32), String>>,
}

impl<'a> Ways<'a> {
    pub(super) fn new(recall: &'a dyn Recall, loaded: &'a Loaded, links: &Links) -> Self {
        let inside = links.all.iter().map(|link| (link.file, link.line)).collect();
        Self { recall, loaded, inside, modules: None }
    }

    /// Where the import on a line of a file leads; line 0 is none.
    pub(super) fn of(&mut self, file: u32, line: u32) -> Result<Way, StoreError> {
        if line == 0 || self.inside.contains(&(file, line)) {
            return Ok(Way::Inside);
        }
        if self.modules.is_none() {
            let imports = self.recall.imports(self.loaded.row)?.into_iter();
            let modules = imports.map(|(file, import)| ((file, import.line), import.module));
            self.modules = Some(modules.collect());
        }
        let module = self.modules.as_ref().and_then(|modules| modules.get(&(file, line)));
        let language = self.loaded.files.get(&file).and_then(|file| Language::of(&file.path));
        let is_outside =
            language.zip(module).is_some_and(|(language, module)| is_own(language, module));
        Ok(if is_outside { Way::Standard } else { Way::Unknown })
    }
}

/// Whether a module is of a language's own library.
fn is_own(language: Language, module: &str) -> bool {
    let first = |mark: &str| module.split(mark).next().unwrap_or_default().to_owned();
    match language {
        Language::Python => is_standard(&first(".")),
        Language::Go => GO.contains(&first("/").as_str()),
        Language::Rust => ["std", "core", "alloc"].contains(&first("::").as_str()),
        Language::JavaScript | Language::TypeScript => module.starts_with("node:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_of_a_language_is_known_by_the_first_part_of_a_module() {
        for (language, own, other) in [
            (Language::Python, "json.decoder", "jsonschema"),
            (Language::Go, "encoding/json", "encodings/json"),
            (Language::Rust, "std::fmt", "serde"),
            (Language::TypeScript, "node:fs", "fs-extra"),
        ] {
            assert!(is_own(language, own) && !is_own(language, other), "{own} {other}");
        }
    }
}
