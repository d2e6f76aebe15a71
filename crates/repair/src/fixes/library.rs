//! What the modules of the standard library hold.

use super::known::words;

/// A module a line, then its public names; `scripts/library.py` prints it.
const TABLE: &str = include_str!("library.txt");

/// A module with its public names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Module {
    pub(super) name: &'static str,
    members: &'static str,
}

impl Module {
    /// Its public names.
    pub(super) fn members(self) -> impl Iterator<Item = &'static str> {
        words(self.members)
    }

    /// Whether a name is one of its own.
    pub(super) fn has(self, name: &str) -> bool {
        self.members().any(|member| member == name)
    }
}

/// Every module of the table.
pub(super) fn modules() -> impl Iterator<Item = Module> {
    TABLE.lines().filter_map(|line| {
        let (name, members) = line.split_once(": ")?;
        Some(Module { name, members })
    })
}

/// The public names of a module; none of one that is not in the table.
pub(super) fn members(module: &str) -> Vec<&'static str> {
    let found = modules().find(|known| known.name == module);
    found.into_iter().flat_map(Module::members).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixes::known::MEMBERS;

    #[test]
    fn the_table_holds_what_is_known_of_common_modules() {
        for (module, known) in MEMBERS {
            let told = members(module);
            let lacks: Vec<&str> = words(known).filter(|member| !told.contains(member)).collect();
            assert!(lacks.is_empty(), "{module}: {lacks:?}");
        }
    }
}
