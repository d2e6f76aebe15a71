//! Calls edited: a related function, other arguments, or no call at all.
//!
//! Functions that are taken for each other stand in tables; imported functions that nothing uses are the likeliest of all.

use tree_sitter::Node;

use super::additions::USUAL;
use crate::drafts::Drafts;
use crate::scope::{Kind, Scope};
use crate::tree::{Spot, named};

/// Functions that are taken for each other.
const FUNCTIONS: &[&[&str]] = &[
    &["min", "max"],
    &["any", "all"],
    &["any", "sum"],
    &["all", "sum"],
    &["sorted", "reversed", "list"],
    &["sum", "max", "min", "len"],
    &["int", "round", "float", "abs"],
    &["int", "str", "ord"],
    &["chr", "ord", "str"],
    &["list", "set", "tuple", "sorted"],
    &["len", "sum"],
    &["zip", "enumerate"],
    &["isinstance", "issubclass"],
    &["map", "filter"],
    &["bin", "hex", "oct"],
];

/// Methods and functions of modules that are taken for each other.
const METHODS: &[&[&str]] = &[
    &["append", "extend", "insert", "add"],
    &["add", "update", "discard"],
    &["pop", "popleft", "remove"],
    &["append", "appendleft"],
    &["lower", "upper", "title", "capitalize", "swapcase"],
    &["startswith", "endswith"],
    &["strip", "lstrip", "rstrip"],
    &["lstrip", "removeprefix"],
    &["rstrip", "removesuffix"],
    &["find", "rfind", "index", "rindex", "count"],
    &["split", "rsplit", "splitlines"],
    &["islower", "isupper"],
    &["isdigit", "isalpha", "isalnum", "isnumeric", "isspace"],
    &["keys", "values", "items"],
    &["floor", "ceil", "trunc"],
    &["sqrt", "isqrt", "cbrt"],
    &["sin", "cos", "tan"],
    &["log", "log2", "log10"],
    &["union", "intersection", "difference", "symmetric_difference"],
    &["heappush", "heappop"],
    &["heappushpop", "heapreplace"],
    &["sort", "reverse"],
    &["permutations", "combinations", "product"],
    &["ljust", "rjust", "center", "zfill"],
    &["issubset", "issuperset"],
    &["partition", "rpartition"],
    &["encode", "decode"],
];

/// Edits of calls.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if spot.node.kind() == "keyword_argument" {
        return keyword(spot, scope, drafts);
    }
    if spot.node.kind() != "call" {
        return;
    }
    let field = |name| spot.node.child_by_field_name(name);
    let (Some(function), Some(arguments)) = (field("function"), field("arguments")) else { return };
    related(function, scope, drafts);
    first_letter(spot.node, function, scope, drafts);
    forgotten(function, arguments, scope, drafts);
    without(spot, function, arguments, drafts, scope);
    if arguments.kind() == "argument_list" {
        swapped(arguments, scope, drafts);
        dropped(arguments, scope, drafts);
        recursion(function, arguments, scope, drafts);
    }
    ordered(function, arguments, scope, drafts);
    looked_up(function, arguments, scope, drafts);
}

fn related(function: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let (word, families, operator) = if function.kind() == "attribute" {
        let Some(word) = function.child_by_field_name("attribute") else { return };
        (word, METHODS, "method")
    } else {
        (function, FUNCTIONS, "call")
    };
    let text = scope.text_of(word);
    let family = families.iter().filter(|family| family.contains(&text));
    let (mut count, mut seen) = (0_u32, vec![text]);
    for other in family.flat_map(|family| family.iter()) {
        if !seen.contains(other) {
            count += 1;
            drafts.likely(operator, 1.5 / f64::from(count), word, *other);
            seen.push(other);
        }
    }
    let own: Vec<&str> = scope.members.functions.iter().map(|function| function.name).collect();
    for other in own.iter().filter(|_| function.kind() == "identifier" && own.contains(&text)) {
        if !seen.contains(other) {
            drafts.likely("call", 0.3, word, *other);
        }
    }
}

/// A capital first letter that leaves the other letters as they are.
fn first_letter(call: Node<'_>, function: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let field = |name| function.child_by_field_name(name).map(|node| scope.text_of(node));
    if let (Some(word), Some("capitalize" | "title")) = (field("object"), field("attribute")) {
        let all = format!("{word}[:1].upper() + {word}[1:]");
        let is_operand = call.parent().is_some_and(|parent| parent.kind() == "binary_operator");
        let all = if is_operand { format!("({all})") } else { all };
        drafts.likely("method", 0.3, call, all);
    }
}

/// A function that is imported and never used, with the same arguments or with what it usually takes besides.
fn forgotten(function: Node<'_>, arguments: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let given = scope.text_of(arguments).strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let Some(given) = given.filter(|_| function.kind() == "identifier") else { return };
    for other in &scope.members.forgotten {
        drafts.likely("call", 2.0, function, *other);
        for (_, more) in USUAL.iter().filter(|(function, _)| function == other) {
            let text = format!("{other}({given}, {more})");
            let whole = (function.start_byte(), arguments.end_byte(), text);
            drafts.many("call", 1.5, vec![whole]);
        }
    }
}

/// `f(x)` as `x`, `x.f()` as `x`.
fn without(
    spot: &Spot<'_>,
    function: Node<'_>,
    arguments: Node<'_>,
    drafts: &mut Drafts,
    scope: &Scope<'_>,
) {
    let is_statement = spot.parent.kind() == "expression_statement";
    if is_statement {
        return;
    }
    if let Some(object) = function.child_by_field_name("object") {
        drafts.likely("drop_call", 0.7, spot.node, scope.text_of(object));
    }
    let given = named(arguments);
    if let Some(first) = given.first().filter(|_| arguments.kind() == "argument_list") {
        let factor = if given.len() == 1 { 1.0 } else { 0.3 };
        drafts.likely("drop_call", factor, spot.node, scope.text_of(*first));
        for other in given.iter().skip(1).filter(|other| other.kind() != "keyword_argument") {
            drafts.likely("drop_call", 0.6, spot.node, scope.text_of(*other));
        }
    }
}

fn swapped(arguments: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let given = named(arguments);
    for pair in given.windows(2) {
        let [first, second] = pair else { continue };
        if first.kind() != "keyword_argument" && second.kind() != "keyword_argument" {
            drafts.swap("swap_arguments", scope.text, (*first, *second));
        }
    }
    if let [first, _, third] = given[..] {
        drafts.swap("swap_arguments", scope.text, (first, third));
    }
}

fn dropped(arguments: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let given = named(arguments);
    if given.is_empty() || given.len() > 8 {
        return;
    }
    for left_out in 0..given.len() {
        let kept: Vec<&str> = given
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != left_out)
            .map(|(_, node)| scope.text_of(*node))
            .collect();
        let is_named = given.get(left_out).is_some_and(|it| it.kind() == "keyword_argument");
        let factor = if is_named { 0.5 } else { 1.0 };
        drafts.likely("drop_argument", factor, arguments, format!("({})", kept.join(", ")));
    }
}

/// Arguments of a call to the function itself.
fn recursion(function: Node<'_>, arguments: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if scope.name.is_empty() || scope.text_of(function) != scope.name {
        return;
    }
    for argument in named(arguments) {
        let text = scope.text_of(argument);
        let mut put = |text: String| drafts.replace("recursion", argument, text);
        for step in ["+ 1", "- 1"] {
            put(format!("{text} {step}"));
        }
        for part in ["[1:]", "[:-1]"] {
            put(format!("{text}{part}"));
        }
        for name in &scope.names {
            for sign in ["+", "-", "%"] {
                put(format!("{text} {sign} {name}"));
            }
            put(format!("{text} + [{name}]"));
        }
    }
}

/// `key` and `reverse` of what sorts.
fn ordered(function: Node<'_>, arguments: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let word = scope.text_of(function.child_by_field_name("attribute").unwrap_or(function));
    if !matches!(word, "sorted" | "sort" | "min" | "max") || arguments.kind() != "argument_list" {
        return;
    }
    let text = scope.text_of(arguments);
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or("");
    let comma = if inner.is_empty() { "" } else { ", " };
    if !inner.contains("reverse=") && word.starts_with("sort") {
        drafts.replace("sort_reverse", arguments, format!("({inner}{comma}reverse=True)"));
    }
    if inner.contains("key=") {
        return;
    }
    for key in keys(scope) {
        drafts.likely("sort_key", 0.5, arguments, format!("({inner}{comma}key={key})"));
    }
}

/// Lists the keys to sort by.
pub(super) fn keys(scope: &Scope<'_>) -> Vec<String> {
    let mappings = scope.names.iter().filter(|name| scope.surely(name, &[Kind::Mapping]));
    let mut keys: Vec<String> = mappings.map(|name| format!("lambda x: {name}[x]")).collect();
    keys.extend(["len", "abs", "str", "int", "sum", "str.lower"].map(str::to_owned));
    keys.extend(["lambda x: x[0]", "lambda x: x[1]", "lambda x: -x"].map(str::to_owned));
    keys.push("lambda x: (len(x), x)".to_owned());
    keys.extend(scope.members.functions.iter().map(|function| function.name.to_owned()));
    keys
}

fn looked_up(function: Node<'_>, arguments: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let word = function.child_by_field_name("attribute").map(|word| scope.text_of(word));
    let given = named(arguments);
    match (word, &given[..]) {
        (Some("get"), [key]) => {
            for default in ["0", "[]", "''", "1"] {
                let text = format!("({}, {default})", scope.text_of(*key));
                drafts.replace("get_default", arguments, text);
            }
        }
        (Some("join"), [_]) => {
            if let Some(object) = function.child_by_field_name("object") {
                for glue in ["''", "' '", "', '", "','", "'\\n'"] {
                    drafts.likely("const_str", 2.0, object, glue);
                }
            }
        }
        (Some("split"), []) => drafts.replace("const_str", arguments, "(' ')"),
        (Some("split"), [_]) => drafts.replace("const_str", arguments, "()"),
        (Some("insert"), [at, value]) => {
            let (at, value) = (scope.text_of(*at), scope.text_of(*value));
            drafts.likely("off_by_one", 1.0, arguments, format!("({at} + 1, {value})"));
        }
        _ => {}
    }
}

fn keyword(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(name) = spot.node.child_by_field_name("name") else { return };
    let Some(value) = spot.node.child_by_field_name("value") else { return };
    if scope.text_of(name) == "key" {
        for key in keys(scope) {
            drafts.likely("sort_key", 0.4, value, key);
        }
        if value.kind() == "lambda" {
            own_key(value, scope, drafts);
        }
    }
}

/// The other way round, or with the value itself where keys are alike.
fn own_key(lambda: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let field = |name| lambda.child_by_field_name(name);
    let (Some(parameters), Some(body)) = (field("parameters"), field("body")) else { return };
    let (value, own) = (scope.text_of(parameters), scope.text_of(body));
    let parts = if body.kind() == "tuple" { named(body) } else { vec![body] };
    for part in &parts {
        match part.named_child(0).filter(|_| part.kind() == "unary_operator") {
            Some(inner) => drafts.replace("sort_key", *part, scope.text_of(inner)),
            None => drafts.replace("sort_key", *part, format!("-{}", scope.text_of(*part))),
        }
    }
    if body.kind() != "tuple" && value != own {
        for key in [format!("({own}, {value})"), format!("(-{own}, {value})")] {
            drafts.replace("sort_key", body, key);
        }
    }
}
