//! A sensitive change, from its request to the signature, at a real terminal and in a real sandbox.

use std::time::Duration;

use super::repl::{PROMPT, real};
use crate::docs::readme::home_with_toolchain;
use crate::support::project::Project;

const SENTENCE: &str = "I have read what this touches";

#[test]
fn a_sensitive_change_is_signed_with_its_sentence_and_with_nothing_else() {
    let home = home_with_toolchain();
    let project = Project::within(home.folder().join("shop"));
    project
        .write("shop/auth.py", "LIMIT = 3\n\n\ndef is_let_in(tries):\n    return tries < LIMIT\n");
    project.commit("Add a limit");
    project
        .write("shop/auth.py", "LIMIT = 5\n\n\ndef is_let_in(tries):\n    return tries < LIMIT\n");
    let tests = "from shop.auth import is_let_in\n\n\ndef test_limit():\n    \
        assert is_let_in(4) is True\n    assert is_let_in(5) is False\n";
    project.write("tests/test_auth.py", tests);
    let mut session = real(&home);
    session.set_expect_timeout(Some(Duration::from_mins(1)));
    session.expect(PROMPT).unwrap();
    session.send_line(format!("/repository add --name shop {}", project.path().display())).unwrap();
    session.expect("[y/N]").unwrap();
    session.send_line("y").unwrap();
    session.expect(PROMPT).unwrap();
    for line in ["/propose-code --repo shop --worktree Let five tries in", "/sandbox-code @"] {
        session.send_line(line).unwrap();
        session.expect(PROMPT).unwrap();
    }

    for wrong in ["y", "i have read what this touches"] {
        session.send_line("/approve-code @").unwrap();
        session.expect("sensitive change").unwrap();
        session.expect(SENTENCE).unwrap();
        session.send_line(wrong).unwrap();
        session.expect("not confirmed").unwrap();
        session.expect(PROMPT).unwrap();
    }
    session.send_line("/approve-code @").unwrap();
    session.expect(SENTENCE).unwrap();
    session.send_line(SENTENCE).unwrap();
    session.expect("approved").unwrap();
    session.expect(PROMPT).unwrap();

    let shown = home.saraphina(&["list-proposals", "--json"]);
    assert!(shown.out.contains("\"approved\""), "{shown:?}");
    assert_eq!(home.saraphina(&["audit", "verify"]).code, Some(0));
}
