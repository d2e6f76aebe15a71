//! Tests of replies and the files they hold.

use std::collections::BTreeSet;

use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest,
};

use crate::providers::extract::{
    ExtractError, Extracted, MAX_REPLY_BYTES, extract, extract_edits, extract_script,
};

const CODE: &str = "def add(a, b):\n    return a + b\n";
const TESTS: &str = "from m import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n";

fn expected(explanation: &str) -> Extracted {
    Extracted {
        code: CODE.to_owned(),
        tests: TESTS.to_owned(),
        explanation: explanation.to_owned(),
        support: Vec::new(),
        code_path: None,
        tests_path: None,
    }
}

/// `C` and `T` stand for the code and the tests.
fn read(reply: &str) -> Result<Extracted, ExtractError> {
    extract(&reply.replace("C\n", CODE).replace("T\n", TESTS))
}

#[test]
fn code_and_tests_are_found_however_they_are_labelled() {
    let replies = [
        "It adds.\n\nCode:\n```python\nC\n```\n\nTests:\n```python\nT\n```\n",
        "It adds.\n```\nC\n```\n```\nT\n```",
        "It adds.\n\n```python\nT\n```\n\n```python\nC\n```",
        "It adds.\n\n**Tests:**\n```py\nT\n```\n**Code:**\n```python3\nC\n```",
        "It adds.\n\n### `adder.py`\n\n```python\nC\n```\n\n### `test_adder.py`\n\n```python\nT\n```",
        "It adds.\n\n```python title=\"test_adder.py\"\nT\n```\n\n```python title=\"adder.py\"\nC\n```",
        "It adds.\n\n```python:src/adder.py\nC\n```\n\n```python:tests/test_adder.py\nT\n```",
        "It adds.\n\nadder.py\n```python\nC\n```\ntest_adder.py\n```python\nT\n```",
        "It adds.\n\n~~~python\nC\n~~~\n\n~~~~py\nT\n~~~~",
        "It adds.\n\n`````python\nC\n`````\n\n```python\nT\n```",
        "It adds.\n\n## Code\n   ```Python\n   def add(a, b):\n       return a + b\n   ```\n## Tests\n```\nT\n```",
        "It adds.\n\n```bash\npip install pytest\n```\n\n```python\nC\n```\n\n```python\nT\n```\n",
        "It adds.\n\n```\npip install pytest\n$ pytest -q\n```\n\n```\nC\n```\n\n```\nT\n```\n",
        "<think>\n```python\nx = 1\n```\n</think>\nIt adds.\n```python\nC\n```\n```python\nT\n```",
        "It adds.\n\n```python\nC\n```\n\n```python\nT\n```\n\n## Usage\n\n```python\nprint(add(1, 2))\n```\nDone.",
        "## Usage example\n\n```python\nprint(add(1, 2))\n```\n\n## Code\n```python\nC\n```\n\n```python\nT\n```\nIt adds.",
        "```python\nC\n```\n\nHere are the tests:\n```python\nT\n```\n\nIt adds.",
        "```python\nC\n```\n\n```text\n3 passed\n```\n\n```python\nT\n```\n\n## Explanation\n\nIt adds.\n",
    ];

    let nameless = |read: Result<Extracted, ExtractError>| {
        read.map(|files| Extracted { code_path: None, tests_path: None, ..files })
    };
    for reply in replies {
        assert_eq!(nameless(read(reply)), Ok(expected("It adds.")), "{reply}");
        let returned = reply.replace("C\n", CODE).replace("T\n", TESTS).replace('\n', "\r\n");
        assert_eq!(nameless(read(&returned)), Ok(expected("It adds.")), "{reply}");
    }
}

#[test]
fn a_fence_inside_a_docstring_does_not_end_the_block() {
    let bare = "def add(a, b):\n    \"\"\"Add.\n\n    ```\n    add(1, 2)\n    ```\n    \"\"\"\n    return a + b\n";
    let tagged = bare.replacen("```", "```python", 1);
    let column_zero = "TEXT = '''\n```\n'''\nx = \"# \\\" '''\"\n";

    for code in [bare, &tagged, column_zero] {
        let extracted = extract(&format!("```python\n{code}```\n\n```python\n{TESTS}```\n"));

        assert_eq!(
            extracted.map(|files| (files.code, files.tests)),
            Ok((code.to_owned(), TESTS.to_owned()))
        );
    }
}

#[test]
fn code_with_an_unclosed_string_still_ends_at_its_fence() {
    let broken = "def add(a, b):\n    \"\"\"Add.\n    return a + b\n";
    let tests = format!("\"\"\"Tests.\"\"\"\n{TESTS}");

    let extracted = extract(&format!("```python\n{broken}```\n\n```python\n{tests}```\n"));

    assert_eq!(extracted.map(|files| (files.code, files.tests)), Ok((broken.to_owned(), tests)));
}

#[test]
fn incomplete_replies_are_errors() {
    let replies = [
        ("", ExtractError::NoCode),
        ("I cannot do that.", ExtractError::NoCode),
        ("Code:\nTests:\n", ExtractError::NoCode),
        ("```python\n\n```\n```python\nT\n```", ExtractError::NoCode),
        ("```python\nT\n```", ExtractError::NoCode),
        ("```bash\nls\n```", ExtractError::NoCode),
        ("```python\nC\n```", ExtractError::NoTests),
        ("Code:\n```python\nC\n```\nTests:\n```bash\npytest\n```", ExtractError::NoTests),
        ("```python\nC\n```\n```python\nT\n", ExtractError::Truncated),
        ("```python\nC\n```\n```python\nT\n``", ExtractError::Truncated),
        ("```python\nC\n", ExtractError::Truncated),
        ("```python\nC\n```\n```python\nT\n```\n```python", ExtractError::Truncated),
        ("<think>about", ExtractError::Truncated),
    ];

    for (reply, error) in replies {
        assert_eq!(read(reply), Err(error), "{reply}");
    }
    let huge = "x".repeat(MAX_REPLY_BYTES + 1);
    assert_eq!(extract(&huge), Err(ExtractError::TooLarge(MAX_REPLY_BYTES + 1)));
}

#[test]
fn named_files_come_along_and_unsafe_paths_do_not() {
    let reply = "Code:\n```python title=adder.py\nC\n```\n```python title=test_adder.py\nT\n```\n\
                 ```json title=data/rows.json\n[]\n```\n`helpers.py`:\n```python\nx = 1\n```\n\
                 ```text title=../../etc/motd.txt\nhi\n```\n```python title=data/rows.json\n{}\n```\n";

    let support = read(reply).map(|files| files.support);

    let file = |path: &str, text: &str| (path.parse().unwrap(), text.to_owned());
    assert_eq!(support, Ok(vec![file("data/rows.json", "[]\n"), file("helpers.py", "x = 1\n")]));
}

#[test]
fn the_last_version_of_a_file_is_taken_and_a_usage_example_is_none() {
    let first = "def add(a, b):\n    return a - b\n";
    let other_tests = "def test_add():\n    assert add(0, 0) == 0\n";
    let replies = [
        format!("It adds.\n```python\n{first}```\nThat subtracts. Mended:\n```python\nC\n```\n```python\nT\n```"),
        format!("It adds.\nCode:\n```python\n{first}```\nTests:\n```python\n{other_tests}```\nBetter:\n```python\nC\n```\n```python\nT\n```"),
        format!("It adds.\n`adder.py`\n```python\n{first}```\n`adder.py`\n```python\nC\n```\n`test_adder.py`\n```python\nT\n```"),
        "It adds.\n```python\nC\n```\n```python\nT\n```\nUse it so:\n```python\nprint(add(1, 2))\n```".to_owned(),
    ];
    for reply in replies {
        let read = read(&reply).unwrap();
        assert_eq!((read.code.as_str(), read.tests.as_str()), (CODE, TESTS), "{reply}");
    }
    // Two files that define one name are two files.
    let two =
        read("`a.py`\n```python\nC\n```\n`b.py`\n```python\nC\n```\n```python\nT\n```").unwrap();
    assert_eq!((two.code_path.unwrap().as_str(), two.support.len()), ("a.py", 1));
}

#[test]
fn several_files_are_read_by_whatever_names_them() {
    let wanted = ["app.py", "shop/cart.py", "test_app.py", "requirements.txt"];
    let replies = [
        "A shop.\n\n```python title=\"app.py\"\nC\n```\n```python title=\"shop/cart.py\"\nx = 1\n```\n```python title=\"test_app.py\"\nT\n```\n```text title=\"requirements.txt\"\nflask\n```\n",
        "A shop.\n\n### `app.py`\n```python\nC\n```\n### `shop/cart.py`\n```python\nx = 1\n```\n**test_app.py**\n```python\nT\n```\nFile: requirements.txt\n```\nflask\n```\n",
        "A shop.\n\nCode:\n```python\n# file: app.py\nC\n```\n```python\n#!/usr/bin/env python3\n# ---- shop/cart.py ----\nx = 1\n```\nTests:\n```python\n# test_app.py\nT\n```\n```text requirements.txt\nflask\n```\n",
    ];

    for reply in replies {
        let files = read(reply).unwrap();
        let chosen = [files.code_path.clone(), files.tests_path.clone()].into_iter().flatten();
        let further = files.support.iter().map(|(path, _)| path.clone());
        let found: BTreeSet<String> = chosen.chain(further).map(String::from).collect();

        assert_eq!(found, wanted.map(str::to_owned).into(), "{reply}");
        assert_eq!((files.is_several(), files.code_path.unwrap().as_str()), (true, "app.py"));
    }
}

#[test]
fn several_files_need_no_tests_and_an_unnamed_block_is_none_of_them() {
    let reply = "```python title=app.py\nC\n```\n```python title=cart.py\nx = 1\n```\n```python title=app.py\ny = 2\n```\n```python\nprint('so')\n```\n";

    let files = read(reply).unwrap();

    assert_eq!(
        (files.code.as_str(), files.tests.as_str(), files.support),
        (CODE, "", vec![("cart.py".parse().unwrap(), "x = 1\n".to_owned())])
    );
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "```", "````", "```python", "```bash", "~~~", "~~~py", "\"\"\"", "'''", "Code:", "Tests:", "def test_a(): pass",
            "## `test_b.py`", "<think>", "</think>", "# a.py", "   ```", "x = \"\"\"", "File: d.json", "```json title=a/b.json",
            "Usage example:", "pip install x", "", "\r", "```python title=\"c.py\"",
            "# file: b.py", "# file: ../e.py", "# d.json",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => Just("x = 1".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(700))]

    #[test]
    fn extraction_never_panics_and_reads_its_own_form(lines in prop::collection::vec(line(), 0..40)) {
        if let Ok(files) = extract(&lines.join("\n")) {
            prop_assert_eq!(extract(&files.to_reply()), Ok(files));
        }
    }
}

#[test]
fn a_script_is_read_with_or_without_a_fence() {
    let program = "import math\nprint(math.pi)\n";
    let replies = [
        format!("It prints pi.\n\n```python\n{program}```\n"),
        format!("<think>which?</think>```\n{program}```"),
        format!("Run `pip` first.\n```bash\npip install x\n```\nCode:\n```python\n{program}```"),
        program.to_owned(),
    ];

    let read = replies.map(|reply| extract_script(&reply).map(|read| read.code));

    assert_eq!(read, [(); 4].map(|()| Ok(program.to_owned())));
    let refused = ["I cannot do that.", "", "```python\nprint(1)", "Value is = 3"];
    let wanted =
        [ExtractError::NoCode, ExtractError::NoCode, ExtractError::Truncated, ExtractError::NoCode];
    assert_eq!(refused.map(|reply| extract_script(reply).unwrap_err()), wanted);
}

/// Time this thread has run for; other work on the machine does not enter.
#[cfg(target_os = "linux")]
fn processor_time() -> std::time::Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

#[cfg(target_os = "linux")]
#[test]
fn the_time_for_hostile_replies_grows_with_their_length_only() {
    let patterns = [
        "```\n",
        "```python\n\"\"\"\n```\n",
        "\"\"\"\n```\n```python\n",
        "```\n'''\n```py\n```\n",
        "`\n~~~\n",
        "'''\n```\n'''\n",
        "# a.py\n# /b.py\n",
    ];

    for pattern in patterns {
        let quickest = |length: usize| {
            let lines = pattern.repeat(length / pattern.len());
            let reply = if pattern.starts_with('#') { format!("```\n{lines}```\n") } else { lines };
            let times = (0..3).map(|_| {
                let started = processor_time();
                std::hint::black_box(extract(&reply)).ok();
                processor_time().saturating_sub(started)
            });
            times.min().unwrap_or_default()
        };
        let (short, long) = (quickest(32 << 10), quickest(512 << 10));

        // Sixteen times the length takes about sixteen times as long; a square would take 256 times.
        assert!(long < short * 80, "{pattern:?}: {short:?}, then {long:?}");
    }
}

#[test]
fn thoughts_are_none_of_the_edits_and_none_of_the_code() {
    let edit = "<<<<<<< SEARCH\n    return a + b\n=======\n    return b + a\n>>>>>>> REPLACE\n";
    let edited = extract_edits(&format!("<think>\n{edit}</think>\nTurned.\n{edit}"), CODE, "");
    let unopened =
        extract_script(&format!("Perhaps\n```python\nx = 1\n```\n</think>\n```\n{CODE}```\n"));

    let edited = edited.unwrap().unwrap();
    assert_eq!(
        (edited.code, edited.explanation),
        (CODE.replace("a + b", "b + a"), "Turned.".to_owned())
    );
    assert_eq!(unopened.map(|read| read.code), Ok(CODE.to_owned()));
}

#[test]
fn edits_are_never_stored_as_code() {
    let edit = "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n";

    let read = extract(&format!("Code:\n```python\n{edit}```\nTests:\n```python\n{TESTS}```\n"));

    assert!(matches!(read, Err(ExtractError::Edits(_))), "{read:?}");
}
