//! Tests of blocks that hold several files.

use std::collections::BTreeMap;

use proptest::prelude::{
    ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};

use crate::providers::extract::{Extracted, extract_code};
use crate::providers::labels::role_of;
use crate::providers::sections::{Fate, Refusal, sections};
use record::domain::role::Role;

/// Every file of a reply by its path.
fn by_path(files: &Extracted) -> BTreeMap<String, String> {
    let code = files.code_path.iter().map(|path| (path.to_string(), files.code.clone()));
    let tests = files.tests_path.iter().map(|path| (path.to_string(), files.tests.clone()));
    let further = files.support.iter().map(|(path, text)| (path.to_string(), text.clone()));
    code.chain(tests).chain(further).collect()
}

fn read(block: &str) -> Extracted {
    extract_code(&format!("A shop.\n\n```python\n{block}```\n")).unwrap()
}

fn files(wanted: &[(&str, &str)]) -> BTreeMap<String, String> {
    wanted.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn one_block_of_several_files_becomes_these_files() {
    let block = "\n# file: app.py\nimport shop.cart\n\n# --- shop/cart.py ---\nx = 1\n# File: `test_app.py`\ndef test_a(): pass\n\
                 # requirements.txt\nflask\n# data/rows.json\n[]\n";

    let found = read(block);

    let wanted = files(&[
        ("app.py", "\n# file: app.py\nimport shop.cart\n\n"),
        ("shop/cart.py", "# --- shop/cart.py ---\nx = 1\n"),
        ("test_app.py", "# File: `test_app.py`\ndef test_a(): pass\n"),
        ("requirements.txt", "# requirements.txt\nflask\n"),
        // A comment would spoil it.
        ("data/rows.json", "[]\n"),
    ]);
    assert_eq!((by_path(&found), found.explanation.as_str()), (wanted, "A shop."));
}

#[test]
fn comments_that_name_no_file_of_their_own_cut_nothing() {
    let blocks = [
        "# app.py\nx = 1\n",
        "x = 1\n# app.py\ny = 1\n# cart.py\nz = 1\n",
        "#!/usr/bin/env python3\n# app.py\nx = 1\n# cart.py\ny = 1\n",
        "# app.py\nx = 1\n    # cart.py\n# see cart.py\n# from cart.py import\n# file: name\n# http://x.io/a.html\n",
        "# app.py\nTEXT = '''\n# file: cart.py\n'''\n",
        "// file: app.py\nx = 1\n// file: cart.py\n",
    ];

    assert_eq!(blocks.map(sections), [const { None }; 6]);
}

#[test]
fn parts_that_can_be_no_file_are_left_out_and_told() {
    let block = "# app.py\nx = 1\n# file: ../../etc/cron.py\nos\nos\n# /etc/motd.txt\nhi\n# app.py\ny = 2\n# file: a\\b.py\nz = 3\n";

    let found = read(block);

    assert_eq!(by_path(&found), files(&[("app.py", "# app.py\nx = 1\n")]));
    insta::assert_snapshot!(found.explanation, @r#"
    A shop.

    Left out of a block of several files: "../../etc/cron.py", 2 lines; its path is none that a proposal may have.
    Left out of a block of several files: "/etc/motd.txt", 1 lines; its path is none that a proposal may have.
    Left out of a block of several files: "app.py", 1 lines; a file before it has the same name.
    Left out of a block of several files: "a\\b.py", 1 lines; its path is none that a proposal may have.
    "#);
}

#[test]
fn no_more_files_are_taken_than_a_proposal_may_have() {
    let block: String =
        (0..120).fold(String::new(), |block, number| block + &format!("# f{number}.py\nx = 1\n"));

    let fates: Vec<Fate> =
        sections(&block).unwrap().into_iter().map(|section| section.fate).collect();

    let refused = |fate: &Fate| matches!(fate, Fate::Refused(_, Refusal::TooMany));
    assert_eq!(
        fates.iter().map(refused).collect::<Vec<_>>(),
        [[false; 99].as_slice(), &[true; 21]].concat()
    );
    assert_eq!(by_path(&read(&block)).len(), 99);
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "# file: app.py", "# app.py", "# shop/cart.py", "#file: test_app.py", "# == notes.md ==", "# rows.json",
            "# file: ../x.py", "# file: /etc/x.py", "# file: ..\\x.py", "# -x.py", "# path: b.py", "# see b.py", "    # c.py",
            "\"\"\"", "'''", "x = 1", "", "  ", "# file:", "#", "# a.py b.py", "# \u{202e}.py", "# file: <think>/x.py",
        ]).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| text.replace(['\n', '\r', '`', '~'], "")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(700))]

    #[test]
    fn every_byte_of_a_block_is_in_one_file_or_in_what_is_told(lines in prop::collection::vec(line(), 0..40)) {
        let block: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();

        let Some(parts) = sections(&block) else { return Ok(()) };

        let whole: String = parts.iter().flat_map(|part| [part.marker.clone(), part.text.clone()]).collect();
        prop_assert_eq!(whole, block.clone());
        let (mut wanted, mut told) = (BTreeMap::new(), Vec::new());
        for part in &parts {
            match &part.fate {
                Fate::File(path) => {
                    let before = wanted.insert(path.to_string(), part.content(path));
                    prop_assert_eq!(before, None);
                }
                Fate::Refused(..) => told.push(part.to_string()),
            }
        }
        wanted.retain(|_, text| !text.trim().is_empty());
        let is_code = |path: &String| role_of(&path.parse().unwrap()) == Role::Code;
        let Ok(read) = extract_code(&format!("```python\n{block}```\n")) else {
            prop_assert!(!wanted.keys().any(is_code));
            return Ok(());
        };
        prop_assert_eq!(by_path(&read), wanted);
        let shown = told.len().min(10);
        if told.len() > shown {
            let more = format!("Left out as well: {} more.", told.len() - shown);
            told.splice(shown.., [more]);
        }
        prop_assert_eq!(read.explanation, told.join("\n"));
    }
}
