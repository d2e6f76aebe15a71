//! What differs between two interfaces of one module, from the view of who uses it.
//!
//! Breaking is what makes a call or an import fail that worked before; a warning is what may change its meaning. Each is told with its
//! old and its new text, so that a person can judge it without opening the files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::interface::offer::{Binding, Class, Function, Interface, Offer, Parameter, Way};

/// How much a difference weighs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// What worked fails.
    Breaking,
    /// What worked may mean something else.
    Warning,
    /// Something new is offered.
    Added,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// How much it weighs.
    pub effect: Effect,
    /// The name: `Shop.total`.
    pub name: String,
    /// The line in the new text, or in the old one where it is gone.
    pub line: u32,
    /// What differs, in words.
    pub what: String,
    /// The old text; empty where there was none.
    pub old: String,
    /// The new text; empty where there is none.
    pub new: String,
}

/// Lists what differs, breaking differences first.
pub fn differences(old: &Interface, new: &Interface) -> Vec<Difference> {
    let mut found = Vec::new();
    for name in
        old.names.keys().chain(old.exported.iter().flatten()).filter(|name| old.is_public(name))
    {
        let Some(before) = old.find(name) else { continue };
        let line = before.line();
        match new.find(name) {
            None => found.push(gone(name, line, before.word())),
            Some(after) => offers(&mut found, name, (old, before), (new, after)),
        }
    }
    for name in new.names.keys().filter(|name| new.is_public(name) && old.find(name).is_none()) {
        let line = new.find(name).map_or(1, Offer::line);
        found.push(told(Effect::Added, name, line, "is new", ("", "")));
    }
    found.sort_by(|left, right| {
        (left.effect, left.line, &left.name, &left.what).cmp(&(
            right.effect,
            right.line,
            &right.name,
            &right.what,
        ))
    });
    found.dedup();
    found
}

fn told(effect: Effect, name: &str, line: u32, what: &str, texts: (&str, &str)) -> Difference {
    let (old, new) = (texts.0.to_owned(), texts.1.to_owned());
    Difference { effect, name: name.to_owned(), line, what: what.to_owned(), old, new }
}

fn gone(name: &str, line: u32, word: &str) -> Difference {
    told(Effect::Breaking, name, line, &format!("the {word} is gone"), (name, ""))
}

fn offers(
    found: &mut Vec<Difference>,
    name: &str,
    old: (&Interface, &Offer),
    new: (&Interface, &Offer),
) {
    let line = new.1.line();
    match (old.1, new.1) {
        (Offer::Function(before), Offer::Function(after)) => functions(found, name, before, after),
        (Offer::Class(before), Offer::Class(after)) => {
            classes(found, name, &old.0.whole(before), &new.0.whole(after));
        }
        (Offer::Value(before), Offer::Value(after)) => {
            if let (Some(was), Some(is)) = (before.kind, after.kind)
                && was != is
            {
                let is_alike = matches!(
                    (was, is),
                    ("list", "tuple") | ("tuple", "list") | ("None", _) | (_, "None")
                );
                let effect = if is_alike { Effect::Warning } else { Effect::Breaking };
                found.push(told(effect, name, line, "is of another kind", (was, is)));
            }
        }
        // What comes from elsewhere is not known here, and a class can be called like a function.
        (Offer::Import(_) | Offer::Alias(_), _) | (_, Offer::Import(_) | Offer::Alias(_)) => {}
        (Offer::Function(_), Offer::Class(_)) => {
            found.push(told(
                Effect::Warning,
                name,
                line,
                "is another thing",
                ("function", "class"),
            ));
        }
        (Offer::Value(value), other) | (other, Offer::Value(value))
            if value.kind.is_none_or(|kind| kind == "function") =>
        {
            // A value that nobody can tell may be just that.
            let words = (old.1.word(), new.1.word());
            if !matches!(other, Offer::Value(_)) {
                found.push(told(Effect::Warning, name, line, "is another thing", words));
            }
        }
        (before, after) => {
            let words = (before.word(), after.word());
            found.push(told(Effect::Breaking, name, line, "is another thing", words));
        }
    }
}

fn classes(found: &mut Vec<Difference>, name: &str, old: &Class, new: &Class) {
    for base in old.bases.iter().filter(|base| !new.bases.contains(base)) {
        // A private base of the same module is nobody's business once its members are all there.
        if base != "object" && !base.starts_with('_') {
            found.push(told(Effect::Breaking, name, new.line, "a base is gone", (base, "")));
        }
    }
    for (member, before) in old.members.iter().filter(|(member, _)| is_shown(member)) {
        let full = format!("{name}.{member}");
        match new.members.get(member) {
            Some(after) => functions(found, &full, before, after),
            None if member == "__init__" && before.parameters.is_empty() => {}
            None if before.binding == Binding::Property && new.attributes.contains(member) => {}
            None => found.push(gone(&full, before.line, "method")),
        }
    }
    for attribute in old.attributes.iter().filter(|attribute| !new.attributes.contains(*attribute))
    {
        let is_read = new.members.get(attribute).is_some_and(|it| it.binding == Binding::Property);
        if !is_read {
            found.push(gone(&format!("{name}.{attribute}"), old.line, "attribute"));
        }
    }
    for (member, after) in new.members.iter().filter(|(member, _)| is_shown(member)) {
        let is_known = old.members.contains_key(member) || old.attributes.contains(member);
        let full = format!("{name}.{member}");
        match (is_known, member == "__init__") {
            (true, _) => {}
            // The constructor that was inherited from nobody took nothing.
            (false, true) => functions(found, &full, &Function::default(), after),
            (false, false) => {
                found.push(told(Effect::Added, &full, after.line, "is new", ("", "")));
            }
        }
    }
    let is_new = |attribute: &&String| {
        !old.attributes.contains(*attribute) && !old.members.contains_key(*attribute)
    };
    for attribute in new.attributes.iter().filter(is_new) {
        let full = format!("{name}.{attribute}");
        found.push(told(Effect::Added, &full, new.line, "is new", ("", "")));
    }
}

/// Whether others may use a member: public ones, and those that the language itself calls.
fn is_shown(member: &str) -> bool {
    !member.starts_with('_') || (member.starts_with("__") && member.ends_with("__"))
}

fn functions(found: &mut Vec<Difference>, name: &str, old: &Function, new: &Function) {
    let line = new.line;
    if old.call != new.call {
        found.push(told(Effect::Breaking, name, line, "is awaited otherwise", ("", "")));
    }
    let property = |function: &Function| function.binding == Binding::Property;
    if property(old) != property(new) {
        found.push(told(Effect::Breaking, name, line, "is read or called otherwise", ("", "")));
    } else if old.binding != new.binding {
        found.push(told(Effect::Warning, name, line, "is bound otherwise", ("", "")));
    }
    if old.returns.is_some() && new.returns.is_some() && old.returns != new.returns {
        let text = |function: &Function| function.returns.clone().unwrap_or_default();
        found.push(told(
            Effect::Warning,
            name,
            line,
            "returns another type",
            (&text(old), &text(new)),
        ));
    }
    parameters(found, name, line, (&old.parameters, &new.parameters));
}

fn parameters(
    found: &mut Vec<Difference>,
    name: &str,
    line: u32,
    (old, new): (&[Parameter], &[Parameter]),
) {
    let renamed = renamed(old, new);
    for before in old {
        let Some(after) = new.iter().find(|after| after.name == before.name) else {
            found.extend(lost(name, line, before, renamed, new));
            continue;
        };
        changed(found, (name, line), before, after);
        if let Some(other) = displaced(before, old, new) {
            let what = format!("the parameter {} has another place", before.name);
            found.push(told(Effect::Breaking, name, line, &what, (&before.name, &other)));
        }
    }
    for after in new {
        let is_known = old.iter().any(|before| before.name == after.name);
        let is_renamed = renamed.is_some_and(|(_, now)| now.name == after.name);
        if is_known || is_renamed {
            continue;
        }
        let is_open = after.default.is_some() || matches!(after.way, Way::Places | Way::Names);
        let (effect, words) = if is_open {
            (Effect::Added, "is new")
        } else {
            (Effect::Breaking, "is newly required")
        };
        let what = format!("the parameter {} {words}", after.name);
        found.push(told(effect, name, line, &what, ("", &after.name)));
    }
}

/// The one parameter that has another name, where all the others stayed.
fn renamed<'a>(
    old: &'a [Parameter],
    new: &'a [Parameter],
) -> Option<(&'a Parameter, &'a Parameter)> {
    if old.len() != new.len() {
        return None;
    }
    let mut pairs = old.iter().zip(new).filter(|(before, after)| before.name != after.name);
    pairs.next().filter(|_| pairs.next().is_none())
}

fn lost(
    name: &str,
    line: u32,
    before: &Parameter,
    renamed: Option<(&Parameter, &Parameter)>,
    new: &[Parameter],
) -> Option<Difference> {
    if let Some((was, is)) = renamed.filter(|(was, _)| was.name == before.name) {
        // By place alone nobody sees a name.
        let is_seen = !matches!(was.way, Way::Place | Way::Places | Way::Names);
        let what = format!("the parameter {} has another name", was.name);
        return is_seen.then(|| told(Effect::Breaking, name, line, &what, (&was.name, &is.name)));
    }
    let takes_all = new.iter().any(|after| after.way == Way::Names) && before.way == Way::Name;
    let effect = if takes_all { Effect::Warning } else { Effect::Breaking };
    let what = format!("the parameter {} is gone", before.name);
    Some(told(effect, name, line, &what, (&before.name, "")))
}

fn changed(
    found: &mut Vec<Difference>,
    (name, line): (&str, u32),
    before: &Parameter,
    after: &Parameter,
) {
    let mut tell = |effect, what: &str, old: &str, new: &str| {
        let what = format!("the parameter {} {what}", after.name);
        found.push(told(effect, name, line, &what, (old, new)));
    };
    match (&before.default, &after.default) {
        (Some(was), None) if !matches!(after.way, Way::Places | Way::Names) => {
            tell(Effect::Breaking, "is newly required", was, "");
        }
        (Some(was), Some(is)) if was != is => tell(Effect::Warning, "has another default", was, is),
        (Some(_) | None, _) => {}
    }
    if before.way != after.way && after.way != Way::Both {
        tell(Effect::Breaking, "is passed otherwise", "", "");
    }
    if let (Some(was), Some(is)) = (&before.annotation, &after.annotation)
        && was != is
    {
        tell(Effect::Warning, "has another type", was, is);
    }
}

/// The parameter that now stands where an old one did; nothing where those that stayed kept their order.
fn displaced(before: &Parameter, old: &[Parameter], new: &[Parameter]) -> Option<String> {
    let by_place = |one: &&Parameter| matches!(one.way, Way::Place | Way::Both);
    if !by_place(&before) {
        return None;
    }
    let ahead = |list: &[Parameter]| -> Vec<String> {
        let until = list.iter().take_while(|one| one.name != before.name);
        until.filter(by_place).map(|one| one.name.clone()).collect()
    };
    let (were, are) = (ahead(old), ahead(new));
    let is_same_length = old.len() == new.len();
    // What is gone before it was told already; what came before it moves it.
    are.into_iter().find(|name| {
        !were.contains(name) && (!is_same_length || old.iter().any(|one| one.name == *name))
    })
}
