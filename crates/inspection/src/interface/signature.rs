//! Reads how a function is called: its parameters, its binding, what it says that it returns.
//!
//! Functions of a module and methods of a class are read alike; the class takes away the parameter that is bound.

use tree_sitter::Node;

use crate::interface::offer::{Binding, Call, Function};
use crate::interface::parameters::parameters;
use crate::tree::{field, line_of, text_of};

/// Reads a function of a module; methods are read of their class.
pub(super) fn function(text: &str, node: Node<'_>, decorators: &[String]) -> Function {
    let is =
        |name: &str| decorators.iter().any(|decorator| decorator.rsplit('.').next() == Some(name));
    let binding = if is("staticmethod") {
        Binding::Static
    } else if is("classmethod") {
        Binding::Class
    } else if is("property") || is("cached_property") {
        Binding::Property
    } else {
        Binding::Plain
    };
    let is_awaited = text_of(text, node).starts_with("async");
    let list = node.child_by_field_name("parameters");
    Function {
        line: line_of(node),
        parameters: list.map(|list| parameters(text, list)).unwrap_or_default(),
        call: if is_awaited { Call::Awaited } else { Call::Plain },
        binding,
        returns: field(text, node, "return_type"),
    }
}
