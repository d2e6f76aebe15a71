//! Calls through which data become code.
//!
//! A linter finds these too, and more of them, but it runs in a sandbox that may not be there; these few are told always.

use crate::findings::finding::{File, Finding, Severity, finding};
use crate::python::{field, line_of, parse, text_of, walk};

/// Calls, what the rule is named and why it matters.
const CALLS: [(&str, &str, &str); 11] = [
    ("eval", "S307", "whoever words its argument runs code"),
    ("exec", "S102", "whoever words its argument runs code"),
    ("os.system", "S605", "a shell reads its argument"),
    ("os.popen", "S605", "a shell reads its argument"),
    ("pickle.loads", "S301", "whoever made the bytes runs code"),
    ("pickle.load", "S301", "whoever made the file runs code"),
    ("marshal.loads", "S302", "whoever made the bytes can crash the interpreter"),
    ("yaml.unsafe_load", "S506", "whoever wrote the text runs code"),
    ("tempfile.mktemp", "S306", "somebody else may take the name first"),
    ("__import__", "dynamic_import", "what is imported is decided while it runs"),
    ("yaml.load", "S506", "whoever wrote the text runs code, unless the loader is a safe one"),
];

/// Dangerous calls of a file.
pub fn dangers(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(tree) = parse(&file.text) else { return found };
    walk(tree.root_node(), |node| {
        if node.kind() == "call" {
            let name = field(&file.text, node, "function").unwrap_or_default();
            let whole = text_of(&file.text, node);
            let known = CALLS.iter().find(|(call, ..)| *call == name);
            let known = known.filter(|_| !(name == "yaml.load" && whole.contains("Safe")));
            if let Some((call, rule, reason)) = known {
                let words = (format!("`{call}` is called"), (*reason).to_owned());
                found.push(finding(file, line_of(node), rule, Severity::High, words));
            } else if name.starts_with("subprocess.") && whole.contains("shell=True") {
                let words =
                    (format!("`{name}` starts a shell"), "a shell reads its argument".to_owned());
                found.push(finding(file, line_of(node), "S602", Severity::High, words));
            }
        }
        true
    });
    found
}
