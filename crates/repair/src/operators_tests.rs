//! Tests of the edits that each family of operators makes.
//!
//! A case is a function before and an edit that must be among its drafts.

use super::mutate::{Breadth, mutations};
use super::suggestion::Suggestion;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

pub(super) fn source(code: &[u8], tests: &str) -> Source {
    let file = |path: &str, role, content: &[u8]| SourceFile {
        path: path.parse().unwrap(),
        role,
        content: content.to_vec(),
    };
    Source::new(vec![
        file("a.py", Role::Code, code),
        file("test_a.py", Role::Test, tests.as_bytes()),
    ])
    .unwrap()
}

pub(super) fn code_after(source: &Source, suggestion: &Suggestion) -> String {
    let after = suggestion.patch.apply(source).unwrap();
    assert_eq!(after.files()[1], source.files()[1], "the tests stay: {suggestion:?}");
    after.files()[0].text()
}

/// Rank of an edit that leaves a text, from 1.
pub(super) fn rank(code: &str, wanted: &str) -> Option<usize> {
    let source = source(code.as_bytes(), "assert f('.') == '!'\n");
    let found = mutations(&source, None, Breadth::Wide);
    found.iter().position(|found| code_after(&source, found) == wanted).map(|at| at + 1)
}

/// One edit leads from each first text to the second one, both put into a program.
fn assert_made(edits: &[(&str, &str)], of: impl Fn(&str) -> String) {
    let is_missing = |(before, after): &&(&str, &str)| rank(&of(before), &of(after)).is_none();
    let missing: Vec<_> = edits.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "never made: {missing:#?}");
}

#[test]
fn each_family_makes_its_edit() {
    let of = |body: &str| format!("def f(x, y, items):\n    {body}\n");
    let edits = [
        ("return x < y", "return x <= y"),
        ("return x and y", "return x or y"),
        ("return x + y + 1", "return x + y"),
        ("return x * y", "return x + y"),
        ("total = 0", "total = 1"),
        ("return 'yes'", "return 'Yes'"),
        ("return range(x)", "return range(1, x + 1)"),
        ("return items[x]", "return items[x - 1]"),
        ("return items[x:]", "return items[:x]"),
        ("return min(items)", "return max(items)"),
        ("return items.lower()", "return items.upper()"),
        ("return pow(x, y)", "return pow(y, x)"),
        ("return (x, y)", "return (y, x)"),
        ("return sorted(items)", "return sorted(items, reverse=True)"),
        ("return items", "return sorted(items)"),
        ("return items", "return list(set(items))"),
        ("return x", "return y"),
        ("return not x", "return x"),
        ("return [i for i in items if i]", "return [i for i in items]"),
        ("return x - y // 2", "return x // 2 - y"),
        ("x += y", "x -= y"),
        ("x += y", "x = y"),
        ("return f(x, y)", "return f(x - 1, y)"),
        ("return items.get(x)", "return items.get(x, 0)"),
        ("return items.split('.')", "return items.split()"),
        ("if x:\n        return y\n    return 0", "if not x:\n        return y\n    return 0"),
        (
            "for i in items:\n        x += i\n        y += 1",
            "for i in items:\n        x += i\n    y += 1",
        ),
        ("x += 1\n    y += 1", "y += 1\n    x += 1"),
        ("x += 1\n    return x", "return x"),
        ("return x.count(',')", "return x.count('.')"),
    ];

    assert_made(&edits, of);
}

#[test]
fn slips_of_a_hand_are_taken_back() {
    let edits = [
        (
            "for i in range(len(items)):\n        x = x * 10 + i",
            "for i in range(len(items)):\n        x = x * 10 + items[i]",
        ),
        ("return any(x == y for x in items)", "return sum(x == y for x in items)"),
        ("return [(40, 'LX'), (1, 'I')]", "return [(40, 'XL'), (1, 'I')]"),
        ("return x + 'way'", "return x + 'ay'"),
        ("return x[0][1] + x[y][2] + 1", "return x[0][1] + x[y][1] + 1"),
        ("return items[x] < y", "return 0 <= items[x] < y"),
        ("x = y\n    y = x + y\n    return y", "x, y = y, x + y\n    return y"),
        (
            "for x in items:\n        if x in y:\n            return x",
            "for x in y:\n        if x in items:\n            return x",
        ),
    ];

    assert_made(&edits, |body| format!("def f(x, y, items: list):\n    {body}\n"));
}

#[test]
fn a_forgotten_import_is_used_and_an_else_asks() {
    let edits = [
        (
            "from itertools import zip_longest\n\ndef f(x, y):\n    return list(zip(x, y))\n",
            "from itertools import zip_longest\n\ndef f(x, y):\n    return list(zip_longest(x, y, fillvalue=0))\n",
        ),
        (
            "def f(x, y):\n    if x > y:\n        x = 1\n    else:\n        x = 2\n    return x\n",
            "def f(x, y):\n    if x > y:\n        x = 1\n    elif x < y:\n        x = 2\n    return x\n",
        ),
    ];

    assert_made(&edits, str::to_owned);
}

#[test]
fn ends_and_bounds_are_set_right() {
    let edits = [
        ("return items[x:-x]", "return items[x:len(items) - x]"),
        ("return items[-x:]", "return items[len(items) - x:]"),
        ("return len(items) - 1", "return items[-1]"),
        ("return items[x]", "return items[-1 - x]"),
        ("z = x - y\n    return z", "z = max(0, x - y)\n    return z"),
        ("return x % y", "return min(x, y - 1)"),
        ("best = 0\n    return best", "best = items[0]\n    return best"),
        ("return x > 60 or y > 30", "return x > 60 or y > 60"),
        ("return x and y > 0", "return x and y > 0 and y < len(items) - 1"),
        ("x = int(y)\n    return x", "x = x * 10 + int(y)\n    return x"),
        ("return x + '-' + y", "return y + '-' + x"),
        ("return x.capitalize()", "return x[:1].upper() + x[1:]"),
        ("return x.lstrip('www.')", "return x.removeprefix('www.')"),
        ("return x[:10]", "return x[1:]"),
        ("return y * 84600", "return y * 86400"),
        ("return y // 5 + 1", "return -(-y // 5)"),
        ("return y in (11, 12)", "return y % 100 in (11, 12)"),
        ("return 4 * items[0]", "return sum(items)"),
        ("z = len(items[0])\n    return z", "z = max(len(each) for each in items)\n    return z"),
        (
            "z = x.split('.')\n    return z",
            "z = [int(part) for part in x.split('.')]\n    return z",
        ),
        (
            "\"\"\"Leap years are those divisible by 400.\"\"\"\n    return y % 100 != 0",
            "\"\"\"Leap years are those divisible by 400.\"\"\"\n    return y % 400 != 0",
        ),
        (
            "return sorted(items, key=lambda i: len(i))",
            "return sorted(items, key=lambda i: (-len(i), i))",
        ),
        (
            "return sorted(items, key=lambda i: (-i[1], i[0]))",
            "return sorted(items, key=lambda i: (i[1], i[0]))",
        ),
        (
            "if x:\n        y = 0\n    elif y:\n        y = 1\n    return y + 1",
            "if x:\n        return 0\n    elif y:\n        y = 1\n    return y + 1",
        ),
        (
            "for i in range(1, len(items)):\n        if items[i] != y:\n            if i - x > 1:\n                y = i - x\n    return y",
            "for i in range(1, len(items)):\n        if items[i] != y:\n            if i - x > 1:\n                y = i - x\n    if len(items) - x > 1:\n        y = len(items) - x\n    return y",
        ),
    ];

    assert_made(&edits, |body| format!("def f(x, y: int, items: list):\n    {body}\n"));
}

#[test]
fn first_and_last_characters_are_asked_for() {
    let code = "def f(name: str):\n    if '_' in name:\n        return False\n    return True\n";
    let wanted = "def f(name: str):\n    if '_' in name or name[-1] == \"_\":\n        return False\n    return True\n";

    assert!(rank(code, wanted).is_some());
}

#[test]
fn signs_follow_exchanges_statements_move_and_windows_are_compared() {
    let edits = [
        (
            "def f(x: int, y: int):\n    z = 1\n    if x != y:\n        x, y = y, x\n    return z\n",
            "def f(x: int, y: int):\n    z = 1\n    if x != y:\n        x, y = y, x\n        z = -z\n    return z\n",
        ),
        (
            "def f(s: set, x: int, y: int):\n    while s:\n        x += 1\n        y += 1\n        s ^= {(x, y)}\n    return s\n",
            "def f(s: set, x: int, y: int):\n    while s:\n        s ^= {(x, y)}\n        x += 1\n        y += 1\n    return s\n",
        ),
        (
            "def f(t: str, p: str, w, v):\n    found = []\n    for i in range(len(t)):\n        if w == v:\n            found.append(i)\n    return found\n",
            "def f(t: str, p: str, w, v):\n    found = []\n    for i in range(len(t)):\n        if w == v and t[i:i + len(p)] == p:\n            found.append(i)\n    return found\n",
        ),
    ];

    assert_made(&edits, str::to_owned);
}
