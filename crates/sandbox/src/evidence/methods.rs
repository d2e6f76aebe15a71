//! Whether a method is fine although its first argument is not called `self`.
//!
//! A linter goes by the name alone. A method may call its object otherwise, take any arguments, be a closure over the object
//! around it, or only declare what others do, as interfaces have it.

use crate::evidence::lines_run::{File, depth_of};

/// How methods call their object where they do not call it `self`.
const OBJECTS: [&str; 6] = ["cls", "klass", "mcs", "_self", "__self", "_"];

/// How a body begins that does nothing.
const IDLE: [&str; 9] = ["\"", "'", "r\"", "r'", "R\"", "u\"", "u'", "...", "pass"];

impl File {
    /// Whether the method that begins here ran, or would take its object when it is called.
    pub(crate) fn is_method_fine(&self, head: u32) -> bool {
        self.takes_any(head)
            || self.takes_itself(head)
            || self.is_in_a_method(head)
            || self.has_run_below(head)
            || self.only_declares(head)
    }

    /// Whether the body that begins here holds a text and no code: an interface says so what others have to do.
    fn only_declares(&self, head: u32) -> bool {
        let above = usize::try_from(head).unwrap_or(usize::MAX).saturating_sub(1);
        let mut rest = self.text.lines().skip(above);
        let mut open = 0;
        let end = rest.find(|line| {
            open += line.matches('(').count();
            open = open.saturating_sub(line.matches(')').count());
            open == 0
        });
        let text = end.and_then(|line| line.split(" #").next()).unwrap_or_default();
        if !text.trim_end().ends_with(':') {
            return false;
        }
        let first =
            rest.map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
        let first = first.unwrap_or_default();
        let is_idle = |line: u32| {
            let text = self.line(line).map(str::trim_start).unwrap_or_default();
            IDLE.iter().any(|start| text.starts_with(start))
        };
        IDLE.iter().any(|start| first.starts_with(start))
            && self
                .can_run
                .range(head + 1..)
                .take_while(|line| self.indent(**line) > self.indent(head))
                .all(|line| is_idle(*line))
    }

    /// Whether the function that begins here takes any number of arguments, its object among them.
    fn takes_any(&self, head: u32) -> bool {
        self.line(head).and_then(|line| line.split_once('(')).is_some_and(|(_, rest)| {
            let rest = rest.trim_start();
            rest.starts_with('*') && !rest.starts_with("**") && !rest.starts_with("*,")
        })
    }

    /// Whether the function that begins here calls its object by another name, or has a decorator, which may call it otherwise.
    fn takes_itself(&self, head: u32) -> bool {
        let line = |number| self.line(number).map(str::trim_start).unwrap_or_default();
        let first = line(head).split_once('(').map_or("", |(_, rest)| rest);
        let first = first.split([',', ')', ':', '=']).next().unwrap_or_default().trim();
        OBJECTS.contains(&first)
            || line(head.saturating_sub(1)).starts_with('@')
            || self.asks_below(head, first)
    }

    /// Whether the body that begins here takes something out of what it calls this.
    fn asks_below(&self, head: u32, name: &str) -> bool {
        let depth = self.indent(head);
        let below = self.text.lines().skip(usize::try_from(head).unwrap_or(usize::MAX));
        let is_own = |line: &&str| line.trim().is_empty() || depth_of(line) > depth;
        let is_part = |symbol: char| symbol.is_alphanumeric() || matches!(symbol, '_' | '.');
        let owner = |word: &str| word.split_once('.').is_some_and(|(owner, _)| owner == name);
        !name.is_empty()
            && below.take_while(is_own).any(|line| line.split(|at| !is_part(at)).any(owner))
    }

    /// Whether the class of the method that begins here lies in a method: `self` is taken there, by the object around.
    fn is_in_a_method(&self, head: u32) -> bool {
        let around = |number: u32, words: &[&str]| {
            let depth = self.indent(number);
            let mut above = (1..number).rev().filter(|line| self.indent(*line) < depth);
            above.find(|line| {
                let text = self.line(*line).map(str::trim_start).unwrap_or_default();
                words.iter().any(|word| text.starts_with(word))
            })
        };
        let class = around(head, &["class "]);
        let method = class.and_then(|class| around(class, &["def ", "async def "]));
        let text = method.and_then(|method| self.line(method)).unwrap_or_default();
        let first = text.split_once('(').map_or("", |(_, rest)| rest.trim_start());
        first.starts_with("self,") || first.starts_with("self)")
    }

    /// Whether the first statement of the body that begins here ran.
    fn has_run_below(&self, head: u32) -> bool {
        let Some(first) = self.can_run.range(head + 1..).next() else { return false };
        self.indent(*first) > self.indent(head) && self.ran.contains(first)
    }
}
