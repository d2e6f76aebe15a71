//! Comments within what tests expect.
//!
//! They are taken out before a test file is changed, and often stand within the very value that is.

use record::domain::evidence::IntegrityState;

use crate::sandbox::support::{job, run};

const CODE: &str =
    "def parsed(text):\n    return dict(part.split('=') for part in text.split(';'))\n";
const TESTS: &str = r#"from subject import parsed
def test_parsed():
    assert parsed("a=1;b=2") == {
        # The first.
        "a": "1",
        "b": "2",  # The second.
    }
def test_call():
    assert parsed(
        "c=3",  # The third.
    ) == {"c": "3"}
"#;

#[test]
fn a_comment_within_an_expectation_does_not_keep_it_from_being_tried() {
    let evidence = run(job("commented", CODE, TESTS));

    let controls = &evidence.controls;
    assert_eq!((controls.mutated, controls.caught), (2, 2), "{evidence:?}");
    assert!(evidence.integrity.state >= IntegrityState::Controlled, "{evidence:?}");
}
