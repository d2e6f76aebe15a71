//! What a node that imports says: the module as written, and the names.
//!
//! Where the module lies is another question (`resolving.rs`): it depends on which files there are.

use tree_sitter::Node;

use foundation::store::memory::KeptImport;
use inspection::language::Language;

/// Most imports that one node stands for: nested lists in braces multiply.
const MOST_OF_ONE: usize = 200;
/// Longest text that is taken of a node.
const MAX_TEXT: usize = 400;

/// The text of a node, cut.
pub(super) fn text(node: Node<'_>, content: &[u8]) -> String {
    let bytes = content.get(node.byte_range()).unwrap_or_default();
    String::from_utf8_lossy(bytes.get(..MAX_TEXT).unwrap_or(bytes)).into_owned()
}

/// The imports of a node.
pub(super) fn of(
    language: Language,
    node: Node<'_>,
    outer: &[Node<'_>],
    content: &[u8],
) -> Vec<KeptImport> {
    let mut found = match language {
        Language::Python => python(node, content),
        Language::JavaScript | Language::TypeScript => script(node, content),
        Language::Go => {
            let path = node.child_by_field_name("path").map(|path| unquoted(&text(path, content)));
            path.map(|path| vec![(path, Vec::new())]).unwrap_or_default()
        }
        Language::Rust => rust(node, content),
    };
    found.truncate(MOST_OF_ONE);
    let is_for_types = is_for_types(node, outer, content);
    let line = u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX);
    let import = |(module, names): (String, Vec<String>)| KeptImport {
        line,
        module,
        names: names.join(" "),
        is_for_types,
    };
    found.into_iter().filter(|(module, _)| !module.is_empty()).map(import).collect()
}

/// Whether an import is made for checkers of types alone: `import type`, or below `if TYPE_CHECKING`.
fn is_for_types(node: Node<'_>, outer: &[Node<'_>], content: &[u8]) -> bool {
    let is_checking = |outer: &Node<'_>| {
        let condition = outer.child_by_field_name("condition").map(|node| text(node, content));
        let says = condition
            .is_some_and(|text| text == "TYPE_CHECKING" || text.ends_with(".TYPE_CHECKING"));
        let then = outer.child_by_field_name("consequence").map(|then| then.byte_range());
        says && then.is_some_and(|then| then.contains(&node.start_byte()))
    };
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == "type")
        || outer.iter().filter(|outer| outer.kind() == "if_statement").any(is_checking)
}

type Import = (String, Vec<String>);

fn python(node: Node<'_>, content: &[u8]) -> Vec<Import> {
    let mut cursor = node.walk();
    let names = node.children_by_field_name("name", &mut cursor).map(|name| {
        let name = name.child_by_field_name("name").unwrap_or(name);
        text(name, content)
    });
    let names: Vec<String> = names.take(MOST_OF_ONE).collect();
    match node.child_by_field_name("module_name") {
        Some(module) => {
            let module: String =
                text(module, content).chars().filter(|symbol| !symbol.is_whitespace()).collect();
            let mut cursor = node.walk();
            let has_all = node.children(&mut cursor).any(|child| child.kind() == "wildcard_import");
            vec![(module, if has_all { vec!["*".to_owned()] } else { names })]
        }
        None => names.into_iter().map(|module| (module, Vec::new())).collect(),
    }
}

fn script(node: Node<'_>, content: &[u8]) -> Vec<Import> {
    if node.kind() == "call_expression" {
        return required(node, content).into_iter().collect();
    }
    let Some(source) = node.child_by_field_name("source") else { return Vec::new() };
    let mut names = Vec::new();
    let mut cursor = node.walk();
    let mut waiting: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
    while let Some(next) = waiting.pop() {
        match next.kind() {
            "import_specifier" | "export_specifier" => {
                let name = next.child_by_field_name("name").unwrap_or(next);
                names.push(text(name, content));
            }
            "import_clause" | "named_imports" | "export_clause" => {
                let mut cursor = next.walk();
                waiting.extend(next.named_children(&mut cursor));
            }
            "namespace_import" | "namespace_export" => names.push("*".to_owned()),
            "identifier" => names.push("default".to_owned()),
            _ => {}
        }
    }
    names.reverse();
    names.truncate(MOST_OF_ONE);
    vec![(unquoted(&text(source, content)), names)]
}

/// `require("x")` and `import("x")`.
fn required(node: Node<'_>, content: &[u8]) -> Option<Import> {
    let function = text(node.child_by_field_name("function")?, content);
    let argument = node.child_by_field_name("arguments")?.named_child(0)?;
    let is_import =
        ["require", "import"].contains(&function.as_str()) && argument.kind() == "string";
    is_import.then(|| (unquoted(&text(argument, content)), vec!["*".to_owned()]))
}

fn rust(node: Node<'_>, content: &[u8]) -> Vec<Import> {
    if node.kind() == "mod_item" {
        let has_body = node.child_by_field_name("body").is_some();
        let name = node.child_by_field_name("name").filter(|_| !has_body);
        return name
            .map(|name| (format!("self::{}", text(name, content)), Vec::new()))
            .into_iter()
            .collect();
    }
    let Some(argument) = node.child_by_field_name("argument") else { return Vec::new() };
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), argument)];
    while let Some((before, next)) = waiting.pop() {
        if found.len() + waiting.len() > MOST_OF_ONE {
            break;
        }
        let joined =
            |last: String| if before.is_empty() { last } else { format!("{before}::{last}") };
        match next.kind() {
            "scoped_use_list" => {
                let path = next.child_by_field_name("path").map(|path| text(path, content));
                let before = path.map_or(before.clone(), joined);
                waiting.extend(next.child_by_field_name("list").map(|list| (before, list)));
            }
            "use_list" => {
                let mut cursor = next.walk();
                let children = next.named_children(&mut cursor).take(MOST_OF_ONE);
                waiting.extend(children.map(|child| (before.clone(), child)));
            }
            "use_as_clause" => {
                waiting.extend(next.child_by_field_name("path").map(|path| (before.clone(), path)));
            }
            _ => found.push((joined(text(next, content)), Vec::new())),
        }
    }
    found.into_iter().map(|(path, _): Import| split_last(&path)).collect()
}

/// `a::b::c` as the name `c` of `a::b`.
fn split_last(path: &str) -> Import {
    match path.rsplit_once("::") {
        Some((module, name)) => (module.to_owned(), vec![name.to_owned()]),
        None => (path.to_owned(), Vec::new()),
    }
}

fn unquoted(text: &str) -> String {
    text.trim_matches(['"', '\'', '`']).to_owned()
}
