//! What the plan forbids.

use super::tree::{Tree, code_lines};

/// Floors from the top: each may import from the floors below it, and from its own wing.
const FLOORS: &[&[&str]] = &[
    &["main"],
    &["surfaces"],
    &["app"],
    &["commands"],
    &["healing"],
    &["repair", "repository", "providers", "knowledge", "anchors"],
    &["store", "sandbox"],
    &["audit", "observability", "config", "launch"],
    &["domain"],
];

/// Words that no file may have for a name, because anything fits under them.
const CATCH_ALLS: &[&str] = &["util", "utils", "common", "helpers", "types", "misc", "prelude"];

/// A text that only some places may hold, and why.
struct Place {
    rule: &'static str,
    needles: &'static [&'static str],
    allowed: &'static [&'static str],
}

const PLACES: &[Place] = &[
    Place {
        rule: "SQL belongs in src/store/",
        needles: &["rusqlite", "SELECT ", "INSERT INTO", "DELETE FROM", "PRAGMA ", "CREATE TABLE"],
        allowed: &["src/store/"],
    },
    Place {
        rule: "processes start in src/sandbox/ and src/launch.rs",
        needles: &["process::Command", "posix_spawn", "fork()"],
        allowed: &["src/sandbox/", "src/launch.rs"],
    },
    Place {
        rule: "the environment is read in src/config/",
        needles: &["env::var", "env::vars", "env::set_var", "env::remove_var"],
        allowed: &["src/config/"],
    },
    Place {
        rule: "the clock enters in src/app.rs",
        needles: &["Utc::now", "Local::now", "SystemTime::now"],
        allowed: &["src/app.rs"],
    },
    Place {
        rule: "unsafe belongs in src/sandbox/linux/sys.rs",
        needles: &["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"],
        allowed: &["src/sandbox/linux/sys.rs"],
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
        allowed: &["src/surfaces/"],
    },
    Place {
        rule: "the owner's private key stays in src/surfaces/",
        needles: &["LocalKey"],
        allowed: &["src/surfaces/", "src/audit/"],
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
const INSIDE: &str = "src/sandbox/linux/inside/";

/// What both sides of a jail may know; everything else beside it is the engine's.
const SHARED: &[&str] = &["inside", "handles", "plan", "slot", "sys"];

/// Everything wrong with a tree, one line each.
pub(super) fn violations(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.sources() {
        found.extend(imports(path, text));
        found.extend(places(path, text));
        found.extend(purity(path, text));
        found.extend(rooms(path, text));
        found.extend(shape(path, text));
    }
    found
}

fn wing(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split(['/', '.']).next().unwrap_or(inside)
}

fn floor(wing: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&wing))
}

fn imports(path: &str, text: &str) -> Vec<String> {
    let from = wing(path);
    if from == "lib" {
        return Vec::new();
    }
    let Some(own_floor) = floor(from) else {
        return vec![format!("{path}: the wing {from} is not on the plan")];
    };
    let mut found = Vec::new();
    for (number, line) in code_lines(text) {
        let crates = ["crate::", "saraphina::"];
        for rest in crates.iter().flat_map(|name| line.split(name).skip(1)) {
            let to: String = rest
                .chars()
                .take_while(|symbol| symbol.is_ascii_lowercase() || *symbol == '_')
                .collect();
            let is_upward = floor(&to).is_none_or(|to_floor| to_floor <= own_floor);
            if to != from && !to.is_empty() && is_upward {
                found.push(format!("{path}:{number}: {from} may not import from {to}"));
            }
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
        let (_, rest) = line.split_once("sandbox::linux::")?;
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
        Some(caption) if caption.split_whitespace().count() > 8 => {
            found.push(format!("{path}: the caption has more than eight words"));
        }
        Some(_) => {}
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
