//! Imports among the code files of a source.
//!
//! Repair uses them to leave out files that a failure cannot depend on. They are read from lines and may miss dynamic imports, so
//! they are a hint, never a proof.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::role::Role;

use record::domain::source::{Source, SourceFile};

use record::domain::source_path::SourcePath;

/// Most lines of a file that are looked at.
const MAX_LINES: usize = 20_000;
/// Calls that import the module of a text in quotes.
const CALLS: [&str; 2] = ["run_module(\"", "import_module(\""];

/// The code files that each file imports by itself; read from lines, so a hint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    direct: BTreeMap<SourcePath, BTreeSet<SourcePath>>,
}

impl Links {
    /// The links among the files of a source.
    pub fn of(source: &Source) -> Self {
        let mut modules: BTreeMap<String, &SourcePath> = BTreeMap::new();
        let code = || source.of_role(Role::Code).map(|file| &file.path);
        // A name from the root is surer than one from a folder below it.
        let whole = code().filter_map(|path| Some((dotted(path)?, path)));
        for (name, path) in
            whole.chain(code().flat_map(|path| below(path).map(move |name| (name, path))))
        {
            modules.entry(name).or_insert(path);
        }
        let python = source.files().iter().filter(|file| file.path.module().is_some());
        let direct = python.map(|file| (file.path.clone(), imported(file, &modules))).collect();
        Self { direct }
    }

    /// Code files that a file imports by itself.
    pub fn direct(&self, path: &SourcePath) -> impl Iterator<Item = &SourcePath> {
        self.direct.get(path).into_iter().flatten()
    }

    /// Files that import one of these, themselves or through others; these included.
    pub fn dependents(&self, of: &BTreeSet<SourcePath>) -> BTreeSet<SourcePath> {
        let mut found = of.clone();
        loop {
            let more = |(path, imports): (&SourcePath, &BTreeSet<SourcePath>)| {
                (!found.contains(path) && !imports.is_disjoint(&found)).then(|| path.clone())
            };
            let more: Vec<SourcePath> = self.direct.iter().filter_map(more).collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }
}

/// A source without some files and all that import them; `None` where no code or no tests remain.
pub fn without(source: &Source, aside: &BTreeSet<SourcePath>) -> Option<Source> {
    let gone = Links::of(source).dependents(aside);
    let kept = source.files().iter().filter(|file| !gone.contains(&file.path));
    Source::new(kept.cloned().collect()).ok()
}

/// A source with the files of another one in their places.
pub fn with(source: &Source, part: &Source) -> Option<Source> {
    let changed = |file: &SourceFile| part.files().iter().find(|other| other.path == file.path);
    let file = |file: &SourceFile| changed(file).unwrap_or(file).clone();
    Source::new(source.files().iter().map(file).collect()).ok()
}

/// Code files that differ between two sources.
pub fn changed<'s>(before: &'s Source, after: &'s Source) -> impl Iterator<Item = &'s SourcePath> {
    let is_same = |file: &SourceFile| before.files().contains(file);
    after.of_role(Role::Code).filter(move |file| !is_same(file)).map(|file| &file.path)
}

/// Names under which a file can be imported from one of the folders above it: packages often lie below `src`.
fn below(path: &SourcePath) -> impl Iterator<Item = String> {
    let whole = dotted(path).unwrap_or_default();
    let starts: Vec<usize> = whole.match_indices('.').map(|(at, _)| at + 1).collect();
    starts.into_iter().filter_map(move |start| whole.get(start..).map(str::to_owned))
}

/// The name under which a file can be imported from the root.
pub(super) fn dotted(path: &SourcePath) -> Option<String> {
    let whole = path.as_str().strip_suffix(".py")?;
    Some(whole.strip_suffix("/__init__").unwrap_or(whole).replace('/', "."))
}

fn imported(file: &SourceFile, modules: &BTreeMap<String, &SourcePath>) -> BTreeSet<SourcePath> {
    let text = file.text();
    let named = text.lines().take(MAX_LINES).flat_map(of_line);
    // Whoever imports a module imports the packages that it lies in.
    let named = named.flat_map(|name| {
        let ends: Vec<usize> =
            name.match_indices('.').map(|(at, _)| at).chain([name.len()]).collect();
        ends.into_iter()
            .filter_map(move |end| name.get(..end).map(str::to_owned))
            .collect::<Vec<_>>()
    });
    let known = named.filter_map(|name| modules.get(&name).map(|path| (*path).clone()));
    known.filter(|path| *path != file.path).collect()
}

/// Names of modules that a line may import.
fn of_line(line: &str) -> Vec<String> {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix("import ") {
        return rest.split(',').map(first_word).collect();
    }
    let from = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import "));
    if let Some((module, members)) = from {
        let module = module.trim().trim_start_matches('.').to_owned();
        let members = members.trim_start_matches('(').split(',').map(first_word);
        let below = |member: String| match module.as_str() {
            "" => member,
            module => format!("{module}.{member}"),
        };
        let below: Vec<String> = members.map(below).collect();
        return std::iter::once(module.clone()).chain(below).collect();
    }
    let called = CALLS.iter().find_map(|call| line.split_once(call));
    called
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(name, _)| name.to_owned())
        .into_iter()
        .collect()
}

fn first_word(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.trim_end_matches([')', ';']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(files: &[(&str, &str)]) -> Source {
        let file = |(path, text): &(&str, &str)| {
            let is_test = path.starts_with("test_");
            let role = if is_test { Role::Test } else { Role::Code };
            SourceFile { path: path.parse().unwrap(), role, content: text.as_bytes().to_vec() }
        };
        Source::new(files.iter().map(file).collect()).unwrap()
    }

    fn paths(found: impl IntoIterator<Item = SourcePath>) -> Vec<String> {
        found.into_iter().map(String::from).collect()
    }

    #[test]
    fn imports_of_every_form_are_links_and_others_are_none() {
        let source = source(&[
            ("app.py", "import os, cart as c\nfrom shop.prices import (price, tax)\n"),
            ("cart.py", "from shop import prices\n"),
            ("shop/prices.py", "from . import rates\n"),
            ("shop/rates.py", "import json  # not cart\n"),
            ("test_app.py", "    runpy.run_module(\"app\", run_name=\"__main__\")\n"),
        ]);
        let links = Links::of(&source);
        let direct = |path: &str| paths(links.direct(&path.parse().unwrap()).cloned());

        assert_eq!(direct("app.py"), ["cart.py", "shop/prices.py"]);
        assert_eq!(direct("cart.py"), ["shop/prices.py"]);
        assert_eq!(direct("shop/prices.py"), ["shop/rates.py"]);
        assert_eq!(direct("shop/rates.py"), [""; 0]);
        assert_eq!(direct("test_app.py"), ["app.py"]);
        let aside = BTreeSet::from(["cart.py".parse().unwrap()]);
        assert_eq!(paths(links.dependents(&aside)), ["app.py", "cart.py", "test_app.py"]);
    }

    #[test]
    fn a_package_below_src_is_imported_by_its_name_and_with_its_modules() {
        let source = source(&[
            ("src/shop/__init__.py", "from shop.cart import Cart\n"),
            ("src/shop/cart.py", "from shop.error import ShopError\n"),
            ("src/shop/error.py", "class ShopError(Exception): ...\n"),
            ("test_shop.py", "from shop import Cart\n"),
            ("test_error.py", "from shop.error import ShopError\n"),
        ]);

        // Without one module the package cannot be imported, so nothing of it is left to look at.
        assert_eq!(without(&source, &BTreeSet::from(["src/shop/error.py".parse().unwrap()])), None);
    }

    #[test]
    fn a_part_goes_back_into_its_place() {
        let whole = source(&[
            ("a.py", "(\n"),
            ("b.py", "x = 1\n"),
            ("test_a.py", "import a\n"),
            ("test_b.py", "import b\n"),
        ]);
        let part = without(&whole, &BTreeSet::from(["a.py".parse().unwrap()])).unwrap();
        let mended = source(&[("b.py", "x = 2\n"), ("test_b.py", "import b\n")]);

        let found = with(&whole, &mended).unwrap();

        assert_eq!(paths(part.files().iter().map(|file| file.path.clone())), ["b.py", "test_b.py"]);
        assert_eq!(paths(changed(&whole, &found).cloned()), ["b.py"]);
        assert_eq!(without(&part, &BTreeSet::from(["b.py".parse().unwrap()])), None);
    }
}
