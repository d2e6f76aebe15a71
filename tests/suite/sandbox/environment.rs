//! What an execution ran in is told whole.

use crate::sandbox::support::{backend, job, run_with};

const CODE: &str = "def one():\n    return 1\n";
const TESTS: &str = "from subject import one\n\n\ndef test_one():\n    assert one() == 1\n";

#[test]
fn the_environment_names_interpreter_packages_kernel_limits_and_layers() {
    let mut given = job("environment", CODE, TESTS);
    given.env.insert("SECRET_TOKEN".to_owned(), "the value".to_owned());

    let evidence = run_with(&backend(), given);

    let known = &evidence.environment.0;
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    let expected = [
        "arch",
        "coverage",
        "harness",
        "implementation",
        "kernel",
        "kernel_build",
        "layers",
        "limit_disk_bytes",
        "limit_disk_files",
        "limit_handles",
        "limit_lint_ms",
        "limit_memory_bytes",
        "limit_output_bytes",
        "limit_processes",
        "limit_tests_ms",
        "pylint",
        "pytest",
        "python",
        "ruff",
        "saraphina",
        "toolchain",
        "variables",
    ];
    assert_eq!(names, expected);
    assert_eq!(known["layers"], evidence.guarantees.digest().to_string());
    assert_eq!(known["variables"], "SECRET_TOKEN");
    assert_eq!(known["limit_tests_ms"], "20000");
    assert!(known.values().all(|value| !value.contains("the value")), "{known:?}");
    assert!(known.values().all(|value| value != "unknown"), "{known:?}");
}
