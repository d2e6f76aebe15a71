//! Tells programs that run as they are from other files.
//!
//! A suite of ours starts such programs where nobody gave tests. One that wants arguments or input would end with its usage, which says
//! nothing about it, and one that only defines things would print nothing: both are imported instead.

use record::domain::entry_point::{has_guard, is_program};
use record::domain::source::SourceFile;

/// Calls of packages that take arguments which have to be given.
const DECLARED: [&str; 3] = ["docopt(", "click.argument(", "typer.Argument("];
/// What makes a positional argument one that may be left out.
const OPTIONAL: [&str; 5] =
    ["nargs=\"?\"", "nargs='?'", "nargs=\"*\"", "nargs='*'", "argparse.REMAINDER"];
/// Where arguments and input come from.
const TAKES: [&str; 4] = ["argv", "ArgumentParser", "OptionParser", "sys.stdin"];
/// How lines begin that do something when a file is only imported.
const ACTS: [&str; 3] = ["for ", "while ", "with "];

/// Tells whether a file is a program that a suite can start.
pub fn is_runnable(file: &SourceFile) -> bool {
    let text = file.text();
    let acts = || has_guard(file) || file.path.file_name() == "__main__.py" || acts(&text);
    is_program(file) && acts() && !asks(&text)
}

/// Tells whether anything but definitions stands at the outermost level.
fn acts(text: &str) -> bool {
    let is_part = |symbol: char| symbol.is_alphanumeric() || matches!(symbol, '_' | '.');
    let is_call = |line: &str| {
        let rest = line.trim_start_matches(is_part);
        rest.len() < line.len() && rest.starts_with('(')
    };
    text.lines().any(|line| is_call(line) || ACTS.iter().any(|start| line.starts_with(start)))
}

/// Tells whether a program may end because nothing is given to it.
pub(super) fn may_ask(text: &str) -> bool {
    TAKES.iter().any(|word| text.contains(word)) || asks(text)
}

/// Tells whether a text wants arguments or input that have to be given.
fn asks(text: &str) -> bool {
    let is_taken = |rest: &str| {
        let after = rest.trim_start_matches(|symbol: char| symbol.is_ascii_digit());
        !rest.starts_with('0') && after.len() < rest.len() && after.starts_with(']')
    };
    let takes_one = text.split("argv[").skip(1).any(is_taken);
    let is_own = |before: &str| {
        !before.ends_with(|symbol: char| symbol.is_alphanumeric() || matches!(symbol, '_' | '.'))
    };
    let reads = text.match_indices("input(").any(|(at, _)| is_own(text.get(..at).unwrap_or("")));
    let is_declared = DECLARED.iter().any(|call| text.contains(call));
    takes_one || reads || is_declared || text.split(".add_argument(").skip(1).any(is_required)
}

/// Tells whether an argument has to be given, from what follows on the name of the call that adds it.
fn is_required(rest: &str) -> bool {
    let mut depth = 1;
    let end = rest.find(|symbol| {
        depth += match symbol {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    let words = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let name = words.trim_start().strip_prefix(['"', '\'']);
    let is_positional = name.is_some_and(|name| !name.starts_with('-'))
        && !OPTIONAL.iter().any(|optional| words.contains(optional));
    is_positional || words.contains("required=True")
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::role::Role;

    const GUARD: &str = "\n\nif __name__ == \"__main__\":\n    main()\n";

    fn runs(path: &str, text: &str) -> bool {
        let content = text.as_bytes().to_vec();
        is_runnable(&SourceFile { path: path.parse().unwrap(), role: Role::Code, content })
    }

    #[test]
    fn a_program_runs_as_it_is_unless_it_wants_something() {
        let wants = [
            "path = sys.argv[1]",
            "name = input(\"Name: \")",
            "parser.add_argument(\n    \"file\", type=Path(\".\").joinpath, help=\"what to read\")",
            "parser.add_argument('--out', required=True)",
            "@click.argument(\"file\")",
        ];
        let does_not = [
            "rest = sys.argv[1:]",
            "print(sys.argv[0])",
            "text = self.input(3) + raw_input(4)",
            "parser.add_argument(\"file\", nargs=\"?\")",
            "parser.add_argument(\"--out\", default=\"x\")\nparser.parse_args()",
        ];
        for line in wants {
            assert!(!runs("tool.py", &format!("{line}{GUARD}")), "{line}");
        }
        for line in does_not {
            assert!(runs("tool.py", &format!("{line}{GUARD}")), "{line}");
        }
    }

    #[test]
    fn a_file_called_main_runs_only_where_it_does_something() {
        let found = [
            runs("main.py", "import cart\nprint(cart.x)\n"),
            runs("main.py", "for one in (1, 2):\n    print(one)\n"),
            runs("shop/__main__.py", "from shop import run as _\n"),
            runs("shop/main.py", "from .program import Program\n\nprogram = Program()\n"),
            runs("main.py", "class Shop(Bag):\n    def main(self):\n        print(1)\n"),
        ];

        assert_eq!(found, [true, true, true, false, false]);
    }
}
