//! Places where data become code, or a guard is switched off.
//!
//! A linter finds these too, and more of them, but it runs in a sandbox that may not be there, or knows Python alone; these few are told
//! always.

use tree_sitter::Node;

use crate::findings::finding::{File, Finding, Severity, finding};
use crate::language::Language;
use crate::tree::{field, line_of, one_line, parsed, text_of, walk};

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

/// What whoever words the argument of a call can do.
const RUNS: &str = "whoever words its argument runs code";
const SHELL: &str = "a shell reads its argument";
const PAGE: &str = "what it is given becomes part of the page, scripts too";
/// Lines above a block in which its author can say why it is sound.
const SAID_WITHIN: u32 = 4;

/// What is told of a place: the rule, how much it weighs, what stands there and why it matters.
type Danger<'t> = (&'t str, Severity, String, &'t str);

/// Dangerous places of a file.
pub fn dangers(file: &File) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some((language, tree)) = parsed(&file.path, &file.text) else { return found };
    let own = u32::try_from(file.parts().0.lines().count()).unwrap_or(u32::MAX);
    walk(tree.root_node(), |node| {
        let danger = match language {
            Language::Python => python(&file.text, node),
            Language::JavaScript | Language::TypeScript => script(&file.text, node),
            Language::Go => go(&file.text, node),
            Language::Rust => rust(file, node).filter(|_| line_of(node) <= own),
        };
        if let Some((rule, severity, message, reason)) = danger {
            let words = (message, reason.to_owned());
            found.push(finding(file, line_of(node), rule, severity, words));
        }
        true
    });
    found
}

fn python<'t>(text: &'t str, node: Node<'_>) -> Option<Danger<'t>> {
    if node.kind() != "call" {
        return None;
    }
    let name = at_its_end(&field(text, node, "function").unwrap_or_default());
    let whole = text_of(text, node);
    if whole.starts_with("__builtins__") {
        return Some(("S102", Severity::High, "`__builtins__` is called".to_owned(), RUNS));
    }
    let known = CALLS.iter().find(|(call, ..)| *call == name);
    if let Some((call, rule, reason)) =
        known.filter(|_| !(name == "yaml.load" && whole.contains("Safe")))
    {
        return Some((*rule, Severity::High, format!("`{call}` is called"), *reason));
    }
    (name.starts_with("subprocess.") && whole.contains("shell=True"))
        .then(|| ("S602", Severity::High, format!("`{name}` starts a shell"), SHELL))
}

/// The last two parts of a name, for other modules hold `os` too: `random._os.popen` is `os.popen`.
fn at_its_end(name: &str) -> String {
    let mut parts = name.rsplit('.');
    match (parts.next(), parts.next()) {
        (Some(last), Some(holder)) => format!("{}.{last}", holder.trim_start_matches('_')),
        _ => name.to_owned(),
    }
}

fn script<'t>(text: &'t str, node: Node<'_>) -> Option<Danger<'t>> {
    let called = |name: &str| format!("`{name}` is called");
    match node.kind() {
        "call_expression" => {
            let name = field(text, node, "function")?;
            let is_bare = ["exec", "execSync"].contains(&&*name) && text.contains("child_process");
            match name.as_str() {
                "eval" | "vm.runInThisContext" | "vm.runInNewContext" => {
                    Some(("eval", Severity::High, called(&name), RUNS))
                }
                "child_process.exec" | "child_process.execSync" => {
                    Some(("shell", Severity::High, called(&name), SHELL))
                }
                "document.write" => Some(("raw_html", Severity::Medium, called(&name), PAGE)),
                _ => (is_bare || is_of_child_process(text, &name))
                    .then(|| ("shell", Severity::High, called(&name), SHELL)),
            }
        }
        "pair" => {
            let is_off = one_line(text_of(text, node)) == "rejectUnauthorized: false";
            is_off.then(unverified)
        }
        "new_expression" => (field(text, node, "constructor")? == "Function")
            .then(|| ("eval", Severity::High, called("new Function"), RUNS)),
        "assignment_expression" => {
            let name = field(text, node, "left")?;
            let is_page = [".innerHTML", ".outerHTML"].iter().any(|end| name.ends_with(end));
            let is_told = is_page && node.child_by_field_name("right")?.kind() != "string";
            is_told.then(|| ("raw_html", Severity::Medium, format!("`{name}` is set"), PAGE))
        }
        "property_identifier" => {
            let is_set = text_of(text, node) == "dangerouslySetInnerHTML"
                && node.parent()?.kind() == "jsx_attribute";
            let message = "`dangerouslySetInnerHTML` is set".to_owned();
            is_set.then_some(("raw_html", Severity::Medium, message, PAGE))
        }
        _ => None,
    }
}

/// A connection whose other end nobody checks.
fn unverified<'t>() -> Danger<'t> {
    let reason = "whoever stands between can read and change everything";
    ("unverified_tls", Severity::High, "certificates are not checked".to_owned(), reason)
}

/// Whether a call is one of a shell, of the module under another name: `cp.exec` behind `cp = require('child_process')`.
fn is_of_child_process(text: &str, name: &str) -> bool {
    let holder = name.strip_suffix(".exec").or_else(|| name.strip_suffix(".execSync"));
    let Some(holder) = holder.filter(|_| text.contains("child_process")) else { return false };
    let begins =
        [format!("{holder} = require("), format!("{holder} from "), format!("{holder}=require(")];
    let is_module = |rest: &str| {
        let named = rest.trim_start_matches(['"', '\'', '`']);
        named.strip_prefix("node:").unwrap_or(named).starts_with("child_process")
    };
    begins.iter().any(|begin| {
        text.match_indices(begin.as_str())
            .any(|(at, _)| text.get(at + begin.len()..).is_some_and(is_module))
    })
}

fn go<'t>(text: &'t str, node: Node<'_>) -> Option<Danger<'t>> {
    if node.kind() == "keyed_element" {
        let is_off = one_line(text_of(text, node)) == "InsecureSkipVerify: true";
        return is_off.then(unverified);
    }
    if node.kind() != "call_expression" {
        return None;
    }
    let name = field(text, node, "function")?;
    let given = field(text, node, "arguments")?;
    let starts = |word: &str| given.contains(&format!("\"{word}\""));
    match name.as_str() {
        "exec.Command" | "exec.CommandContext" => {
            let is_shell = starts("sh") || starts("bash") || starts("cmd");
            (is_shell && (starts("-c") || starts("/c") || starts("/C")))
                .then(|| ("shell", Severity::High, format!("`{name}` starts a shell"), SHELL))
        }
        "template.HTML" | "template.JS" => (!given.starts_with("(\"") && !given.starts_with("(`"))
            .then(|| ("raw_html", Severity::Medium, format!("`{name}` is called"), PAGE)),
        _ => None,
    }
}

fn rust<'t>(file: &'t File, node: Node<'_>) -> Option<Danger<'t>> {
    match node.kind() {
        "unsafe_block" => {
            let line = line_of(node);
            let mut around = line.saturating_sub(SAID_WITHIN)..=line.saturating_add(1);
            let is_said = around.any(|number| file.line(number).to_lowercase().contains("safety"));
            let message = "an `unsafe` block does not say why it is sound".to_owned();
            let reason =
                "the compiler checks nothing of it; a comment `SAFETY:` lets a reader do so";
            (!is_said).then_some(("unexplained_unsafe", Severity::Medium, message, reason))
        }
        "call_expression" => {
            let name = field(&file.text, node, "function")?;
            let given = field(&file.text, node, "arguments")?;
            let is_shell = ["(\"sh\")", "(\"bash\")", "(\"/bin/sh\")"].contains(&&*given);
            (name.ends_with("Command::new") && is_shell)
                .then(|| ("shell", Severity::High, format!("`{name}` starts a shell"), SHELL))
        }
        _ => None,
    }
}
