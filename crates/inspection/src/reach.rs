//! What a change reaches that the code before it did not.
//!
//! A network, a dangerous call, the environment: an author may want them, and whoever decides should know of them.

use crate::findings::dangers::dangers;
use crate::findings::finding::File;
use crate::findings::shape::words;
use crate::steering::{self, ending};
use record::domain::role::Role;

/// Names by which Python code reads the environment of its process.
const ENVIRONMENT: [&str; 4] = ["environ", "environb", "getenv", "getenvb"];

/// A file before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// The path.
    pub path: String,
    /// Its role.
    pub role: Role,
    /// What it held; none of a new one.
    pub before: Option<String>,
    /// What it holds; none of one that goes.
    pub after: Option<String>,
}

/// Tells what the code of a change newly reaches, a sentence each.
pub fn newly_reached(touched: &[Sides]) -> Vec<String> {
    let told = |of: fn(&Sides) -> Option<String>| touched.iter().filter_map(of);
    told(new_network).chain(told(new_danger)).chain(told(new_variables)).collect()
}

/// Tells of the first import by which code can reach a network.
pub(crate) fn new_network(sides: &Sides) -> Option<String> {
    if !is_python(sides) {
        return None;
    }
    let (before, after) = (sides.before.as_deref(), sides.after.as_deref());
    let new = steering::new_network(&sides.path, before, after)?;
    Some(format!("{} now imports {new}, by which it can reach a network", sides.path))
}

/// Tells of a dangerous call more than there was.
pub(crate) fn new_danger(sides: &Sides) -> Option<String> {
    let count = |text: &Option<String>| {
        let text = text.clone().unwrap_or_default();
        dangers(&File { path: sides.path.clone(), role: Role::Code, text })
    };
    let (before, after) = (count(&sides.before), count(&sides.after));
    let told = after.last().filter(|_| after.len() > before.len())?;
    Some(format!("{}: {}", sides.path, told.message))
}

fn new_variables(sides: &Sides) -> Option<String> {
    let reads = |text: &Option<String>| {
        words(text.as_deref().unwrap_or_default()).any(|word| ENVIRONMENT.contains(&word))
    };
    let is_new = is_python(sides) && reads(&sides.after) && !reads(&sides.before);
    is_new.then(|| format!("{} now reads environment variables", sides.path))
}

fn is_python(sides: &Sides) -> bool {
    sides.role == Role::Code && ending(&sides.path) == "py"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_code_newly_reaches_is_told_and_what_it_reached_is_not() {
        let told = |before: &str, after: &str| {
            newly_reached(&[Sides {
                path: "a.py".to_owned(),
                role: Role::Code,
                before: Some(before.to_owned()),
                after: Some(after.to_owned()),
            }])
        };
        let plain = "def f(x):\n    return x\n";
        let network = format!("import urllib.request\n{plain}");
        let variable = "import os\ndef f(x):\n    return os.environ.get('X', x)\n";
        let danger = "def f(x):\n    return eval(x)\n";

        assert_eq!(
            told(plain, &network),
            ["a.py now imports urllib.request, by which it can reach a network"]
        );
        assert_eq!(told(plain, variable), ["a.py now reads environment variables"]);
        assert_eq!(told(plain, danger).len(), 1, "{:?}", told(plain, danger));
        for text in [plain, network.as_str(), variable, danger] {
            assert!(told(text, text).is_empty(), "{text}");
        }
    }
}
