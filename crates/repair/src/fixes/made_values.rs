//! First values made from what the function and its file already have.
//!
//! Templates are filled with parameters and variables; where a container is imported and never used, it is the likeliest.

use super::found::Found;
use super::functions::parameters;
use crate::broken::Line;
use crate::tokens::{Sort, Token, is_keyword};

/// Most parameters of which a value is made.
const MAX_PARAMETERS: usize = 4;
/// Most other variables of which one is made.
const MAX_LOCALS: usize = 3;
/// Most other first values that are copied.
const MAX_COPIED: usize = 12;
/// Most names that one more function is called with.
const MAX_ARGUMENTS: usize = 3;
/// Most functions that are called.
const MAX_FUNCTIONS: usize = 20;
/// Most calls, of functions that nobody calls and of others.
const MAX_CALLS: usize = 60;

/// Expressions made of one variable, the likeliest first; `@` stands for it.
const TEMPLATES: &[&str] = &[
    "len(@)",
    "@",
    "list(@)",
    "sorted(@)",
    "str(@)",
    "set(@)",
    "@[0]",
    "max(@)",
    "min(@)",
    "sum(@)",
    "[0] * len(@)",
    "@.split()",
    "@[:]",
    "len(@) - 1",
    "len(@[0])",
    "@.lower()",
    "@.strip()",
    "list(str(@))",
    "int(@)",
    "abs(@)",
    "@[-1]",
    "@ - 1",
    "@ + 1",
    "@ // 2",
    "len(@) // 2",
    "@[1:]",
    "@[:-1]",
    "@[::-1]",
    "[@]",
    "[@[0]]",
    "{@}",
    "tuple(@)",
    "dict(@)",
    "@.copy()",
    "@.upper()",
    "@.split(' ')",
    "@.split(',')",
    "''.join(@)",
    "list(map(int, @))",
    "list(set(@))",
    "sorted(set(@))",
    "list(range(@))",
    "[0] * @",
    "[0] * (@ + 1)",
    "[True] * (@ + 1)",
    "[False] * len(@)",
    "[None] * len(@)",
    "max(@) + 1",
    "-@",
    "@ * 2",
    "int(@ ** 0.5)",
    "float(@)",
    "max(len(one) for one in @)",
    "[[0] * len(@) for _ in range(len(@))]",
];

/// Expressions made of two variables; `#` stands for the other one.
const PAIRS: &[&str] = &[
    "@ + #",
    "@ - #",
    "@ * #",
    "@ // #",
    "@ % #",
    "@[#]",
    "@[:#]",
    "@[#:]",
    "@[-#:]",
    "min(@, #)",
    "max(@, #)",
    "@.get(#)",
    "@.split(#)",
    "@.count(#)",
    "@.index(#)",
    "set(@) & set(#)",
    "list(zip(@, #))",
    "[@, #]",
    "[(@, #)]",
    "[0] * (@ + #)",
];

/// Containers that have to be imported; where the import is all that names one, it is a likely first value.
const CONTAINERS: &[(&str, &[&str])] = &[
    ("Counter", &["()", "(@)"]),
    ("defaultdict", &["(int)", "(list)", "(set)"]),
    ("deque", &["()", "([@])", "(@)"]),
    ("OrderedDict", &["()"]),
];

/// Variables that have a value where another one lacks it: parameters, then what is set before.
pub(super) struct Inputs<'s> {
    pub(super) parameters: Vec<&'s str>,
    pub(super) locals: Vec<&'s str>,
}

impl<'s> Inputs<'s> {
    pub(super) fn of(found: &Found<'_, 's>, name: &str) -> Self {
        let mut given = found.broken.function().map(parameters).unwrap_or_default();
        given.retain(|given| !matches!(*given, "self" | "cls") && *given != name);
        given.truncate(MAX_PARAMETERS);
        let mut locals: Vec<&str> = Vec::new();
        let before = found.broken.line;
        for line in found.broken.body().iter().rev().filter(|line| line.number < before) {
            let set = assigned(*line).map(|(set, _)| set);
            let is_new = |set: &&str| *set != name && !given.contains(set) && !locals.contains(set);
            locals.extend(set.filter(is_new));
        }
        locals.truncate(MAX_LOCALS);
        Self { parameters: given, locals }
    }

    /// Parameters, then others.
    fn all(&self) -> impl Iterator<Item = &'s str> + '_ {
        self.parameters.iter().chain(&self.locals).copied()
    }
}

/// Values made of one variable each.
pub(super) fn made(inputs: &[&str]) -> Vec<String> {
    let of = |template: &&str| inputs.iter().map(|input| template.replace('@', input)).collect();
    TEMPLATES.iter().flat_map(|template| -> Vec<String> { of(template) }).collect()
}

/// Values made of two variables.
pub(super) fn paired(inputs: &[&str]) -> Vec<String> {
    let mut values = Vec::new();
    for template in PAIRS {
        for pair in orders(inputs, 2) {
            let [one, other] = pair[..] else { continue };
            let parts = template.split('@').map(|part| part.replace('#', other));
            values.push(parts.collect::<Vec<_>>().join(one));
        }
    }
    values
}

/// Containers that the file imports; those that nothing else names, and then the others.
pub(super) fn containers(found: &Found<'_, '_>, inputs: &Inputs<'_>) -> (Vec<String>, Vec<String>) {
    let (mut likely, mut others) = (Vec::new(), Vec::new());
    let is_import =
        |line: &&Line<'_>| ["from ", "import "].iter().any(|word| line.text.starts_with(word));
    let imports: Vec<&Line<'_>> = found.broken.lines.iter().filter(is_import).collect();
    let imported = |word: &str| {
        imports.iter().filter(|line| line.tokens().iter().any(|token| token.text == word)).count()
    };
    let is_whole = imported("collections") > 0;
    for (container, calls) in CONTAINERS {
        let named = imported(container);
        if named == 0 && !is_whole {
            continue;
        }
        let prefix = if named > 0 { "" } else { "collections." };
        let is_forgotten = named > 0 && found.broken.occurrences(container).len() == named;
        let values = if is_forgotten { &mut likely } else { &mut others };
        for call in *calls {
            let whole = format!("{prefix}{container}{call}");
            if call.contains('@') {
                values.extend(inputs.all().map(|input| whole.replace('@', input)));
            } else {
                values.push(whole);
            }
        }
    }
    (likely, others)
}

/// Copies what other variables of the function are set to, and the same with one comparison turned round.
pub(super) fn copied(found: &Found<'_, '_>, name: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    let body = found.broken.body();
    let others =
        body.iter().filter_map(|line| assigned(*line).map(|(set, value)| (set, value, line)));
    for (_, value, line) in others.filter(|(set, _, _)| *set != name).take(MAX_COPIED) {
        let start = line.text.len() - value.len();
        for token in line.tokens().iter().filter(|token| token.start >= start) {
            let Some(turned) = turned(token.text) else { continue };
            let (at, end) = (token.start - start, token.end - start);
            let parts = value.get(..at).zip(value.get(end..));
            values.extend(parts.map(|(before, after)| format!("{before}{turned}{after}")));
        }
        values.push(value.to_owned());
    }
    values
}

fn turned(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "<" => ">=",
        ">=" => "<",
        ">" => "<=",
        "<=" => ">",
        "==" => "!=",
        "!=" => "==",
        "min" => "max",
        "max" => "min",
        _ => return None,
    })
}

/// Calls of functions of the file: of those that nobody calls, and then of the others.
pub(super) fn calls(found: &Found<'_, '_>, inputs: &Inputs<'_>) -> (Vec<String>, Vec<String>) {
    let here = found.broken.function().map(|header| header.number);
    let lines = &found.broken.lines;
    let is_other = |line: &&Line<'_>| line.text.starts_with("def ") && Some(line.number) != here;
    let constants = lines.iter().filter_map(|line| assigned(*line)).map(|(set, _)| set);
    let constants =
        constants.filter(|name| name.chars().all(|each| each.is_uppercase() || each == '_'));
    let all: Vec<&str> = inputs.all().chain(constants.take(MAX_LOCALS)).collect();
    let (mut likely, mut others) = (Vec::new(), Vec::new());
    for header in lines.iter().filter(is_other).take(MAX_FUNCTIONS) {
        let tokens = header.tokens();
        let Some(function) = tokens.get(1).map(|token| token.text) else { continue };
        let is_called = found.broken.occurrences(function).len() > 1;
        let calls = if is_called { &mut others } else { &mut likely };
        let wanted = parameters(*header);
        if wanted.iter().all(|name| all.contains(name)) {
            calls.push(format!("{function}({})", wanted.join(", ")));
        }
        if wanted.len() <= MAX_ARGUMENTS {
            let ways = orders(&all, wanted.len());
            calls.extend(ways.iter().map(|way| format!("{function}({})", way.join(", "))));
        }
    }
    likely.truncate(MAX_CALLS);
    others.truncate(MAX_CALLS);
    (likely, others)
}

/// Every way to take so many of the names, one after another, none twice.
fn orders<'n>(names: &[&'n str], most: usize) -> Vec<Vec<&'n str>> {
    let mut ways: Vec<Vec<&str>> = vec![Vec::new()];
    for _ in 0..most {
        let longer = |way: &Vec<&'n str>| -> Vec<Vec<&'n str>> {
            let others = names.iter().filter(|name| !way.contains(name));
            others.map(|name| [&way[..], &[*name]].concat()).collect()
        };
        ways = ways.iter().flat_map(longer).collect();
    }
    ways
}

/// The variable that a line sets and what to, where all of it is on the line.
fn assigned(line: Line<'_>) -> Option<(&str, &str)> {
    let tokens = line.tokens();
    let [name, sign, first, ..] = tokens[..] else { return None };
    let is_plain = name.is_name() && !is_keyword(name.text) && sign.text == "=";
    let depth = |sort: Sort| tokens.iter().filter(|token: &&Token<'_>| token.sort == sort).count();
    let is_whole = depth(Sort::Open) == depth(Sort::Close) && !line.text.contains('#');
    let value = line.text.get(first.start..).map(str::trim_end);
    value.filter(|_| is_plain && is_whole).map(|value| (name.text, value))
}
