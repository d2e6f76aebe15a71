//! Functions of code files, with the lines on which they begin.
//!
//! The probe attaches to the first statement of a function, so the docstring and decorators are told apart from it.

use tree_sitter::Node;

use super::tree::{functions, is_docstring, line_of, named, parse, text_of};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;

/// A function or method; those inside of functions are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The file.
    pub path: SourcePath,
    /// Its name, that of its classes before it: `Stack.push`.
    pub name: String,
    /// The line of its `def`, from 1.
    pub line: u32,
    /// The line of its first statement that runs in every call, from 1; the docstring is none.
    pub first: u32,
}

/// The functions of the code files, in reading order; none of files that do not parse as text.
pub fn outline(source: &Source) -> Vec<Function> {
    let mut found = Vec::new();
    for file in source.of_role(Role::Code) {
        let Ok(text) = std::str::from_utf8(&file.content) else { continue };
        let Some(tree) = parse(text) else { continue };
        let all = functions(tree.root_node());
        found.extend(all.into_iter().filter_map(|node| function(&file.path, text, node)));
    }
    found
}

fn function(path: &SourcePath, text: &str, node: Node<'_>) -> Option<Function> {
    let mut name = text_of(text, node.child_by_field_name("name")?).to_owned();
    let mut around = node.parent();
    while let Some(outer) = around {
        match outer.kind() {
            "function_definition" | "lambda" => return None,
            "class_definition" => {
                let class = text_of(text, outer.child_by_field_name("name")?);
                name = format!("{class}.{name}");
            }
            _ => {}
        }
        around = outer.parent();
    }
    let body = named(node.child_by_field_name("body")?);
    let first = body.into_iter().find(|statement| !is_docstring(*statement))?;
    Some(Function { path: path.clone(), name, line: line_of(node), first: line_of(first) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::source::SourceFile;

    #[test]
    fn functions_and_methods_are_named_with_their_first_statement() {
        let code = "def f(x):\n    \"\"\"Doc.\"\"\"\n    def g():\n        pass\n    return g\n\n\nclass A:\n    def m(self):\n        return 1\n\n    def d(self):\n        \"doc\"\n";
        let file = SourceFile {
            path: "a.py".parse().unwrap(),
            role: Role::Code,
            content: code.as_bytes().to_vec(),
        };
        let test =
            SourceFile { path: "test_a.py".parse().unwrap(), role: Role::Test, content: vec![] };

        let found = outline(&Source::new(vec![file, test]).unwrap());

        let told: Vec<(&str, u32, u32)> =
            found.iter().map(|it| (it.name.as_str(), it.line, it.first)).collect();
        assert_eq!(told, [("f", 1, 3), ("A.m", 9, 10)]);
    }
}
