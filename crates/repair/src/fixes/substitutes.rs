//! Calls of modules that are not installed, replaced by the standard library.
//!
//! All calls of a module are replaced at once or none is: a file with half of them replaced would still fail to import.

use super::found::Found;
use crate::broken::Line;

/// A function of a foreign module and what does the same: the call's argument stands for `{}`.
struct Substitute {
    function: &'static str,
    imports: &'static str,
    text: &'static str,
}

const fn of(function: &'static str, imports: &'static str, text: &'static str) -> Substitute {
    Substitute { function, imports, text }
}

/// Substitutes for modules that are often not installed; short on purpose.
const KNOWN: &[(&str, &[Substitute])] = &[
    (
        "numpy",
        &[
            of("mean", "import statistics", "statistics.mean({})"),
            of("average", "import statistics", "statistics.mean({})"),
            of("median", "import statistics", "statistics.median({})"),
            of("std", "import statistics", "statistics.pstdev({})"),
            of("var", "import statistics", "statistics.pvariance({})"),
            of("sum", "", "sum({})"),
            of("max", "", "max({})"),
            of("min", "", "min({})"),
            of("abs", "", "abs({})"),
            of("array", "", "list({})"),
            of("asarray", "", "list({})"),
            of("unique", "", "sorted(set({}))"),
            of("sort", "", "sorted({})"),
            of("prod", "import math", "math.prod({})"),
            of("sqrt", "import math", "math.sqrt({})"),
            of("floor", "import math", "math.floor({})"),
            of("ceil", "import math", "math.ceil({})"),
            of("log", "import math", "math.log({})"),
            of("exp", "import math", "math.exp({})"),
            of("arange", "", "list(range({}))"),
            of("zeros", "", "([0] * ({}))"),
            of("ones", "", "([1] * ({}))"),
            of("cumsum", "import itertools", "list(itertools.accumulate({}))"),
            of("pi", "import math", "math.pi"),
            of("inf", "import math", "math.inf"),
        ],
    ),
    ("requests", &[of("get", "import urllib.request", "urllib.request.urlopen({})")]),
    ("simplejson", &[of("", "import json as simplejson", "")]),
    ("ujson", &[of("", "import json as ujson", "")]),
    (
        "sympy",
        &[
            of(
                "isprime",
                "",
                "(lambda n: n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1)))({})",
            ),
            of("sqrt", "import math", "math.sqrt({})"),
        ],
    ),
    ("scipy.special", &[of("comb", "import math", "math.comb({})")]),
];

/// Replaces the calls of a module that is not there, all at once, where each of them is known.
pub(super) fn find(found: &mut Found<'_, '_>, module: &str) {
    let Some((_, table)) = KNOWN.iter().find(|(known, _)| *known == module) else { return };
    let lines: Vec<Line<'_>> = found
        .broken
        .lines
        .iter()
        .filter(|line| line.text.trim_start().starts_with("import ") && line.text.contains(module))
        .copied()
        .collect();
    let Some(import) = lines.first() else { return };
    let indent = import.indent();
    let place = (import.start + indent.len(), import.end());
    if let Some(whole) = table.iter().find(|substitute| substitute.function.is_empty()) {
        found.put(
            "substitute",
            place,
            whole.imports,
            &format!("uses the standard library for `{module}`"),
        );
        return;
    }
    let short = import.text.split(" as ").nth(1).map_or(module, str::trim);
    let mut stretches = Vec::new();
    let mut imports: Vec<&str> = Vec::new();
    for (start, end) in found.broken.occurrences(short) {
        if (place.0..=place.1).contains(&start) {
            continue;
        }
        let Some((stretch, needed)) = replaced(found.broken.text, (start, end), table) else {
            return;
        };
        if !needed.is_empty() && !imports.contains(&needed) {
            imports.push(needed);
        }
        stretches.push(stretch);
    }
    stretches.push((
        place.0,
        place.1,
        if imports.is_empty() { "pass".to_owned() } else { imports.join("\n") },
    ));
    found.all(
        "substitute",
        &stretches,
        &format!("does without `{module}`, which is not installed, first"),
    );
}

type Replaced = ((usize, usize, String), &'static str);

/// The call at a name, as the standard library does it.
fn replaced(
    text: &str,
    (start, end): (usize, usize),
    table: &'static [Substitute],
) -> Option<Replaced> {
    let rest = text.get(end..)?.strip_prefix('.')?;
    let length =
        rest.find(|symbol: char| !symbol.is_alphanumeric() && symbol != '_').unwrap_or(rest.len());
    let function = rest.get(..length)?;
    let substitute = table.iter().find(|substitute| substitute.function == function)?;
    let after = end + 1 + length;
    if !substitute.text.contains("{}") {
        return Some(((start, after, substitute.text.to_owned()), substitute.imports));
    }
    let inner_length = closing(text.get(after..)?)?;
    let inner = text.get(after + 1..after + inner_length)?;
    let new = substitute.text.replace("{}", inner);
    Some(((start, after + inner_length + 1, new), substitute.imports))
}

/// Finds where the bracket that opens a text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, symbol) in text.char_indices().take(2_000) {
        match symbol {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
