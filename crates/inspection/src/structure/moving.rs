//! Moves definitions of a module to a file of its own.
//!
//! Three reasons make one move: a file is large and holds things that need nothing of each other (`split`), or two files import each other
//! and one of them only for something that needs neither (`shared`). Texts are cut and put together; no definition is rewritten.

use std::collections::BTreeSet;

use crate::python::parse;
use crate::structure::parts::{Kind, Parts};
use crate::structure::spelling::{Place, beside};
use crate::tree::{field, named, text_of};

/// The part of a large file that is moved, in hundredths of what could be.
const MOST_MOVED: usize = 55;
/// The least part that is worth a file of its own, in hundredths of the whole.
const LEAST_MOVED: usize = 15;

/// What a move makes of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The module without what was moved, offering it still.
    pub kept: String,
    /// The new file.
    pub taken: String,
    /// The names that were moved.
    pub names: Vec<String>,
}

/// Chooses what a large module can do without: definitions that need nothing of the others.
pub fn split(parts: &Parts) -> Option<BTreeSet<usize>> {
    let mut closures = parts.closures();
    closures.sort_by_key(|closure| std::cmp::Reverse(parts.size(closure)));
    let whole = parts.all.last()?.end;
    let movable: BTreeSet<usize> = closures.iter().flatten().copied().collect();
    let most = whole.min(parts.size(&movable)).max(whole / 2) * MOST_MOVED / 100;
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    for closure in closures {
        let both: BTreeSet<usize> = chosen.union(&closure).copied().collect();
        if parts.size(&both) <= most {
            chosen = both;
        }
    }
    let is_worth_it = parts.size(&chosen) * 100 >= whole * LEAST_MOVED;
    let stays = parts
        .all
        .iter()
        .enumerate()
        .any(|(at, part)| part.kind == Kind::Definition && !chosen.contains(&at));
    (is_worth_it && stays).then_some(chosen)
}

/// The names that a text takes from a module, over all its imports at the top; nothing where it takes the module itself.
pub fn taken_names(text: &str, spelled: &BTreeSet<String>) -> Option<Vec<String>> {
    let tree = parse(text)?;
    let mut names = Vec::new();
    for node in named(tree.root_node()) {
        if node.kind() == "import_statement" {
            let takes = |child: &tree_sitter::Node<'_>| {
                let name = field(text, *child, "name");
                spelled.contains(&name.unwrap_or_else(|| text_of(text, *child).to_owned()))
            };
            if named(node).iter().any(takes) {
                return None;
            }
        }
        let module = field(text, node, "module_name");
        if node.kind() != "import_from_statement" || module.is_none_or(|it| !spelled.contains(&it))
        {
            continue;
        }
        let source = node.child_by_field_name("module_name");
        for child in named(node).into_iter().filter(|child| Some(*child) != source) {
            let name = if child.kind() == "aliased_import" {
                field(text, child, "name")?
            } else {
                text_of(text, child).to_owned()
            };
            names.push(name);
        }
    }
    (!names.is_empty()).then_some(names)
}

/// What some names need, where nothing of it comes from the other file.
pub fn shared(
    text: &str,
    parts: &Parts,
    names: &[String],
    other: &BTreeSet<String>,
) -> Option<BTreeSet<usize>> {
    let seeds: Option<Vec<usize>> = names.iter().map(|name| parts.binding(name)).collect();
    let closed = parts.closure(seeds?)?;
    let needed = imports(parts, &closed);
    let leads_there = needed.iter().filter_map(|at| parts.all.get(*at)).any(|part| {
        let statement = text.get(part.start..part.end).unwrap_or_default();
        statement.split_whitespace().any(|word| other.contains(word.trim_end_matches(',')))
    });
    (!closed.is_empty() && !leads_there).then_some(closed)
}

/// The imports that some parts need.
fn imports(parts: &Parts, moved: &BTreeSet<usize>) -> Vec<usize> {
    let uses: BTreeSet<&String> =
        moved.iter().filter_map(|at| parts.all.get(*at)).flat_map(|part| &part.uses).collect();
    let is_needed = |(at, part): (usize, &crate::structure::parts::Part)| {
        let is_used = part.binds.iter().any(|name| uses.contains(name));
        (part.kind == Kind::Import && (is_used || part.binds.contains("annotations"))).then_some(at)
    };
    parts.all.iter().enumerate().filter_map(is_needed).collect()
}

/// Moves parts of a module into a file beside it.
pub fn moved(
    text: &str,
    parts: &Parts,
    chosen: &BTreeSet<usize>,
    (from, stem): (Place<'_>, &str),
) -> Option<Moved> {
    let cut = |at: &usize| parts.all.get(*at).and_then(|part| text.get(part.start..part.end));
    let names: Vec<String> = chosen
        .iter()
        .filter_map(|at| parts.all.get(*at))
        .flat_map(|part| part.binds.iter().cloned())
        .collect();
    let head: Vec<&str> = imports(parts, chosen).iter().filter_map(cut).collect();
    let mut taken =
        format!("\"\"\"What {} is made of; it offers all of it still.\"\"\"\n", from.module);
    if !head.is_empty() {
        taken = format!("{taken}\n{}\n", head.join("\n"));
    }
    let mut before = Kind::Import;
    for at in chosen {
        let kind = parts.all.get(*at)?.kind;
        let gap = if kind == Kind::Constant && before == Kind::Constant {
            ""
        } else if kind == Kind::Constant {
            "\n"
        } else {
            "\n\n"
        };
        taken = format!("{taken}{gap}{}\n", cut(at)?);
        before = kind;
    }
    let mut kept = text.to_owned();
    for at in chosen.iter().rev() {
        let part = parts.all.get(*at)?;
        let end = text.get(part.end..)?.bytes().take_while(|byte| *byte == b'\n').count();
        // The gap above stays, so that what follows keeps its distance.
        kept.replace_range(part.start..part.end + end, "");
    }
    let is_left = |name: &&String| {
        let others = parts.all.iter().enumerate().filter(|(at, _)| !chosen.contains(at));
        others.into_iter().any(|(_, part)| part.uses.contains(*name)) || exports(text, name)
    };
    // A name that is taken under its own name is offered on purpose; tools know that form.
    let offered = |name: &String| {
        if is_left(&name) { format!("    {name},\n") } else { format!("    {name} as {name},\n") }
    };
    let list: String = names.iter().map(offered).collect();
    let spelled = if is_packaged(from) { format!(".{stem}") } else { beside(from.module, stem) };
    let statement = format!("from {spelled} import (\n{list})\n");
    let at = entry(parts, text);
    kept.insert_str(at, &statement);
    let kept = format!("{}\n", kept.trim_end());
    Some(Moved { kept, taken, names })
}

fn is_packaged(from: Place<'_>) -> bool {
    from.module.contains('.') || from.path.ends_with("__init__.py")
}

/// Whether `__all__` names it.
fn exports(text: &str, name: &str) -> bool {
    let after = text.split_once("__all__").map_or("", |(_, after)| after);
    let list = after.split_once(']').map_or(after, |(list, _)| list);
    ['"', '\''].iter().any(|quote| list.contains(&format!("{quote}{name}{quote}")))
}

/// Where an import goes: behind those at the top, before the first definition.
fn entry(parts: &Parts, text: &str) -> usize {
    let is_body = |kind: Kind| matches!(kind, Kind::Definition | Kind::Constant);
    let body = parts.all.iter().position(|part| is_body(part.kind)).unwrap_or(parts.all.len());
    let last = parts.all.iter().take(body).rfind(|part| part.kind == Kind::Import);
    let first = parts.all.first().filter(|part| {
        part.kind == Kind::Other
            && text.get(part.start..).is_some_and(|rest| rest.starts_with(['"', '\'', 'r']))
    });
    let end = last.or(first).map_or(0, |part| part.end);
    end + usize::from(text.get(end..).is_some_and(|rest| rest.starts_with('\n')))
}

/// Has a text take names from another module: each import of them at the top is written anew.
pub fn retaken(
    text: &str,
    spelled: &BTreeSet<String>,
    names: &[String],
    stem: &str,
) -> Option<String> {
    let tree = parse(text)?;
    let mut out = text.to_owned();
    let statements = named(tree.root_node());
    for node in statements.into_iter().rev().filter(|node| node.kind() == "import_from_statement") {
        let Some(module) = field(text, node, "module_name").filter(|it| spelled.contains(it))
        else {
            continue;
        };
        let source = node.child_by_field_name("module_name");
        let items: Vec<String> = named(node)
            .into_iter()
            .filter(|child| Some(*child) != source)
            .map(|child| text_of(text, child).to_owned())
            .collect();
        let is_moved = |item: &String| {
            let name = item.split_whitespace().next().unwrap_or_default();
            names.iter().any(|moved| moved == name)
        };
        let (moved, kept): (Vec<String>, Vec<String>) = items.into_iter().partition(is_moved);
        let line = |module: &str, items: &[String]| match items {
            [] => None,
            items => Some(format!("from {module} import {}", items.join(", "))),
        };
        let lines = [line(&module, &kept), line(&beside(&module, stem), &moved)];
        let lines: Vec<String> = lines.into_iter().flatten().collect();
        out.replace_range(node.byte_range(), &lines.join("\n"));
    }
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "\"\"\"A shop.\"\"\"\n\nimport math\nfrom shop.tax import rate\n\nROUND = 2\n\n\ndef rounded(value):\n    return round(math.fabs(value), ROUND)\n\n\ndef taxed(value):\n    return rounded(value * rate())\n";
    const PLACE: Place<'_> = Place { path: "shop/cart.py", module: "shop.cart" };

    fn names(all: &[&str]) -> BTreeSet<String> {
        all.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_another_file_needs_is_moved_with_what_it_needs_and_still_offered() {
        let parts = Parts::of(SHOP).unwrap();
        let other =
            "from .cart import rounded, taxed as t\n\n\ndef rate():\n    return rounded(1.19)\n";

        let taken = taken_names(other, &names(&[".cart", "shop.cart"])).unwrap();
        let chosen =
            shared(SHOP, &parts, &["rounded".to_owned()], &names(&["shop.tax", ".tax"])).unwrap();
        let moved = moved(SHOP, &parts, &chosen, (PLACE, "_cart_shared")).unwrap();
        let retaken = retaken(other, &names(&[".cart"]), &moved.names, "_cart_shared").unwrap();

        assert_eq!(taken, ["rounded", "taxed"]);
        assert_eq!(shared(SHOP, &parts, &taken, &names(&["shop.tax"])), None);
        assert_eq!(
            moved.kept,
            "\"\"\"A shop.\"\"\"\n\nimport math\nfrom shop.tax import rate\nfrom ._cart_shared import (\n    ROUND as ROUND,\n    rounded,\n)\n\ndef taxed(value):\n    return rounded(value * rate())\n"
        );
        assert_eq!(
            moved.taken,
            "\"\"\"What shop.cart is made of; it offers all of it still.\"\"\"\n\nimport math\n\nROUND = 2\n\n\ndef rounded(value):\n    return round(math.fabs(value), ROUND)\n"
        );
        assert!(
            retaken
                .starts_with("from .cart import taxed as t\nfrom ._cart_shared import rounded\n"),
            "{retaken}"
        );
    }

    #[test]
    fn a_file_is_split_where_definitions_need_nothing_of_each_other() {
        let function = |name: &str, lines: usize| {
            format!("def {name}(x):\n{}    return x\n\n\n", "    x += 1\n".repeat(lines))
        };
        let apart = format!("{}{}", function("a", 20), function("b", 15));
        let alone = function("a", 20);

        let chosen = split(&Parts::of(&apart).unwrap());

        assert_eq!(chosen, Some([1].into()));
        assert_eq!(split(&Parts::of(&alone).unwrap()), None);
    }
}
