//! What a run that broke off wrote last, bounded and for people only.
//!
//! The cause stands in the last line of a traceback, so the end of a long text is kept, and its beginning for the place.

use crate::evidence::transcript::Transcript;

/// Most characters of what pytest says of its own failure: of its beginning, and of its end, where the cause is.
const SAID_FIRST: usize = 200;
const SAID_LAST: usize = 400;
/// How a traceback begins.
const TRACEBACK: &str = "Traceback (most recent call last):";
/// How a line of a traceback begins that names a place in the project.
const OWN: &str = "File \"/box/src/";
/// How pytest begins each line about a failure within itself, which it writes among what it tells people.
const INTERNAL: &str = "INTERNALERROR> ";

/// What a suite wrote as errors, with what pytest wrote of a failure within itself to its usual output.
pub(crate) fn last_words(errors: String, output: &str) -> String {
    let internal: Vec<&str> = output.lines().filter(|line| line.starts_with(INTERNAL)).collect();
    if internal.is_empty() { errors } else { format!("{errors}\n{}", internal.join("\n")) }
}

/// What pytest itself says of its failure, bounded: it writes this last, after a word of its own.
pub(crate) fn pytest_said(words: &str) -> String {
    const BEGINNINGS: [&str; 3] = ["ERROR: ", INTERNAL, "ImportError while loading conftest "];
    let begins = |line: &&str| BEGINNINGS.iter().any(|words| line.starts_with(words));
    let Some(first) = words.lines().rev().find(begins) else { return stopped(words) };
    let from = words.rfind(first).unwrap_or_default();
    let told: Vec<&str> = words.get(from..).unwrap_or_default().lines().map(str::trim).collect();
    let told = told.join("; ");
    format!(": {}", both_ends(told.trim_end_matches("; ")))
}

/// What the last traceback ends with, and where in the project that was raised.
fn stopped(words: &str) -> String {
    let Some((_, trace)) = words.rsplit_once(TRACEBACK) else { return String::new() };
    let last = trace.lines().map(str::trim_end).rfind(|line| !line.is_empty()).unwrap_or_default();
    if last.is_empty() || last.starts_with(char::is_whitespace) {
        return String::new();
    }
    let place = trace.lines().map(str::trim).rfind(|line| line.starts_with(OWN));
    let place = place.map(|line| format!("{}: ", line.trim_start_matches(OWN).replace('"', "")));
    format!(": {}", both_ends(&format!("{}{last}", place.unwrap_or_default())))
}

/// The beginning and the end of a text that is too long for all of it.
fn both_ends(text: &str) -> String {
    let characters = text.chars().count();
    if characters <= SAID_FIRST + SAID_LAST {
        return text.to_owned();
    }
    let first: String = text.chars().take(SAID_FIRST).collect();
    let last: String = text.chars().skip(characters - SAID_LAST).collect();
    format!("{first} [...] {last}")
}

/// What an interpreter says at the end of a traceback, of a suite that raised before there was a session.
pub(crate) fn raised(transcript: &Transcript, words: &str) -> String {
    let has_begun = !transcript.collected.is_empty() || !transcript.reported.is_empty();
    if has_begun { String::new() } else { stopped(words) }
}

#[cfg(test)]
mod tests {
    use super::{SAID_FIRST, SAID_LAST, TRACEBACK, last_words, pytest_said, raised};
    use crate::evidence::transcript::Transcript;

    #[test]
    fn the_last_line_of_a_long_traceback_is_kept_with_the_first() {
        let between = "    from shop import one_of_many_modules\n".repeat(60);
        let words = format!(
            "noise\nImportError while loading conftest '/box/src/conftest.py'.\n{between}E   ModuleNotFoundError: No module named 'yaml'\n"
        );

        let said = pytest_said(&words);

        assert!(said.starts_with(": ImportError while loading conftest '/box/src/conftest.py'.;"));
        assert!(said.ends_with("E   ModuleNotFoundError: No module named 'yaml'"), "{said}");
        assert!(said.chars().count() < SAID_FIRST + SAID_LAST + 20, "{said}");
    }

    #[test]
    fn a_failure_within_pytest_is_read_from_its_usual_output() {
        let output = "=== session ===\nINTERNALERROR>   File x\nINTERNALERROR> Unknown config option: y\n=== end ===";

        let words = last_words("a warning".to_owned(), output);

        assert_eq!(pytest_said(&words), ": INTERNALERROR> Unknown config option: y");
        assert_eq!(last_words("a warning".to_owned(), "ERROR: no"), "a warning");
    }

    #[test]
    fn a_file_that_ends_the_process_is_told_with_its_place() {
        let words = "OK\nTraceback (most recent call last):\n  File \"/saraphina/x.py\", line 1, in drive\n  File \"/box/src/test/test_a.py\", line 297, in <module>\n    unittest.main()\n  File \"/usr/lib/main.py\", line 2\n    sys.exit(0)\nSystemExit: False\n";

        assert_eq!(
            pytest_said(words),
            ": test/test_a.py, line 297, in <module>: SystemExit: False"
        );
        assert_eq!(pytest_said("noise"), "");
        assert_eq!(pytest_said(TRACEBACK), "");
    }

    #[test]
    fn what_a_suite_raised_before_its_session_is_told() {
        let words =
            "Traceback (most recent call last):\n  File x\npytest.PytestConfigWarning: Failed\n";
        let (none, mut begun) = (Transcript::default(), Transcript::default());
        begun.collected.insert("a".to_owned());

        assert_eq!(raised(&none, words), ": pytest.PytestConfigWarning: Failed");
        assert_eq!(raised(&none, "no traceback"), "");
        assert_eq!(raised(&begun, words), "");
    }
}
