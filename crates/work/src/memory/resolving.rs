//! Which file of the repository an import means.
//!
//! It is read from paths alone, by the usual rules of each language: no configuration of the repository is asked, and nothing outside of
//! it is found. What cannot be told is left out; a name taken from a package is followed to the file that the package takes it from.

use std::collections::{BTreeSet, HashMap};

use foundation::store::memory::KeptImport;
use inspection::language::Language;

/// Most files that one import leads to: a package of Go is a folder.
const MOST_TARGETS: usize = 50;
/// How many packages a name is followed through.
const MOST_STEPS: usize = 5;
/// Endings that scripts leave out.
const SCRIPT_ENDINGS: &[&str] =
    &[".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"];
/// Folders that imports start below.
const ROOTS: &[&str] = &["src/", "lib/", "python/"];

/// The sources of a repository by their paths.
pub(super) struct Places<'a> {
    paths: HashMap<&'a str, u32>,
    names: HashMap<u32, &'a str>,
    folders: HashMap<&'a str, Vec<u32>>,
    modules: HashMap<String, u32>,
    imports: HashMap<u32, Vec<&'a KeptImport>>,
}

impl<'a> Places<'a> {
    /// Sorts sources, and what they import.
    pub(super) fn new(sources: &[(u32, &'a str)], imports: &'a [(u32, KeptImport)]) -> Self {
        let mut places = Self {
            paths: sources.iter().map(|(file, path)| (*path, *file)).collect(),
            names: sources.iter().copied().collect(),
            folders: HashMap::new(),
            modules: HashMap::new(),
            imports: HashMap::new(),
        };
        for (file, import) in imports {
            places.imports.entry(*file).or_default().push(import);
        }
        for (file, path) in sources {
            places.folders.entry(folder(path)).or_default().push(*file);
            let is_python = path.strip_suffix(".py").is_some();
            let names = if is_python { places.module_names(path) } else { BTreeSet::new() };
            for name in names {
                places.modules.entry(name).or_insert(*file);
            }
        }
        places
    }

    /// The files that an import of a file leads to, with the names that are taken from each.
    pub(super) fn resolve(&self, file: u32, import: &KeptImport) -> Vec<(u32, String)> {
        let Some(path) = self.names.get(&file).copied() else { return Vec::new() };
        let mut targets = match Language::of(path.as_bytes()) {
            Some(Language::Python) => self.python(path, import),
            Some(Language::JavaScript | Language::TypeScript) => self.script(path, import),
            Some(Language::Go) => self.go(import),
            Some(Language::Rust) => self.rust(path, import),
            None => Vec::new(),
        };
        targets.retain(|(target, _)| *target != file);
        targets.truncate(MOST_TARGETS);
        targets
    }

    /// The names that a module of Python goes by: from its outermost package, and from the roots of the repository.
    fn module_names(&self, path: &str) -> BTreeSet<String> {
        let bare = path.strip_suffix(".py").unwrap_or(path);
        let bare = bare.strip_suffix("/__init__").unwrap_or(bare);
        let mut root = folder(bare);
        while !root.is_empty() && self.paths.contains_key(format!("{root}/__init__.py").as_str()) {
            root = folder(root);
        }
        let below = bare.get(root.len()..).unwrap_or(bare).trim_start_matches('/');
        let short = ROOTS.iter().filter_map(|root| bare.strip_prefix(root));
        let names = short.chain([below, bare]);
        names.map(|name| name.replace('/', ".")).collect()
    }

    fn python(&self, path: &str, import: &KeptImport) -> Vec<(u32, String)> {
        let module = Self::python_module(path, &import.module);
        let names: Vec<&str> = import.names.split(' ').filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return self
                .module(path, &module)
                .map(|file| (file, String::new()))
                .into_iter()
                .collect();
        }
        let mut found = Vec::new();
        for name in names {
            if let Some(file) = self.python_name(path, &module, name, MOST_STEPS) {
                found.push((file, name.to_owned()));
            }
        }
        found
    }

    /// The whole name of a module; dots in front go up from where it is written.
    fn python_module(path: &str, written: &str) -> String {
        let rest = written.trim_start_matches('.');
        let dots = written.len() - rest.len();
        if dots == 0 {
            return written.to_owned();
        }
        let mut package = folder(path);
        for _ in 1..dots {
            package = folder(package);
        }
        // The whole path is one of the names that a module goes by.
        let package = package.replace('/', ".");
        let parts: Vec<&str> =
            [package.as_str(), rest].into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(".")
    }

    /// Finds a module by its whole name; a script finds those beside it too, a part of a package does not.
    fn module(&self, path: &str, module: &str) -> Option<u32> {
        let place = folder(path);
        let found = self.modules.get(module).copied();
        if found.is_some() || self.paths.contains_key(format!("{place}/__init__.py").as_str()) {
            return found;
        }
        let beside = format!("{place}/{}", module.replace('.', "/"));
        let beside = beside.trim_start_matches('/');
        let found = self.paths.get(format!("{beside}.py").as_str());
        found.or_else(|| self.paths.get(format!("{beside}/__init__.py").as_str())).copied()
    }

    /// The file that defines a name of a module: a module of a package, or what the package takes from elsewhere.
    fn python_name(&self, path: &str, module: &str, name: &str, steps: usize) -> Option<u32> {
        if let Some(file) = self.module(path, &format!("{module}.{name}")) {
            return Some(file);
        }
        let file = self.module(path, module)?;
        let own = self.names.get(&file).copied()?;
        if steps == 0 || !own.ends_with("__init__.py") {
            return Some(file);
        }
        let is_taken = |import: &&&KeptImport| import.names.split(' ').any(|taken| taken == name);
        let import = self.imports.get(&file).and_then(|imports| imports.iter().find(is_taken));
        let further = import.and_then(|import| {
            let module = Self::python_module(own, &import.module);
            self.python_name(own, &module, name, steps - 1)
        });
        further.or(Some(file))
    }

    fn script(&self, path: &str, import: &KeptImport) -> Vec<(u32, String)> {
        if !import.module.starts_with('.') {
            return Vec::new();
        }
        let Some(place) = joined(folder(path), &import.module) else { return Vec::new() };
        let bare = [".js", ".jsx", ".mjs"].iter().find_map(|ending| place.strip_suffix(ending));
        let tries = [Some(place.as_str()), bare].into_iter().flatten().flat_map(|place| {
            let files = SCRIPT_ENDINGS.iter().map(move |ending| format!("{place}{ending}"));
            let folders = SCRIPT_ENDINGS.iter().map(move |ending| format!("{place}/index{ending}"));
            std::iter::once(place.to_owned()).chain(files).chain(folders)
        });
        let found = tries.into_iter().find_map(|place| self.paths.get(place.as_str()).copied());
        found.map(|file| (file, import.names.clone())).into_iter().collect()
    }

    /// A package of Go is a folder: the longest end of its name that is one.
    fn go(&self, import: &KeptImport) -> Vec<(u32, String)> {
        let mut rest = import.module.as_str();
        // Packages of the language itself have no dot in their first part.
        if !rest.split('/').next().is_some_and(|first| first.contains('.')) {
            return Vec::new();
        }
        while let Some((_, shorter)) = rest.split_once('/') {
            rest = shorter;
            let Some(files) = self.folders.get(rest) else { continue };
            let bare = |file: &u32| self.names.get(file)?.strip_suffix(".go");
            let is_part = |file: &&u32| bare(file).is_some_and(|bare| !bare.ends_with("_test"));
            return files.iter().filter(is_part).map(|file| (*file, String::new())).collect();
        }
        Vec::new()
    }

    fn rust(&self, path: &str, import: &KeptImport) -> Vec<(u32, String)> {
        let mut parts: Vec<&str> = import.module.split("::").collect();
        let name = import.names.as_str();
        let Some(first) = parts.first().copied() else { return Vec::new() };
        let mut base = match first {
            "crate" => self.rust_root(path),
            "self" | "super" => own_folder(path),
            _ => self.rust_crate(first),
        };
        while parts.first() == Some(&"super") {
            base = base.map(|base| folder(&base).to_owned());
            parts.remove(0);
        }
        if first != "super" {
            parts.remove(0);
        }
        let Some(base) = base else { return Vec::new() };
        // The longest way that is a file; what is left of it is a name in that file.
        parts.extend(Some(name).filter(|name| !name.is_empty() && *name != "*" && *name != "self"));
        for length in (0..=parts.len()).rev() {
            let way: Vec<&str> = parts.iter().take(length).copied().collect();
            let inside = if length < parts.len() { name } else { "" };
            if let Some(file) = self.rust_file(&base, &way) {
                return vec![(file, inside.to_owned())];
            }
        }
        Vec::new()
    }

    fn rust_file(&self, base: &str, way: &[&str]) -> Option<u32> {
        let place = [&[base], way].concat().join("/");
        let place = place.trim_start_matches('/');
        let tries = if way.is_empty() {
            ["lib.rs", "main.rs", "mod.rs"].map(|name| format!("{place}/{name}"))
        } else {
            [format!("{place}.rs"), format!("{place}/mod.rs"), format!("{place}/lib.rs")]
        };
        let found =
            tries.iter().find_map(|place| self.paths.get(place.trim_start_matches('/')).copied());
        found.or_else(|| self.paths.get(format!("{place}.rs").as_str()).copied())
    }

    /// The folder of the crate that a file belongs to.
    fn rust_root(&self, path: &str) -> Option<String> {
        let mut place = folder(path);
        loop {
            let is_root = ["lib.rs", "main.rs"].iter().any(|name| {
                self.paths.contains_key(format!("{place}/{name}").trim_start_matches('/'))
            });
            if is_root {
                return Some(place.to_owned());
            }
            if place.is_empty() {
                return None;
            }
            place = folder(place);
        }
    }

    /// The folder of another crate of the repository, by the name of its folder.
    fn rust_crate(&self, name: &str) -> Option<String> {
        let dashed = name.replace('_', "-");
        let mut found =
            self.paths.keys().filter_map(|path| path.strip_suffix("/src/lib.rs")).filter(|place| {
                let last = place.rsplit('/').next().unwrap_or_default();
                last == name || last == dashed
            });
        let place = found.next()?;
        found.next().is_none().then(|| format!("{place}/src"))
    }
}

/// Everything before the last part of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder in which the modules of a file lie.
fn own_folder(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    if ["mod.rs", "lib.rs", "main.rs"].contains(&name) {
        return Some(folder(path).to_owned());
    }
    path.strip_suffix(".rs").map(str::to_owned)
}

/// A path from a folder on, with `.` and `..` taken for what they mean; none where it leads out.
fn joined(folder: &str, written: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(module: &str, names: &str) -> KeptImport {
        KeptImport {
            line: 1,
            module: module.to_owned(),
            names: names.to_owned(),
            is_for_types: false,
        }
    }

    fn resolved(
        paths: &[&str],
        imports: &[(u32, KeptImport)],
        from: u32,
        of: &KeptImport,
    ) -> Vec<String> {
        let sources: Vec<(u32, &str)> = (0..).zip(paths.iter().copied()).collect();
        let places = Places::new(&sources, imports);
        let found = places.resolve(from, of);
        found.iter().map(|(file, names)| format!("{} {names}", paths[*file as usize])).collect()
    }

    #[test]
    fn python_is_found_from_packages_roots_beside_and_through_packages() {
        let paths = [
            "src/shop/__init__.py",
            "src/shop/cart.py",
            "src/shop/tax/__init__.py",
            "src/shop/tax/rates.py",
            "tests/helpers.py",
            "tests/test_cart.py",
        ];
        let imports = [(0, import(".cart", "Cart")), (2, import(".rates", "rate"))];
        let of = |from, module, names| resolved(&paths, &imports, from, &import(module, names));

        assert_eq!(of(5, "shop", "Cart"), ["src/shop/cart.py Cart"]);
        // Within a package the whole name counts: `types` is Python's own, whatever stands beside.
        assert!(of(1, "tax", "rates").is_empty());
        assert_eq!(of(1, ".tax.rates", "rate"), ["src/shop/tax/rates.py rate"]);
        assert_eq!(of(5, "shop", "tax"), ["src/shop/tax/__init__.py tax"]);
        assert_eq!(
            of(5, "shop.tax", "rate other"),
            ["src/shop/tax/rates.py rate", "src/shop/tax/__init__.py other"]
        );
        assert_eq!(of(5, "helpers", ""), ["tests/helpers.py "]);
        assert_eq!(of(3, "..cart", "Cart"), ["src/shop/cart.py Cart"]);
        assert_eq!(of(1, "os.path", "join"), Vec::<String>::new());
    }

    #[test]
    fn scripts_go_and_rust_are_found_by_their_rules() {
        let scripts = ["src/a.ts", "src/b/index.js", "src/c.ts"];
        let of = |module| resolved(&scripts, &[], 0, &import(module, "x"));
        assert_eq!([of("./b"), of("./c.js")], [["src/b/index.js x"], ["src/c.ts x"]]);
        assert_eq!([of("react"), of("../../../etc/passwd")], [Vec::<String>::new(), Vec::new()]);

        let go = ["cart/cart.go", "cart/cart_test.go", "main.go"];
        assert_eq!(resolved(&go, &[], 2, &import("example.org/shop/cart", "")), ["cart/cart.go "]);
        assert_eq!(resolved(&go, &[], 2, &import("fmt", "")), Vec::<String>::new());

        let rust = [
            "src/lib.rs",
            "src/shop/mod.rs",
            "src/shop/cart.rs",
            "crates/tax-rates/src/lib.rs",
            "src/shop.rs",
        ];
        let of = |from, module, names| resolved(&rust, &[], from, &import(module, names));
        assert_eq!(of(0, "crate::shop::cart", "Cart"), ["src/shop/cart.rs Cart"]);
        assert_eq!(of(2, "super", "price"), ["src/shop/mod.rs price"]);
        assert_eq!(of(1, "self", "cart"), ["src/shop/cart.rs "]);
        assert_eq!(of(0, "tax_rates", "Rate"), ["crates/tax-rates/src/lib.rs Rate"]);
    }
}
