//! Files by which a project tells pytest what to do.
//!
//! Whoever takes a folder reads from them which files are tests; whoever judges a run wants to know whether they are still what was
//! shown. The guest has its own list, with what in each file speaks to pytest (`guest/suite/settings.py`).

/// Their names, in the order in which pytest looks for them.
pub const SETTINGS: [&str; 7] = [
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
];
