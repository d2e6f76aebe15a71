//! Names of modules, made from the words of a request.
//!
//! A name must shadow no standard module of any supported Python, no keyword and no test tool; a clash would break the suite in
//! ways that look like faults of the code. The table of standard modules is therefore written out.

use crate::domain::preamble::preamble;

/// Longest module name made from a request.
const MAX_LENGTH: usize = 40;
/// Most words of a request that enter the name.
const MAX_WORDS: usize = 4;

/// Words that say nothing about what a module does.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "build",
    "by",
    "can",
    "class",
    "code",
    "could",
    "create",
    "do",
    "for",
    "from",
    "function",
    "generate",
    "handles",
    "has",
    "helper",
    "i",
    "implement",
    "in",
    "is",
    "it",
    "its",
    "make",
    "me",
    "module",
    "my",
    "need",
    "of",
    "on",
    "or",
    "please",
    "program",
    "propose",
    "python",
    "script",
    "simple",
    "small",
    "some",
    "that",
    "the",
    "then",
    "this",
    "to",
    "tool",
    "using",
    "want",
    "which",
    "with",
    "write",
    "you",
];

/// Names that tests, tools or the language already use.
const RESERVED: &[&str] = &[
    "conftest",
    "coverage",
    "hypothesis",
    "main",
    "numpy",
    "pandas",
    "pip",
    "pylint",
    "pytest",
    "requests",
    "ruff",
    "setup",
    "setuptools",
    "test",
    "tests",
];

/// Python's keywords.
const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def", "del",
    "elif", "else", "except", "false", "finally", "for", "from", "global", "if", "import", "in",
    "is", "lambda", "match", "none", "nonlocal", "not", "or", "pass", "raise", "return", "soft",
    "true", "try", "type", "while", "with", "yield",
];

/// A module name for what a request asks, such as `csv_parser_quoted_fields`.
///
/// It is a lower-case identifier that shadows no standard module of Python 3.10 to 3.14, no keyword and no test tool.
///
/// A request that names a file, such as `invoices.py`, has said it itself; what is told before a wish names nothing.
pub fn module_name(request: &str) -> String {
    if let Some(named) = named_file(request) {
        return named.to_owned();
    }
    let words: Vec<String> = request[preamble(request)..]
        .split(|symbol: char| !symbol.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase)
        .filter(|word| !word.is_empty() && !FILLERS.contains(&word.as_str()))
        .take(MAX_WORDS)
        .collect();
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + word.len() + 1 > MAX_LENGTH {
            break;
        }
        if !name.is_empty() {
            name.push('_');
        }
        name.push_str(&word);
    }
    name.truncate(MAX_LENGTH);
    if name.is_empty() {
        return "subject".to_owned();
    }
    if name.starts_with(|symbol: char| symbol.is_ascii_digit()) {
        name.insert_str(0, "module_");
    }
    if is_free(&name) { name } else { format!("{name}_module") }
}

/// The first file of Python in a text whose name can be a module of ours.
fn named_file(text: &str) -> Option<&str> {
    let is_part =
        |symbol: char| symbol.is_ascii_alphanumeric() || matches!(symbol, '_' | '.' | '-');
    let names = text.split(|symbol| !is_part(symbol)).map(|word| word.trim_end_matches('.'));
    let mut stems = names.filter_map(|word| word.strip_suffix(".py"));
    stems.find(|stem| stem.len() <= MAX_LENGTH && is_free(stem))
}

/// Tells whether a name can be a module of ours: an identifier that nothing else has.
pub fn is_free(name: &str) -> bool {
    let starts_well = name.starts_with(|symbol: char| symbol.is_ascii_alphabetic());
    let is_identifier = name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    starts_well
        && is_identifier
        && !name.starts_with("test_")
        && !KEYWORDS.contains(&name)
        && !RESERVED.contains(&name)
        && !is_standard(name)
}

/// Tells whether Python 3.10 to 3.14 has a standard module of this name (`sys.stdlib_module_names`).
pub fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// The union of `sys.stdlib_module_names` without private names, from Python 3.10 to 3.14.
const STANDARD: &[&str] = &[
    "abc",
    "aifc",
    "annotationlib",
    "antigravity",
    "argparse",
    "array",
    "ast",
    "asynchat",
    "asyncio",
    "asyncore",
    "atexit",
    "audioop",
    "base64",
    "bdb",
    "binascii",
    "binhex",
    "bisect",
    "builtins",
    "bz2",
    "cProfile",
    "calendar",
    "cgi",
    "cgitb",
    "chunk",
    "cmath",
    "cmd",
    "code",
    "codecs",
    "codeop",
    "collections",
    "colorsys",
    "compileall",
    "concurrent",
    "configparser",
    "contextlib",
    "contextvars",
    "copy",
    "copyreg",
    "crypt",
    "csv",
    "ctypes",
    "curses",
    "dataclasses",
    "datetime",
    "dbm",
    "decimal",
    "difflib",
    "dis",
    "distutils",
    "doctest",
    "email",
    "encodings",
    "ensurepip",
    "enum",
    "errno",
    "faulthandler",
    "fcntl",
    "filecmp",
    "fileinput",
    "fnmatch",
    "fractions",
    "ftplib",
    "functools",
    "gc",
    "genericpath",
    "getopt",
    "getpass",
    "gettext",
    "glob",
    "graphlib",
    "grp",
    "gzip",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "http",
    "idlelib",
    "imaplib",
    "imghdr",
    "imp",
    "importlib",
    "inspect",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "keyword",
    "lib2to3",
    "linecache",
    "locale",
    "logging",
    "lzma",
    "mailbox",
    "mailcap",
    "marshal",
    "math",
    "mimetypes",
    "mmap",
    "modulefinder",
    "msilib",
    "msvcrt",
    "multiprocessing",
    "netrc",
    "nis",
    "nntplib",
    "nt",
    "ntpath",
    "nturl2path",
    "numbers",
    "opcode",
    "operator",
    "optparse",
    "os",
    "ossaudiodev",
    "pathlib",
    "pdb",
    "pickle",
    "pickletools",
    "pipes",
    "pkgutil",
    "platform",
    "plistlib",
    "poplib",
    "posix",
    "posixpath",
    "pprint",
    "profile",
    "pstats",
    "pty",
    "pwd",
    "py_compile",
    "pyclbr",
    "pydoc",
    "pydoc_data",
    "pyexpat",
    "queue",
    "quopri",
    "random",
    "re",
    "readline",
    "reprlib",
    "resource",
    "rlcompleter",
    "runpy",
    "sched",
    "secrets",
    "select",
    "selectors",
    "shelve",
    "shlex",
    "shutil",
    "signal",
    "site",
    "smtpd",
    "smtplib",
    "sndhdr",
    "socket",
    "socketserver",
    "spwd",
    "sqlite3",
    "sre_compile",
    "sre_constants",
    "sre_parse",
    "ssl",
    "stat",
    "statistics",
    "string",
    "stringprep",
    "struct",
    "subprocess",
    "sunau",
    "symtable",
    "sys",
    "sysconfig",
    "syslog",
    "tabnanny",
    "tarfile",
    "telnetlib",
    "tempfile",
    "termios",
    "textwrap",
    "this",
    "threading",
    "time",
    "timeit",
    "tkinter",
    "token",
    "tokenize",
    "tomllib",
    "trace",
    "traceback",
    "tracemalloc",
    "tty",
    "turtle",
    "turtledemo",
    "types",
    "typing",
    "unicodedata",
    "unittest",
    "urllib",
    "uu",
    "uuid",
    "venv",
    "warnings",
    "wave",
    "weakref",
    "webbrowser",
    "winreg",
    "winsound",
    "wsgiref",
    "xdrlib",
    "xml",
    "xmlrpc",
    "zipapp",
    "zipfile",
    "zipimport",
    "zlib",
    "zoneinfo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_words_that_say_something() {
        let names = [
            "a CSV parser that handles quoted fields and custom delimiters",
            "Write a function to validate e-mail addresses",
            "hey so I have some emails and I want to check that each is well-formed",
            "random",
            "please write some code",
            "2 sum",
            "тест",
        ]
        .map(module_name);

        assert_eq!(
            names,
            [
                "csv_parser_quoted_fields",
                "validate_e_mail_addresses",
                "check_each_well_formed",
                "random_module",
                "subject",
                "module_2_sum",
                "subject"
            ]
        );
    }
}
