//! A change of a repository as the store keeps it.

use record::domain::changeset::{Base, Changeset, Mode, Side, Touched};
use record::domain::role::Role;

/// A change of a repository with everything that one can hold: created, deleted, a link, bytes that are no text.
pub(crate) fn changeset() -> Changeset {
    let side = |mode, content: &[u8]| Some(Side { mode, content: content.into() });
    let touched = |path: &str, role, before, after| Touched {
        path: path.parse().unwrap(),
        role,
        before,
        after,
    };
    let base =
        Base { commit: "c".repeat(40).parse().unwrap(), tree: "7".repeat(40).parse().unwrap() };
    let paths = vec![
        touched("new.py", Role::Code, None, side(Mode::File, b"x = 1\n")),
        touched("gone.py", Role::Code, side(Mode::File, b"x = 0\n"), None),
        touched(
            "run.sh",
            Role::Support,
            side(Mode::File, b"#!\n"),
            side(Mode::Executable, b"#!\n"),
        ),
        touched("now", Role::Support, side(Mode::File, b"text"), side(Mode::Link, b"new.py")),
        touched(
            "logo.png",
            Role::Support,
            side(Mode::File, b"\0\xff"),
            side(Mode::File, b"\0\xfe"),
        ),
        touched("test_new.py", Role::Test, None, side(Mode::File, b"def test(): pass\r\n")),
    ];
    Changeset::new("shop".parse().unwrap(), base, paths).unwrap()
}
