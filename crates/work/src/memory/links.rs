//! The imports of a repository as a graph, and the shortest way in it.
//!
//! Ways explain; they do not predict. What imports a file through three others is almost everything.

use std::collections::{HashMap, HashSet, VecDeque};

use foundation::store::memory::KeptLink;

/// Longest way that is told.
const LONGEST_WAY: usize = 4;

/// Which files import which.
#[derive(Debug, Default)]
pub struct Links {
    from: HashMap<u32, Vec<u32>>,
    /// Every link.
    pub all: Vec<KeptLink>,
}

impl Links {
    /// Sorts links by the file that imports.
    pub fn new(all: Vec<KeptLink>) -> Self {
        let mut from: HashMap<u32, Vec<u32>> = HashMap::new();
        for link in &all {
            from.entry(link.file).or_default().push(link.target);
        }
        Self { from, all }
    }

    /// The shortest way of imports from one file to another, both included.
    pub fn way(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let mut waiting = VecDeque::from([vec![from]]);
        let mut seen = HashSet::from([from]);
        while let Some(way) = waiting.pop_front() {
            let last = way.last().copied()?;
            if last == to {
                return Some(way);
            }
            if way.len() >= LONGEST_WAY {
                continue;
            }
            let next = self.from.get(&last).into_iter().flatten();
            let new = next.filter(|next| seen.insert(**next));
            waiting.extend(new.map(|next| [way.as_slice(), &[*next]].concat()));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_is_told_and_long_ones_are_not() {
        let link = |file, target| KeptLink {
            file,
            target,
            line: 1,
            names: String::new(),
            is_for_types: false,
        };
        let links = Links::new(vec![
            link(1, 2),
            link(2, 3),
            link(1, 3),
            link(3, 4),
            link(4, 5),
            link(5, 1),
        ]);

        assert_eq!(links.way(1, 4), Some(vec![1, 3, 4]));
        assert_eq!(links.way(1, 5), Some(vec![1, 3, 4, 5]));
        assert_eq!(links.way(2, 1), None);
    }
}
