//! What the plan forbids.

use super::graph;
use super::tree::{Tree, code_lines};

/// Floors from the top: each may import from the floors below it, and from its own wing.
const FLOORS: &[&[&str]] = &[
    &["main"],
    &["surfaces"],
    &["app"],
    &["commands", "engine"],
    &["healing", "improving"],
    &["applying", "deciding", "drafting", "executing", "reporting"],
    &["memory"],
    &["checking"],
    &["auditing"],
    &["contract", "diagnosis"],
    &["providers", "knowledge", "anchors", "notices", "repository", "repair", "inspection"],
    &["store", "sandbox", "verifier"],
    &["audit", "observability", "config", "launch"],
    &["domain"],
];

/// The crates of several wings, and where their sources lie; every other wing is a crate of its name.
const CRATES: &[(&str, &[&str])] = &[
    ("src/", &["main", "surfaces", "app", "commands", "engine"]),
    (
        "crates/work/src/",
        &[
            "healing",
            "improving",
            "applying",
            "deciding",
            "drafting",
            "executing",
            "reporting",
            "memory",
            "checking",
            "auditing",
            "contract",
            "diagnosis",
        ],
    ),
    (
        "crates/foundation/src/",
        &[
            "providers",
            "knowledge",
            "anchors",
            "notices",
            "repository",
            "store",
            "observability",
            "config",
            "launch",
        ],
    ),
    ("crates/record/src/", &["audit", "domain"]),
];

/// Words that no file may have for a name, because anything fits under them.
const CATCH_ALLS: &[&str] = &["util", "utils", "common", "helpers", "types", "misc", "prelude"];

/// Words of a caption: one short sentence.
const MOST_CAPTION_WORDS: usize = 16;

/// Lines that a file opens with: the caption, an empty one, and what it does, with whom and why so.
const MODULE_DOCS: std::ops::RangeInclusive<usize> = 3..=10;

/// A text that only some places may hold, and why.
struct Place {
    rule: &'static str,
    needles: &'static [&'static str],
    allowed: &'static [&'static str],
}

const PLACES: &[Place] = &[
    Place {
        rule: "SQL belongs in crates/foundation/src/store/",
        needles: &["rusqlite", "SELECT ", "INSERT INTO", "DELETE FROM", "PRAGMA ", "CREATE TABLE"],
        allowed: &["crates/foundation/src/store/"],
    },
    Place {
        rule: "processes start in crates/sandbox/src/ and crates/foundation/src/launch.rs",
        needles: &["process::Command", "posix_spawn", "fork()"],
        allowed: &["crates/sandbox/src/", "crates/foundation/src/launch.rs"],
    },
    Place {
        rule: "the environment is read in crates/foundation/src/config/",
        needles: &["env::var", "env::vars", "env::set_var", "env::remove_var"],
        allowed: &["crates/foundation/src/config/"],
    },
    Place {
        rule: "the clock enters in src/app.rs",
        needles: &["Utc::now", "Local::now", "SystemTime::now"],
        allowed: &["src/app.rs"],
    },
    Place {
        rule: "unsafe belongs in crates/sandbox/src/linux/sys.rs",
        needles: &["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"],
        allowed: &["crates/sandbox/src/linux/sys.rs"],
    },
    Place {
        rule: "stdout and stderr are written in src/surfaces/",
        needles: &[
            "println!",
            "eprintln!",
            "print!(",
            "io::stdout",
            "io::stderr",
            "stdout()",
            "stderr()",
        ],
        allowed: &["src/surfaces/", "crates/verifier/src/main.rs"],
    },
    Place {
        rule: "the owner's private key stays in src/surfaces/",
        needles: &["LocalKey"],
        allowed: &["src/surfaces/", "crates/record/src/audit/"],
    },
    Place {
        rule: "modules are imported from where they are defined",
        needles: &["pub use ", "pub(crate) use ", "pub(super) use "],
        allowed: &[],
    },
];

/// Texts that the pure wings may not hold.
const IMPURE: &[&str] =
    &["std::fs", "std::net", "std::process", "std::thread", "tokio", "async fn", "Instant::now"];

/// Where the process inside a jail is written.
const INSIDE: &str = "crates/sandbox/src/linux/inside/";

/// What both sides of a jail may know; everything else beside it is the engine's.
const SHARED: &[&str] = &["inside", "boundary", "sys"];

/// Everything wrong with a tree, one line each.
pub(super) fn violations(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(imports(tree));
    found.extend(graph::circles(tree));
    for (path, text) in tree.sources() {
        found.extend(places(path, text));
        found.extend(purity(path, text));
        found.extend(rooms(path, text));
        found.extend(shape(path, text));
    }
    found
}

/// The wing a file lies in: a folder or file of a crate of several wings, or one of the other crates.
fn wing(path: &str) -> &str {
    let of_several = CRATES.iter().find_map(|(sources, _)| path.strip_prefix(sources));
    let inside = of_several.or(path.strip_prefix("crates/")).unwrap_or(path);
    inside.split(['/', '.']).next().unwrap_or(inside)
}

/// Whether a file of a wing lies in the crate that the plan has for it.
fn is_at_home(path: &str) -> bool {
    let wing = wing(path);
    let home = CRATES.iter().find(|(_, wings)| wings.contains(&wing));
    home.map_or_else(
        || path.starts_with(&format!("crates/{wing}/")),
        |(sources, _)| path.starts_with(sources),
    )
}

fn floor(wing: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&wing))
}

/// Wings that are not on the plan or not in their crate, and imports that do not point downward.
fn imports(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, _) in tree.sources().filter(|(path, _)| wing(path) != "lib") {
        let wing = wing(path);
        if floor(wing).is_none() {
            found.push(format!("{path}: the wing {wing} is not on the plan"));
        } else if !is_at_home(path) {
            found.push(format!("{path}: the wing {wing} lies in another crate"));
        }
    }
    for graph::Import { from, to, line } in graph::imports(tree) {
        let (own, other) = (wing(&from), wing(&to));
        let is_downward = floor(own) < floor(other);
        if own != other && floor(own).is_some() && !is_downward {
            found.push(format!("{from}:{line}: {own} may not import from {other}"));
        }
    }
    found
}

fn places(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for place in PLACES {
        if place.allowed.iter().any(|allowed| path.starts_with(allowed)) {
            continue;
        }
        for (number, line) in code_lines(text) {
            if let Some(needle) = place.needles.iter().find(|needle| line.contains(**needle)) {
                found.push(format!("{path}:{number}: {} ({})", place.rule, needle.trim()));
            }
        }
    }
    found
}

fn purity(path: &str, text: &str) -> Vec<String> {
    if !["domain", "audit"].contains(&wing(path)) {
        return Vec::new();
    }
    code_lines(text)
        .filter_map(|(number, line)| {
            let needle = IMPURE.iter().find(|needle| line.contains(**needle))?;
            Some(format!("{path}:{number}: {} is pure, without {needle}", wing(path)))
        })
        .collect()
}

fn rooms(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with(INSIDE) {
        return Vec::new();
    }
    let room = |line: &str| {
        let (_, rest) = line.split_once("crate::linux::")?;
        rest.split([':', ';', ',', '{', ' ']).next().map(str::to_owned)
    };
    code_lines(text)
        .filter_map(|(number, line)| {
            let room = room(line).filter(|room| !SHARED.contains(&room.as_str()))?;
            Some(format!("{path}:{number}: the inside may not know the engine's side ({room})"))
        })
        .collect()
}

fn shape(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let caption = text.lines().next().and_then(|line| line.strip_prefix("//! "));
    match caption {
        None => found.push(format!("{path}: the first line is no caption")),
        Some(caption) if caption.split_whitespace().count() > MOST_CAPTION_WORDS => {
            found.push(format!("{path}: the caption is longer than a line"));
        }
        Some(_) => {
            let lines = text.lines().take_while(|line| line.starts_with("//!")).count();
            if !MODULE_DOCS.contains(&lines) {
                found.push(format!("{path}: {lines} lines say what it is; it takes 3 to 10"));
            }
        }
    }
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
    if CATCH_ALLS.contains(&name) {
        found.push(format!("{path}: {name} names nothing"));
    }
    if name == "mod" {
        found.extend(
            code_lines(text)
                .filter(|(_, line)| !is_mod_line(line))
                .map(|(number, _)| format!("{path}:{number}: a mod.rs holds mod lines only")),
        );
    }
    found
}

fn is_mod_line(line: &str) -> bool {
    let line = line.trim();
    let visibility = ["pub mod ", "mod ", "pub(crate) mod ", "pub(super) mod "];
    line.is_empty()
        || line.starts_with("#[")
        || (line.ends_with(';') && visibility.iter().any(|start| line.starts_with(start)))
}
