//! Tests of reading examples from docstrings and comments.
//!
//! Texts that would run code are as important here as those that give a test.

use super::examples::{Example, HEAD, PATH, examples, of_file};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

fn told(text: &str) -> Vec<(String, String)> {
    let pair = |example: Example| (example.call, example.value);
    of_file(text).into_iter().map(pair).collect()
}

fn in_docstring(lines: &str) -> Vec<(String, String)> {
    told(&format!("def f(x, y=0):\n    \"\"\"About f.\n{lines}\n    \"\"\"\n    return x\n"))
}

#[test]
fn the_usual_ways_to_give_an_example_are_read() {
    for (line, call, value) in [
        (">>> f(1)\n    2", "f(1)", "2"),
        (">>> list(f([1, 2]))  # all\n    [1,\n     2]", "list(f([1, 2]))", "[1, 2]"),
        (">>> f('a)') == 'x('", "f('a)')", "'x('"),
        ("f(1, y=2) == 3.50", "f(1, y=2)", "3.50"),
        ("For example: f(1,-5) should return 20.", "f(1,-5)", "20"),
        ("f('a') returns 'b'", "f('a')", "'b'"),
        ("f((1, 2)) ➞ True # yes", "f((1, 2))", "True"),
        ("f(\"x\") # => 'No' (a remark)", "f(\"x\")", "'No'"),
        ("`f(3)` = -1, see above", "f(3)", "-1"),
    ] {
        assert_eq!(in_docstring(line), [(call.to_owned(), value.to_owned())], "{line}");
    }
}

#[test]
fn comments_and_strings_behind_the_code_are_read() {
    let text = "def f(x):\n    return x\n\n# f(1) == 1\n'''\nExample:\n    >>> f(2)\n    2\n'''\n";

    let pair = |call: &str, value: &str| (call.to_owned(), value.to_owned());
    assert_eq!(told(text), [pair("f(1)", "1"), pair("f(2)", "2")]);
}

#[test]
fn what_is_no_plain_call_with_a_plain_value_is_none() {
    for line in [
        "g(1) == 2",
        "f(open('x')) == 2",
        "f(n) == 2",
        "f(1) == n",
        "f(1) == 2 + 3",
        "f(1) == f2(1)",
        "x.f(1) == 2",
        "f(1) > 2",
        "f(1",
        ">>> f(1)\n\n    2",
        ">>> print(f(1))\n    2",
        "f(1) == __import__('os')",
    ] {
        assert_eq!(in_docstring(line), [], "{line}");
    }
}

#[test]
fn examples_become_one_more_suite_without_what_the_tests_say() {
    let file = |path: &str, role, text: &str| SourceFile {
        path: path.parse().unwrap(),
        role,
        content: text.as_bytes().to_vec(),
    };
    let code = "def f(x):\n    '''f(1) == 2; f( 2 ) == 3; f(1) == 2'''\n    return x\n";
    let test = "from shop.cart import f\ndef test_f():\n    assert f(2) == 3\n";
    let source = Source::new(vec![
        file("shop/cart.py", Role::Code, code),
        file("test_cart.py", Role::Test, test),
    ]);

    let suite = examples(&source.unwrap()).unwrap();

    let own = suite.text();
    let own = own.strip_prefix(HEAD).unwrap();
    assert_eq!(
        own,
        "def test_example_1():\n    from shop.cart import f\n    assert _is_same(f(1), 2)\n"
    );
    assert_eq!((suite.path.as_str(), suite.role), (PATH, Role::Test));
}
