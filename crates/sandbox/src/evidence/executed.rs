//! Messages of a linter about lines that ran.
//!
//! A linter reads and does not run, so it is sometimes wrong: names come into being in ways that it does not follow. What
//! ran without the error that a message predicts has answered it, and the message is a remark. A linter decides only
//! about what did not run. Which messages predict an error at all is a matter of the policy.

use std::collections::BTreeMap;

use crate::evidence::annotations::is_unevaluated;
use crate::evidence::bindings::{is_bound_above, is_bound_on_a_way};
use crate::evidence::lines_run::File;
use crate::evidence::transcript::Transcript;
use record::domain::evidence::{LintIssue, Severity};
use record::domain::role::Role;
use record::domain::source::Source;

/// Errors of a line when it runs.
const OF_A_LINE: [&str; 2] = [UNDEFINED, UNBOUND];
/// The error of a name that nothing binds.
const UNDEFINED: &str = "undefined-variable";
/// The error of a name that is bound only later.
const UNBOUND: &str = "used-before-assignment";
/// How files make names that no reader finds.
const MAKES_NAMES: [&str; 4] = ["globals()[", "globals().update(", "vars()[", "locals()["];
/// How files tell one Python from the other.
const FOR_BOTH: [&str; 9] = [
    "sys.version_info",
    "sys.version <",
    "sys.version >",
    "sys.version[",
    "sys.hexversion",
    "PY2",
    "PY3",
    "except NameError",
    "python_implementation",
];
/// Names of Python 2 only.
const OF_PYTHON_2: &str = "basestring buffer cmp execfile file intern long raw_input reduce reload unichr unicode xrange apply";
/// Errors of a whole file when it is compiled.
const OF_A_FILE: [&str; 3] = ["syntax-error", "return-outside-function", "not-in-loop"];
/// Errors of a function when it is called.
const OF_A_BODY: &str = "no-self-argument";
/// Marks the messages that a run has answered; lines that nobody measured have answered nothing.
pub(crate) fn mark(issues: &mut [LintIssue], source: &Source, transcript: &Transcript) {
    if transcript.forged_lines > 0 {
        return;
    }
    let files: BTreeMap<&str, File> = source
        .of_role(Role::Code)
        .filter_map(|file| {
            let path = file.path.as_str();
            let known = File::of(file.text(), transcript.lines.get(path)?)?;
            Some((path, File { is_package: path.ends_with("__init__.py"), ..known }))
        })
        .collect();
    let only = match source.of_role(Role::Code).count() {
        1 => files.keys().next().copied(),
        _ => None,
    };
    for issue in issues {
        let path = issue.path.as_deref().filter(|path| files.contains_key(path)).or(only);
        issue.ran = path.and_then(|path| files.get(path)).is_some_and(|file| file.answers(issue));
    }
}

impl File {
    fn answers(&self, issue: &LintIssue) -> bool {
        let symbol = issue.symbol.as_str();
        if issue.severity == Severity::Fatal || OF_A_FILE.contains(&symbol) {
            return !self.ran.is_empty();
        }
        if symbol == UNDEFINED && self.is_open(issue) {
            return true;
        }
        if symbol == UNBOUND && self.is_bound_elsewhere(issue) {
            return true;
        }
        if OF_A_LINE.contains(&symbol) {
            // A statement may go on over several lines; it is measured at its first.
            let statement = self.can_run.range(..=issue.line).next_back();
            return statement.is_some_and(|line| self.ran.contains(line));
        }
        symbol == OF_A_BODY && self.is_method_fine(issue.line)
    }

    /// Whether what is said to be bound only later may be bound before: by another function, a branch, or Python itself.
    fn is_bound_elsewhere(&self, issue: &LintIssue) -> bool {
        let name = issue.message.split('\'').nth(1).unwrap_or_default();
        self.is_global(issue)
            || self.is_asked_for(name)
            || self.is_of_python_2(name)
            || is_bound_above(&self.text, issue.line, name)
            || is_bound_on_a_way(&self.text, issue.line, name)
    }

    /// Whether a name is declared a global, and bound at the top of the file: a function that binds it too finds it there.
    fn is_global(&self, issue: &LintIssue) -> bool {
        let name = issue.message.split('\'').nth(1).unwrap_or_default();
        let names = |list: &str| list.split(',').any(|one| one.trim() == name);
        let mut lines = self.text.lines();
        let is_declared = |line: &str| line.trim_start().strip_prefix("global ").is_some_and(names);
        let is_bound = |line: &str| {
            let rest = line.strip_prefix(name).map(str::trim_start).unwrap_or_default();
            rest.starts_with('=') && !rest.starts_with("==")
        };
        lines.any(is_declared) && self.text.lines().any(is_bound)
    }

    /// Whether a name may be there although nothing in the file binds it: the file makes names while it runs, an import of a
    /// package's own module binds its name in the package, nothing evaluates the annotation, the line is for another Python, or
    /// the file is written for Python 2 too, and the name is one of that.
    fn is_open(&self, issue: &LintIssue) -> bool {
        let has = |marks: &[&str]| marks.iter().any(|mark| self.text.contains(mark));
        let name = issue.message.split('\'').nth(1).unwrap_or_default();
        let is_statement = self.can_run.contains(&issue.line);
        has(&MAKES_NAMES)
            || is_unevaluated(&self.text, (issue.line, issue.column), is_statement)
            || (self.is_package && self.text.contains(&format!("from .{name} import ")))
            || self.is_for_newer(issue.line)
            || self.is_asked_for(name)
            || self.is_of_python_2(name)
    }

    /// Whether a name is one of Python 2, and the file is written for it too.
    fn is_of_python_2(&self, name: &str) -> bool {
        OF_PYTHON_2.split(' ').any(|one| one == name)
            && FOR_BOTH.iter().any(|mark| self.text.contains(mark))
    }

    /// Whether the file asks for a name by itself and says what to do without it.
    fn is_asked_for(&self, name: &str) -> bool {
        let lines: Vec<&str> = self.text.lines().map(str::trim).collect();
        let bare = |line: &str| line.split('#').next().unwrap_or_default().trim_end() == name;
        let is_answer = |line: &str| line.starts_with("except") && line.contains("NameError");
        lines
            .windows(2)
            .any(|pair| matches!(pair, [asked, answer] if bare(asked) && is_answer(answer)))
    }

    /// Whether a line is for Pythons newer than some, of whose names no reader of today knows all.
    fn is_for_newer(&self, number: u32) -> bool {
        let depth = self.indent(number);
        let above = (1..number)
            .rev()
            .filter(|line| self.line(*line).is_some_and(|text| !text.trim().is_empty()));
        let head = above.into_iter().find(|line| self.indent(*line) < depth);
        let head = head.and_then(|line| self.line(line)).map(str::trim_start).unwrap_or_default();
        let words = head.strip_prefix("if ").or_else(|| head.strip_prefix("elif "));
        words.is_some_and(|words| words.starts_with("sys.version_info >"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::File;
    use crate::frame::Lines;
    use record::domain::evidence::{LintIssue, Severity};

    const TEXT: &str = "class A:\n    def b(this):\n        return name\n\n    def c(): return 1\n\nx = f(\n    name)\n";

    fn answered(symbol: &str, line: u32, missing: &[u32]) -> bool {
        let lines = |lines: &[u32]| lines.iter().copied().collect::<BTreeSet<u32>>();
        let kinds = BTreeMap::from([
            (Lines::Statements, lines(&[1, 2, 3, 5, 7])),
            (Lines::Missing, lines(missing)),
        ]);
        File::of(TEXT.to_owned(), &kinds).unwrap().answers(&issue(symbol, line, ""))
    }

    fn issue(symbol: &str, line: u32, message: &str) -> LintIssue {
        LintIssue {
            line,
            column: 0,
            symbol: symbol.to_owned(),
            severity: Severity::Error,
            message: message.to_owned(),
            path: None,
            ran: false,
        }
    }

    #[test]
    fn names_that_a_file_makes_or_that_another_python_has_are_open_where_they_did_not_run() {
        let at = |text: &str, issue: &LintIssue| {
            let lines = BTreeSet::from([1, 2]);
            let kinds =
                BTreeMap::from([(Lines::Statements, lines.clone()), (Lines::Missing, lines)]);
            File::of(text.to_owned(), &kinds).unwrap().answers(issue)
        };
        let answers =
            |text: &str, symbol: &str, message: &str| at(text, &issue(symbol, 2, message));
        let open_at = |text: &str, name: &str, column: u32| {
            let message = format!("Undefined variable '{name}'");
            at(text, &LintIssue { column, ..issue("undefined-variable", 2, &message) })
        };
        let open = |text: &str, name: &str| {
            answers(text, "undefined-variable", &format!("Undefined variable '{name}'"))
        };

        assert!(open("for n in 'ab': globals()[n] = 1\nprint(a)\n", "a"));
        let for_older =
            |asked: &&str| open(&format!("if {asked}:\n    text = unicode\n"), "unicode");
        assert!(["sys.version_info[0] == 2", "sys.version < '3'"].iter().all(for_older));
        assert!(!open("if sys.version_info[0] == 2:\n    text = unicod\n", "unicod"));
        assert!(!open("def f():\n    return unicode\n", "unicode"));
        let asked = "try:\n    get_shell  # type: ignore\nexcept NameError:\n    shell = None\nshell = get_shell()\n";
        assert!(open(asked, "get_shell"));
        assert!(!open(&asked.replace("NameError", "OSError"), "get_shell"));
        let package = "from .inner import *\ndel inner\n";
        let kinds = [Lines::Statements, Lines::Missing].map(|kind| (kind, BTreeSet::from([1, 2])));
        let kinds = BTreeMap::from(kinds);
        let inner = issue("undefined-variable", 2, "Undefined variable 'inner'");
        let file = File::of(package.to_owned(), &kinds).unwrap();
        assert!(!file.answers(&inner));
        assert!(File { is_package: true, ..file }.answers(&inner));
        let lazy = "from __future__ import annotations\ndef f(a: Later): pass\n";
        assert!(open_at(lazy, "Later", 9));
        assert!(!open_at(lazy, "Later", 16));
        assert!(open("if sys.version_info >= (3, 15):\n    kinds = frozendict\n", "frozendict"));
        assert!(!open("if sys.argv:\n    kinds = frozendict\n", "frozendict"));
    }

    /// Whether a message is answered in a file of which nothing ran.
    fn unrun(text: &str, symbol: &str, message: &str, line: u32) -> bool {
        let lines = BTreeSet::from([1, 2, 3, 4]);
        let kinds = BTreeMap::from([(Lines::Statements, lines.clone()), (Lines::Missing, lines)]);
        File::of(text.to_owned(), &kinds).unwrap().answers(&issue(symbol, line, message))
    }

    #[test]
    fn names_of_python_2_that_a_file_binds_for_the_other_are_open_where_they_did_not_run() {
        let answers = |text: &str, name: &str| {
            let told = format!("Using variable '{name}' before assignment");
            unrun(text, "used-before-assignment", &told, 2)
        };

        assert!(answers("try:\n    unichr\nexcept NameError:\n    unichr = chr\n", "unichr"));
        assert!(!answers("print(unichr)\nunichr = chr\n", "unichr"));
        let for_both = "if PY2:\n    whole = int, long\nelse:\n    whole = long = int\n";
        assert!(answers(for_both, "long"));
        assert!(!answers(&for_both.replace("PY2", "old"), "long"));
    }

    #[test]
    fn a_global_of_the_file_is_answered_unrun() {
        let global = "def f():\n    global OFF\n    OFF, old = True, OFF\n";
        let at = |text: &str, line: u32| {
            unrun(text, "used-before-assignment", "Using variable 'OFF' before", line)
        };
        let of = |text: &str| at(text, 2);

        assert!(of(&format!("{global}OFF = False\n")));
        assert!(!of(global));
        assert!(!of("def f():\n    OFF, old = True, OFF\nOFF = False\n"));
        let branch = "if old:\n    from a import b, OFF\n";
        assert!(at(&format!("{branch}def f():\n    return OFF\n"), 4));
        assert!(!of("def f():\n    return OFF\n    from a import OFF\n"));
    }

    #[test]
    fn a_method_that_calls_its_object_otherwise_is_answered_unrun() {
        let answered = |text: &str, line: u32| unrun(text, "no-self-argument", "", line);

        assert!(answered("class A:\n    def f(*given): pass\n", 2));
        assert!(!answered("class A:\n    def f(**given): pass\n", 2));
        assert!(!answered("class A:\n    def f(*, given): pass\n", 2));
        assert!(answered("class A:\n    def f(cls): pass\n", 2));
        assert!(!answered("class A:\n    def f(n, m): pass\n", 2));
        let named = "class A:\n    def f(ctx, n):\n        return ctx.add(n)\n";
        assert!(answered(named, 2));
        assert!(!answered(&named.replace("ctx.add(n)", "n.add(ctx)"), 2));
        assert!(answered("class A:\n    @lazy\n    def f(n): pass\n", 3));
        let inner = "class A:\n    def f(self):\n        class B:\n            def g(n): pass\n";
        assert!(answered(inner, 4));
        assert!(!answered(&inner.replace("(self)", "()"), 4));
    }

    #[test]
    fn a_method_that_only_declares_is_answered_unrun() {
        let declares = |text: &str, lines: &[u32]| {
            let lines: BTreeSet<u32> = lines.iter().copied().collect();
            let kinds =
                BTreeMap::from([(Lines::Statements, lines.clone()), (Lines::Missing, lines)]);
            let asked = issue("no-self-argument", 2, "");
            File::of(text.to_owned(), &kinds).unwrap().answers(&asked)
        };

        let long =
            "class A:\n    def f(n,\n          m):\n        \"\"\"Says\n    so.\"\"\"\nx = 1\n";
        assert!(declares(long, &[1, 2, 6]));
        let bare = "class A:\n    def f(n):\n        pass\n";
        assert!(declares(bare, &[1, 2, 3]));
        assert!(!declares(&bare.replace("pass", "return n"), &[1, 2, 3]));
        let more = "class A:\n    def f(n):\n        'says'\n        return n\n";
        assert!(!declares(more, &[1, 2, 4]));
    }

    #[test]
    fn a_name_on_a_line_that_ran_is_defined() {
        assert!(answered("undefined-variable", 3, &[]));
        assert!(answered("used-before-assignment", 8, &[]));
        assert!(!answered("undefined-variable", 3, &[3]));
        assert!(!answered("undefined-variable", 8, &[7]));
    }

    #[test]
    fn a_method_that_was_called_has_its_first_argument() {
        assert!(answered("no-self-argument", 2, &[]));
        assert!(!answered("no-self-argument", 2, &[3]));
        assert!(!answered("no-self-argument", 5, &[]));
    }

    #[test]
    fn a_file_that_ran_was_compiled_and_other_messages_are_not_answered() {
        assert!(answered("not-in-loop", 3, &[3, 5, 7]));
        assert!(!answered("not-in-loop", 3, &[1, 2, 3, 5, 7]));
        assert!(!answered("no-member", 3, &[]));
    }
}
