//! Whether lines of Python above a use give its name a value.
//!
//! A linter says that a name is used before it is bound where only some ways to the use bind it. Which way a program takes
//! is not seen without running it, so such a message decides nothing (`executed.rs`).

/// Whether a line above in the same function binds a name, perhaps in a branch, a loop or a handler.
pub(crate) fn is_bound_on_a_way(text: &str, line: u32, name: &str) -> bool {
    let above = above(text, line);
    let depth = indent(text.lines().nth(above.len()).unwrap_or_default());
    let is_own = |line: &&&str| !(is_head(line) && indent(line) < depth);
    above.iter().rev().take_while(is_own).any(|line| binds(line.trim(), name))
}

/// Whether a function uses what a branch of the file above it imports or binds, and binds no such name itself.
pub(crate) fn is_bound_above(text: &str, line: u32, name: &str) -> bool {
    let above = above(text, line);
    let Some(head) = above.iter().rposition(|line| is_head(line)) else { return false };
    let depth = above.get(head).map_or(0, |line| indent(line));
    let rest = text.lines().skip(above.len()).skip(1);
    let is_own = |line: &&str| line.trim().is_empty() || indent(line) > depth;
    let is_bound = |line: &str| binds(line.trim(), name) || imports(line.trim(), name);
    let is_local = rest.take_while(is_own).any(is_bound);
    !is_local && of_the_file(above.iter().take(head).copied()).any(is_bound)
}

/// Lines that stand in no function.
fn of_the_file<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut within: Option<usize> = None;
    lines.filter(move |line| {
        let is_inside = line.trim().is_empty() || within.is_some_and(|depth| indent(line) > depth);
        if !is_inside {
            within = is_head(line).then(|| indent(line));
        }
        !is_inside
    })
}

fn above(text: &str, line: u32) -> Vec<&str> {
    text.lines().take(usize::try_from(line.saturating_sub(1)).unwrap_or(0)).collect()
}

fn is_head(line: &str) -> bool {
    let words = line.trim_start();
    words.starts_with("def ") || words.starts_with("async def ")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a statement gives a name a value that lasts; that of a handler's `as` ends with the handler.
fn binds(line: &str, name: &str) -> bool {
    let is_named = |targets: &str| {
        targets.split(',').any(|one| one.trim_matches(['(', ')', '[', ']', '*', ' ']) == name)
    };
    if let Some(rest) = line.strip_prefix("for ") {
        return rest.split_once(" in ").is_some_and(|(targets, _)| is_named(targets));
    }
    if let Some(rest) = line.strip_prefix("with ") {
        let target = |rest: &str| is_named(rest.split([':', ',']).next().unwrap_or_default());
        return rest.split(" as ").skip(1).any(target);
    }
    let (targets, rest) = line.split_once('=').unwrap_or_default();
    let count = |sign| targets.matches(sign).count();
    // In a call that is still open a name before the sign is that of an argument.
    let is_statement = count('(') == count(')') && !rest.starts_with('=');
    is_statement && is_named(targets.split(':').next().unwrap_or_default())
}

/// Whether a line is an import that binds this name.
fn imports(line: &str, name: &str) -> bool {
    let from = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import "));
    let names = from.map(|(_, names)| names).or_else(|| line.strip_prefix("import "));
    let bound =
        |one: &str| one.rsplit(" as ").next().map(|one| one.trim_matches(['(', ')', ' ']) == name);
    names.is_some_and(|names| names.split(',').any(|one| bound(one) == Some(true)))
}

#[cfg(test)]
mod tests {
    use super::{is_bound_above, is_bound_on_a_way};

    #[test]
    fn a_name_is_bound_above_by_what_a_branch_of_the_file_binds_or_imports() {
        let tried = "try:\n    unicode\nexcept NameError:\n    unicode = basestring = str\n    from a import b, exc\n";
        let of =
            |function: &str, line, name| is_bound_above(&format!("{tried}{function}"), line, name);

        assert!(of("def f(g):\n    return g(exc)\n", 7, "exc"));
        assert!(of("def f(g):\n    return g(unicode)\n", 7, "unicode"));
        assert!(!of("def f(g):\n    g(unicode)\n    unicode = 1\n", 7, "unicode"));
        assert!(!of("def f():\n    other = 1\ndef g():\n    return other\n", 9, "other"));
        assert!(!is_bound_above("print(exc)\nexc = 1\n", 1, "exc"));
    }

    #[test]
    fn a_name_is_bound_on_a_way_by_what_stands_above_in_its_function_and_lasts() {
        let kept =
            "def f():\n    try:\n        g()\n    except E as e:\n        exc = e\n    raise exc\n";
        let at = |text: &str, line| is_bound_on_a_way(text, line, "exc");

        assert!(at(kept, 6));
        assert!(!at(&kept.replace("as e:\n        exc = e", "as exc:\n        pass"), 6));
        assert!(!at(&kept.replace("exc = e", "exc == e"), 6));
        assert!(!at(&kept.replace("exc = e", "g(e, exc=e)"), 6));
        assert!(!at(&kept.replace("    try", "    raise exc\n    try"), 2));
        assert!(at("def f():\n    for a, exc in g():\n        pass\n    return exc\n", 4));
        assert!(at("def f():\n    with g() as exc:\n        pass\n    return exc\n", 4));
        assert!(!at("exc = 1\ndef f():\n    return exc\n    exc = 2\n", 3));
        assert!(!at("", 3));
    }
}
