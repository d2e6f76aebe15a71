//! A small project in a git repository, made for a test.
//!
//! Names, moments and settings of git are fixed, so that the same files give the same commits on every machine.

use std::path::{Path, PathBuf};

/// A repository with its work tree.
pub(crate) struct Project {
    path: PathBuf,
    /// Removed with the project, where it is its own.
    _folder: Option<tempfile::TempDir>,
}

/// Code with a mistake, and tests that do not see it.
pub(crate) const CART: &str = "def total(prices):\n    result = 0\n    for price in prices:\n        \
    result = result + price\n    return result\n\n\ndef mean(prices):\n    return total(prices) / len(prices)\n";
pub(crate) const CART_TESTS: &str = "from shop.cart import mean, total\n\n\ndef test_total():\n    \
    assert total([1, 2]) == 3\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n";
/// The mistake mended, with a test that shows it.
pub(crate) const MENDED: &str = "def total(prices):\n    result = 0\n    for price in prices:\n        \
    result = result + price\n    return result\n\n\ndef mean(prices):\n    if not prices:\n        return 0\n    \
    return total(prices) / len(prices)\n";
pub(crate) const MENDED_TESTS: &str = "from shop.cart import mean, total\n\n\ndef test_total():\n    \
    assert total([1, 2]) == 3\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n\n\n\
    def test_mean_of_nothing():\n    assert mean([]) == 0\n";

impl Project {
    /// A project with one commit on `main`.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::begun(folder.path().to_owned(), Some(folder))
    }

    /// The same in a folder that is made for it.
    pub(crate) fn within(path: PathBuf) -> Self {
        std::fs::create_dir_all(&path).unwrap();
        Self::begun(path, None)
    }

    fn begun(path: PathBuf, folder: Option<tempfile::TempDir>) -> Self {
        let project = Self { path, _folder: folder };
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        project.write("shop/__init__.py", "");
        project.write("shop/cart.py", CART);
        project.write("tests/test_cart.py", CART_TESTS);
        project.write("README.md", "A shop.\n");
        let settings = "[project]\nname = \"shop\"\nversion = \"1.0\"\nrequires-python = \">=3.8\"\n\n\
            [tool.pytest.ini_options]\ntestpaths = [\"tests\"]\npythonpath = [\".\"]\n";
        project.write("pyproject.toml", settings);
        project.commit("Begin a shop");
        project
    }

    /// The same, with the mistake mended on a branch `fix`; `main` is checked out.
    pub(crate) fn with_fix() -> Self {
        Self::new().fixed()
    }

    /// The same project with the branch.
    pub(crate) fn fixed(self) -> Self {
        let project = self;
        project.git(&["checkout", "--quiet", "-b", "fix"]);
        project.write("shop/cart.py", MENDED);
        project.write("tests/test_cart.py", MENDED_TESTS);
        project.commit("Give nothing the mean 0");
        project.git(&["checkout", "--quiet", "main"]);
        project
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.at(path)).unwrap()
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs git here; what it printed, without the last line feed.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        self.try_git(words, "/dev/null").unwrap_or_else(|told| panic!("git {words:?}: {told}"))
    }

    /// Runs git here on a file; what it printed, without the last line feed, or what it complained about.
    #[expect(
        clippy::disallowed_methods,
        reason = "the test is somebody who works in the repository"
    )]
    pub(crate) fn try_git(&self, words: &[&str], input: &str) -> Result<String, String> {
        let output = std::process::Command::new("git")
            .arg("-C")
            .arg(self.path())
            .args(words)
            .stdin(std::fs::File::open(self.at(input)).unwrap())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Ann")))
            .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "ann@example.org")))
            .envs(
                ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"]
                    .map(|name| (name, "2026-11-20T08:00:00Z")),
            )
            .output()
            .unwrap();
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
