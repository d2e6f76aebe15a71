//! Names that a source uses without calling or importing them: bases of classes, annotations, arguments, values.
//!
//! Most words of a source are names of its own variables. So only those count that it imports or defines at its top, or that hang on
//! such a one (`shop.Cart`); where a function has a parameter or variable of the name, that is meant.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use tree_sitter::Node;

use crate::memory::grammar::Grammar;
use foundation::store::memory::{KeptSymbol, KeptUse};

/// Most places that are looked at, and most that are kept.
const MOST: (usize, usize) = (200_000, 20_000);
/// Longest name.
const MAX_NAME: usize = 200;
/// Nodes that are a name.
const NAMES: &[&str] = &[
    "identifier",
    "type_identifier",
    "property_identifier",
    "field_identifier",
    "shorthand_property_identifier",
];
/// Nodes in which a name hangs on another, with the fields of both.
const CHAINS: &[(&str, &str, &str)] = &[
    ("attribute", "object", "attribute"),
    ("member_expression", "object", "property"),
    ("nested_type_identifier", "module", "name"),
    ("selector_expression", "operand", "field"),
    ("qualified_type", "package", "name"),
    ("scoped_identifier", "path", "name"),
    ("scoped_type_identifier", "path", "name"),
    ("field_expression", "value", "field"),
];
/// Nodes whose field `name` is a name that is used, not one that is given.
const USING: &[&str] = &[
    "generic_type",
    "struct_expression",
    "jsx_opening_element",
    "jsx_self_closing_element",
    "jsx_closing_element",
];
/// Nodes that hold the parameters of a function.
const PARAMETERS: &[&str] = &[
    "parameters",
    "lambda_parameters",
    "formal_parameters",
    "closure_parameters",
    "parameter_list",
];
/// Nodes that give a variable a value, with the field of the variable.
const GIVING: &[(&str, &str)] = &[
    ("assignment", "left"),
    ("for_statement", "left"),
    ("for_in_clause", "left"),
    ("named_expression", "name"),
    ("variable_declarator", "name"),
    ("let_declaration", "pattern"),
];
/// Nodes that give a thing another name where they import it, with the field of its own.
const RENAMING: &[(&str, &str)] =
    &[("aliased_import", "name"), ("import_specifier", "name"), ("use_as_clause", "path")];
/// Nodes in which variables live.
const FUNCTIONS: &[&str] = &[
    "function_definition",
    "lambda",
    "function_declaration",
    "method_definition",
    "method_declaration",
    "arrow_function",
    "function_expression",
    "function_item",
    "closure_expression",
];
/// Nodes that say what a class is made of.
const HERITAGES: &[&str] =
    &["class_heritage", "extends_clause", "implements_clause", "extends_type_clause"];
/// What a method calls the thing that it belongs to.
const OWN: &[&[u8]] = &[b"self", b"cls", b"this"];

/// A name in its place.
struct Found<'a> {
    root: &'a [u8],
    name: &'a [u8],
    line: u32,
    at: usize,
    extends: bool,
    is_type: bool,
}

/// What one walk over a tree finds.
pub(super) struct Uses<'a> {
    grammar: &'a Grammar,
    content: &'a [u8],
    imports_end: usize,
    import_line: u32,
    takes_all: bool,
    bound: HashMap<&'a [u8], u32>,
    renamed: HashMap<&'a [u8], &'a [u8]>,
    hidden: HashMap<&'a [u8], Vec<Range<usize>>>,
    found: Vec<Found<'a>>,
}

impl<'a> Uses<'a> {
    pub(super) fn new(grammar: &'a Grammar, content: &'a [u8]) -> Self {
        Self {
            grammar,
            content,
            imports_end: 0,
            import_line: 0,
            takes_all: false,
            bound: HashMap::new(),
            renamed: HashMap::new(),
            hidden: HashMap::new(),
            found: Vec::new(),
        }
    }

    /// Looks at a node: what it lies in, outermost first, and the field that it is there.
    pub(super) fn see(&mut self, node: Node<'_>, around: &[Node<'_>], field: Option<&str>) {
        let kind = node.kind();
        if is_import(kind) {
            self.imports_end = self.imports_end.max(node.end_byte());
            self.import_line = line_of(node);
            self.bind_package(node);
        }
        self.rename(node, around);
        let is_imported = node.start_byte() < self.imports_end;
        if ["wildcard_import", "use_wildcard"].contains(&kind) {
            self.takes_all = true;
        } else if PARAMETERS.contains(&kind) {
            self.parameters(node, around);
        } else if let Some((_, field)) = GIVING.iter().find(|(giving, _)| *giving == kind) {
            self.variable(node, field, around);
        } else if NAMES.contains(&kind) && is_imported {
            self.bound.insert(self.text(node), self.import_line);
        } else if NAMES.contains(&kind)
            && let Some(parent) = around.last()
        {
            self.name(node, *parent, around, field);
        }
    }

    fn text(&self, node: Node<'_>) -> &'a [u8] {
        self.content.get(node.byte_range()).unwrap_or_default()
    }

    /// A thing that is imported by another name is used by that: `from shop import total as sum_up`.
    fn rename(&mut self, node: Node<'_>, around: &[Node<'_>]) {
        let Some((_, field)) = RENAMING.iter().find(|(kind, _)| *kind == node.kind()) else {
            return;
        };
        let parts = (node.child_by_field_name(field), node.child_by_field_name("alias"));
        let (Some(mut name), Some(alias)) = parts else { return };
        // `import shop.cart as cart` names a module, not a thing.
        if around.last().is_some_and(|outer| outer.kind() == "import_statement") {
            return;
        }
        while let Some(last) = name.child_by_field_name("name") {
            name = last;
        }
        self.renamed.insert(self.text(alias), self.text(name));
    }

    /// What a name that hangs on nothing is called where it is defined.
    pub(super) fn own_name<'n>(&self, name: &'n [u8]) -> &'n [u8]
    where
        'a: 'n,
    {
        self.renamed.get(name).copied().unwrap_or(name)
    }

    /// A package of Go goes by the last part of its path that is no version, or by the name that it is given.
    fn bind_package(&mut self, node: Node<'_>) {
        let Some(path) = node.child_by_field_name("path").filter(|_| node.kind() == "import_spec")
        else {
            return;
        };
        let path = self.text(path).trim_ascii();
        let is_mark = |byte: &u8| ["\"", "`"].iter().any(|mark| mark.as_bytes() == [*byte]);
        let mut parts =
            path.split(|byte| *byte == b'/' || is_mark(byte)).rev().filter(|part| !part.is_empty());
        let name = parts.find(|part| !is_version(part)).unwrap_or_default();
        let name = name.split(|byte| *byte == b'.').next().unwrap_or_default();
        self.bound.insert(name, self.import_line);
    }

    /// The line of the import by which the source knows a name, or what it hangs on; 0 where there is none.
    pub(super) fn import_line(&self, node: Node<'_>) -> u32 {
        let chain = CHAINS.iter().find(|(kind, ..)| *kind == node.kind());
        let root = chain.map_or_else(|| self.text(node), |(_, first, _)| self.root(node, first));
        self.bound.get(root).copied().unwrap_or_default()
    }

    fn parameters(&mut self, node: Node<'_>, around: &[Node<'_>]) {
        let Some(function) = around.last() else { return };
        let mut cursor = node.walk();
        for parameter in node.named_children(&mut cursor) {
            let name =
                ["name", "pattern"].iter().find_map(|name| parameter.child_by_field_name(name));
            let name = name.or_else(|| parameter.named_child(0)).unwrap_or(parameter);
            self.hide(name, *function);
        }
    }

    fn variable(&mut self, node: Node<'_>, field: &str, around: &[Node<'_>]) {
        let function = around.iter().rev().find(|outer| FUNCTIONS.contains(&outer.kind()));
        if let (Some(name), Some(function)) = (node.child_by_field_name(field), function) {
            self.hide(name, *function);
        }
    }

    /// Within a function its own variable is meant.
    fn hide(&mut self, name: Node<'_>, function: Node<'_>) {
        if name.kind() == "identifier" {
            self.hidden.entry(self.text(name)).or_default().push(function.byte_range());
        }
    }

    fn name(&mut self, node: Node<'_>, parent: Node<'_>, around: &[Node<'_>], field: Option<&str>) {
        let is_last =
            |(kind, _, last): &&(&str, &str, &str)| *kind == parent.kind() && field == Some(last);
        let chain = CHAINS.iter().find(is_last);
        let is_given = match field {
            Some("name") => chain.is_none() && !USING.contains(&parent.kind()),
            Some("left") => parent.kind() == "assignment",
            Some("key" | "label" | "alias") => true,
            _ => PARAMETERS.contains(&parent.kind()),
        };
        let name = self.text(node);
        if is_given
            || self.is_called(node, parent, around, chain.is_some())
            || is_variant(parent, self.content)
            || name.len() > MAX_NAME
            || self.found.len() >= MOST.0
        {
            return;
        }
        self.found.push(Found {
            root: chain.map_or(name, |(_, first, _)| self.root(parent, first)),
            name: if chain.is_some() { name } else { self.own_name(name) },
            line: line_of(node),
            at: node.start_byte(),
            extends: extends(around, field),
            is_type: node.kind() == "type_identifier",
        });
    }

    /// Whether a name is called: calls are told by themselves.
    fn is_called(
        &self,
        node: Node<'_>,
        parent: Node<'_>,
        around: &[Node<'_>],
        is_last: bool,
    ) -> bool {
        let (whole, outer) =
            if is_last { (parent, around.iter().rev().nth(1)) } else { (node, Some(&parent)) };
        outer.is_some_and(|outer| {
            let call = self.grammar.calls.iter().find(|(call, _)| *call == outer.kind());
            call.is_some_and(|(_, field)| outer.child_by_field_name(field) == Some(whole))
        })
    }

    /// The name that a chain begins with.
    fn root(&self, chain: Node<'_>, first: &str) -> &'a [u8] {
        let mut node = chain.child_by_field_name(first);
        while let Some(inner) = node {
            let Some((_, first, _)) = CHAINS.iter().find(|(kind, ..)| *kind == inner.kind()) else {
                return self.text(inner);
            };
            node = inner.child_by_field_name(first);
        }
        b""
    }

    /// What was found, once it is known what the source defines.
    pub(super) fn kept(self, symbols: &[KeptSymbol]) -> Vec<KeptUse> {
        let names = |is_top: bool| -> HashSet<&[u8]> {
            let of = symbols.iter().filter(|symbol| symbol.parent.is_empty() == is_top);
            of.map(|symbol| symbol.name.as_bytes()).collect()
        };
        let (own, inner) = (names(true), names(false));
        let is_known = |found: &&Found<'_>| {
            let is_own = OWN.contains(&found.root) && found.root != found.name;
            let is_hidden = self
                .hidden
                .get(found.root)
                .is_some_and(|ranges| ranges.iter().any(|range| range.contains(&found.at)));
            if is_own {
                return inner.contains(found.name);
            }
            let is_bound = self.bound.contains_key(found.root) || own.contains(found.root);
            !is_hidden && (is_bound || found.is_type || self.takes_all)
        };
        let mut kept: BTreeMap<(String, u32), (bool, u32)> = BTreeMap::new();
        for found in self.found.iter().filter(is_known) {
            let name = String::from_utf8_lossy(found.name).into_owned();
            let import_line = self.bound.get(found.root).copied().unwrap_or_default();
            let use_of = kept.entry((name, found.line)).or_insert((found.extends, import_line));
            *use_of = (use_of.0 || found.extends, use_of.1.min(import_line));
        }
        let used =
            |((name, line), (extends, import_line))| KeptUse { name, line, extends, import_line };
        kept.into_iter().take(MOST.1).map(used).collect()
    }
}

fn line_of(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX)
}

/// Whether a part of a path is a version, as `v2`.
fn is_version(part: &[u8]) -> bool {
    matches!(part, [b'v', rest @ ..] if !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
}

/// Whether a path of Rust names a variant of an enum or a type of a trait: `Kind::Open` is no type `Open`.
pub(super) fn is_variant(path: Node<'_>, content: &[u8]) -> bool {
    if !["scoped_identifier", "scoped_type_identifier"].contains(&path.kind()) {
        return false;
    }
    let part = |field: &str| {
        let mut node = path.child_by_field_name(field)?;
        while let Some(last) = node.child_by_field_name("name") {
            node = last;
        }
        content.get(node.byte_range())
    };
    let is_camel = |name: &[u8]| {
        name.first().is_some_and(u8::is_ascii_uppercase) && name.iter().any(u8::is_ascii_lowercase)
    };
    part("path").is_some_and(is_camel) && part("name").is_some_and(is_camel)
}

fn is_import(kind: &str) -> bool {
    kind == "use_declaration"
        || kind == "import_spec"
        || (kind.contains("import") && kind.ends_with("statement"))
}

/// Whether a class is made of what stands there.
fn extends(around: &[Node<'_>], field: Option<&str>) -> bool {
    let mut kinds = around.iter().rev().map(Node::kind);
    let Some(mut kind) = kinds.next() else { return false };
    if kind == "impl_item" {
        return field == Some("trait");
    }
    let is_base = |field: Option<&str>| field.is_none_or(|field| field != "object");
    if CHAINS.iter().any(|(chain, ..)| *chain == kind) {
        if !is_base(field) {
            return false;
        }
        kind = kinds.next().unwrap_or_default();
    }
    if kind == "subscript" && field != Some("subscript") {
        kind = kinds.next().unwrap_or_default();
    }
    let outer = kinds.next().unwrap_or_default();
    HERITAGES.contains(&kind) || (kind == "argument_list" && outer == "class_definition")
}
