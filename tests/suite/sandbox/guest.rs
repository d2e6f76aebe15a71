//! The guest's Python outside of a jail, for tests that ask it directly.
//!
//! Its files import each other by the flat names that a jail gives them, so they are copied under these names first.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sandbox::toolchain::python::present;

use crate::sandbox::support::{home, set_up};

/// The folder of the guest's files.
pub(crate) fn guest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/sandbox/src/guest")
}

/// Copies the guest's files to a folder of this name, as a jail would show them.
pub(crate) fn laid_out(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    for room in guest().read_dir().unwrap().map(Result::unwrap) {
        for file in room.path().read_dir().into_iter().flatten().map(Result::unwrap) {
            let (room, file_name) = (room.file_name(), file.file_name());
            let name = format!("_saraphina_{}_{}", room.display(), file_name.display());
            fs::copy(file.path(), folder.join(name)).unwrap();
        }
    }
    fs::write(folder.join("empty.ini"), "[pytest]\n").unwrap();
    folder
}

/// The interpreter of the shared toolchain, with pytest, coverage and pylint.
pub(crate) fn interpreter() -> PathBuf {
    set_up();
    present(&home(), None).unwrap().python
}

/// What a program prints that ends well.
#[expect(clippy::disallowed_methods, reason = "the test asks an interpreter directly")]
pub(crate) fn printed(python: &Path, words: &[&str]) -> String {
    let done = Command::new(python).arg("-B").args(words).output().unwrap();
    assert!(done.status.success(), "{words:?}: {done:?}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn that_there_was_too_much_to_tell_is_told_of_each_comparison() {
    let folder = laid_out("told-bounds").display().to_string();
    let program = "\
import sys
sys.path.insert(0, sys.argv[1])
import _saraphina_suite_told as told
told.MOST_PER_NUMBER, told.MOST_TOLD = 2, 3
said = []
teller = told.Teller(lambda **frame: said.append((frame['number'], frame['value'][0])))
for number in (1, 1, 1, 1, 2, 2, 3, 3):
    assert teller.tell(number, True)
print(said)";

    let said = printed(Path::new("python3"), &["-c", program, &folder]);

    let expected = "[(1, 'bool'), (1, 'bool'), (1, 'much'), (2, 'much'), (3, 'much')]";
    assert_eq!(said.trim(), expected);
}
