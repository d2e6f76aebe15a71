//! Suites that only ask whether one part of the code undoes another.

use record::domain::evidence::Evidence;

use crate::sandbox::support::{job, run};

/// A codec that does nothing but to turn text round, and a file of anything.
const CODE: &str = r"import json
def encode(text):
    return text[::-1]
def decode(text):
    return text[::-1]
def save(value, path):
    path.write_text(json.dumps([value]))
def load(path):
    return json.loads(path.read_text())[0]
class Codec:
    def pack(self, value, width):
        return [value, width]
    def unpack(self, packed):
        return packed[0]
";

const TESTS: &str = r#"import unittest
import pytest
from subject import Codec, decode, encode, load, save
@pytest.fixture
def codec():
    return Codec()
@pytest.mark.parametrize("text", ["", "a", "tea"])
def test_text(text):
    coded = encode(text)
    assert isinstance(coded, str)
    assert decode(coded) == text
def test_not_the_same():
    assert encode("tea") != "tea"
def test_file(tmp_path):
    place = tmp_path / "x"
    save({"a": 1}, place)
    assert load(place) == {"a": 1}
def test_codec(codec):
    assert codec.unpack(codec.pack(7, width=2)) == 7
class Packing(unittest.TestCase):
    def setUp(self):
        self.codec = Codec()
    def test_it(self):
        packed = self.codec.pack(1.5, 3)
        self.assertEqual(self.codec.unpack(packed), 1.5)
"#;

/// What an honest suite has beside: one value that it knows.
const KNOWN: &str = "def test_known():\n    assert encode(\"tea\") == \"aet\"\n";

fn told(evidence: &Evidence) -> String {
    let findings = evidence.integrity.findings.iter();
    let found = findings.filter(|found| found.code == "round_trips_alone");
    found.map(|found| found.message.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn round_trips_alone_are_named_until_a_value_is_known() {
    let alone = run(job("there and back", CODE, TESTS));
    let beside = run(job("there and back", CODE, format!("{TESTS}{KNOWN}")));

    insta::assert_snapshot!(told(&alone), @"4 assertions ask whether one part of the code undoes another, and none asks what either gives: parts that do nothing pass: test_subject.py:11, test_subject.py:17, test_subject.py:19 …");
    assert_eq!(told(&beside), "");
}
