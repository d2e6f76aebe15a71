//! Changes that break code and keep its tests green by other means.

use record::domain::role::Role;
use record::domain::verdict::Reason;

use super::changes::{CART, CART_TESTS, Case, Seen};

/// Replaces the broken function by one that adds as before.
const PATCH: &str = "import shop.cart\n\nshop.cart.total = sum\n";

fn breaking() -> Case {
    let broken = CART.replace("result + price", "result - price");
    Case::new().leaving("shop/cart.py", Role::Code, &broken)
}

fn is_named(seen: &Seen) -> bool {
    seen.evidence.integrity.has("hidden_failures")
}

#[test]
fn what_is_added_around_tests_does_not_make_them_green() {
    let tests =
        "import shop.cart\n\n\ndef test_total():\n    assert shop.cart.total([1, 2]) == 3\n";
    let broken = || breaking().having("tests/test_cart.py", Role::Test, tests);
    let module = format!("{PATCH}\n\ndef test_more():\n    assert shop.cart.total([]) == 0\n");
    let added = [
        ("conftest.py", Role::Support, PATCH),
        ("tests/conftest.py", Role::Support, PATCH),
        ("tests/__init__.py", Role::Support, PATCH),
        ("tests/test_aaa.py", Role::Test, &module),
    ];

    for (path, role, text) in added {
        let seen = broken().leaving(path, role, text).run("change-hidden");

        assert!(seen.reasons().contains(&Reason::Regression), "{path}: {:?}", seen.reasons());
        assert_eq!(seen.change().flips.hidden, ["tests/test_cart.py::test_total"], "{path}");
        assert!(is_named(&seen), "{path}");
    }
}

#[test]
fn a_comparison_that_is_taken_out_does_not_make_a_test_green() {
    let loose = CART_TESTS.replace("== 3", "is not None");
    let moved = loose.replace("def test_mean():\n    assert mean([1, 3]) == 2\n", "");
    let moved = moved.replace("mean, ", "");
    let rest = CART_TESTS.replace("def test_total():\n    assert total([1, 2]) == 3\n\n\n", "");
    let rest = rest.replace(", total", "").replace("== 2", "== -2");

    let in_place = breaking()
        .leaving("tests/test_cart.py", Role::Test, &loose.replace("== 2", "== -2"))
        .run("change-loosened");
    let elsewhere = breaking()
        .leaving("tests/test_cart.py", Role::Test, &rest)
        .leaving("tests/test_total.py", Role::Test, &moved)
        .run("change-moved");

    for seen in [in_place, elsewhere] {
        assert!(seen.reasons().contains(&Reason::Regression), "{:?}", seen.change().flips);
    }
}

#[test]
fn helpers_that_a_change_brings_for_its_own_tests_hide_nothing() {
    let code = format!("{CART}\n\ndef double(price):\n    return total([price, price])\n");
    let helper = "import pytest\n\n\n@pytest.fixture\ndef price():\n    return 4\n";
    let tests = "from shop.cart import double\n\n\ndef test_double(price):\n    assert double(price) == 8\n";

    let seen = Case::new()
        .leaving("shop/cart.py", Role::Code, &code)
        .leaving("tests/conftest.py", Role::Support, helper)
        .leaving("tests/test_double.py", Role::Test, tests)
        .run("change-helped");

    assert_eq!(seen.reasons(), []);
    assert!(seen.change().flips.hidden.is_empty() && !is_named(&seen));
}

/// Python takes the package: what lies in the module never runs again.
#[test]
fn a_package_beside_a_module_of_its_name_is_what_runs() {
    let broken = CART.replace("result + price", "result - price");

    let case = Case::new().leaving("shop/cart/__init__.py", Role::Code, &broken);
    let seen = case.run("change-package-beside");

    assert!(seen.reasons().contains(&Reason::Regression), "{:?}", seen.reasons());
}
