//! Stubs: code files whose bodies are filled by a control.
//!
//! The harness cuts bodies out and leaves marks; what stands there instead differs from control to control.

use std::collections::BTreeMap;

/// Where a body or the value of a lambda was; the number is its first line.
const HOLES: [(&str, Hole); 2] =
    [("_saraphina_body_", Hole::Body), ("_saraphina_value_", Hole::Value)];

/// What stood where a hole is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hole {
    Body,
    Value,
}

/// What every function of a stub does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filling<'a> {
    /// It raises.
    Raise,
    /// It returns an empty value of the type that the function at this line was seen to return.
    Empty(&'a BTreeMap<u32, String>),
}

/// The text with every hole filled.
pub(crate) fn fill(text: &str, filling: Filling<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, hole, line, after)) = next_hole(rest) {
        filled.push_str(before);
        filled.push_str(&filler(hole, line, filling));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn next_hole(text: &str) -> Option<(&str, Hole, u32, &str)> {
    let found = HOLES.iter().filter_map(|(mark, hole)| Some((text.find(mark)?, mark, *hole)));
    let (at, mark, hole) = found.min_by_key(|(at, ..)| *at)?;
    let (before, tail) = text.split_at_checked(at)?;
    let (digits, after) = tail.strip_prefix(mark)?.split_once('_')?;
    Some((before, hole, digits.parse().ok()?, after))
}

fn filler(hole: Hole, line: u32, filling: Filling<'_>) -> String {
    let value = match filling {
        Filling::Raise if hole == Hole::Body => return "raise BufferError('a stub')".to_owned(),
        Filling::Raise => "(_ for _ in ()).throw(BufferError('a stub'))",
        Filling::Empty(types) => types.get(&line).map_or("None", |kind| empty(kind)),
    };
    match hole {
        Hole::Body => format!("return {value}"),
        Hole::Value => value.to_owned(),
    }
}

fn empty(kind: &str) -> &'static str {
    match kind {
        "bool" => "False",
        "int" => "0",
        "float" => "0.0",
        "complex" => "0j",
        "str" => "''",
        "bytes" => "b''",
        "list" => "[]",
        "tuple" => "()",
        "dict" => "{}",
        "set" => "set()",
        "frozenset" => "frozenset()",
        "generator" => "iter(())",
        _ => "None",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "def f(a):\n    _saraphina_body_1_\ng = lambda: _saraphina_value_9_\n_saraphina_body_x_ = 1\n";

    #[test]
    fn every_hole_is_filled_and_nothing_else_changes() {
        let types = BTreeMap::from([(1, "list".to_owned()), (9, "subject.Odd".to_owned())]);

        let none = BTreeMap::new();
        let filled = [Filling::Empty(&none), Filling::Raise, Filling::Empty(&types)]
            .map(|filling| fill(TEXT, filling));

        assert_eq!(
            filled,
            [
                "def f(a):\n    return None\ng = lambda: None\n_saraphina_body_x_ = 1\n",
                "def f(a):\n    raise BufferError('a stub')\ng = lambda: (_ for _ in ()).throw(BufferError('a stub'))\n_saraphina_body_x_ = 1\n",
                "def f(a):\n    return []\ng = lambda: None\n_saraphina_body_x_ = 1\n",
            ]
        );
    }
}
