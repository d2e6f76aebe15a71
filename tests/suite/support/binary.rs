//! The program itself, started where there is no home.

use std::path::Path;

/// What a program answered.
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Starts the program without a home and without settings.
pub(crate) fn saraphina(words: &[&str]) -> Told {
    let path = [("PATH", "/usr/local/bin:/usr/bin:/bin")];
    run(Path::new(env!("CARGO_BIN_EXE_saraphina")), words, Path::new("/"), &path)
}

/// Starts a program in a folder, with these variables and no others.
#[expect(clippy::disallowed_methods, reason = "the test starts what a person would")]
pub(crate) fn run(
    program: &Path,
    words: &[&str],
    folder: &Path,
    variables: &[(&str, &str)],
) -> Told {
    let output = std::process::Command::new(program)
        .args(words)
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Told {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
