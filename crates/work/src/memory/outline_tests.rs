//! What outlines of every language hold.
//!
//! One small source for each; their words are those of the grammars, so that a renamed node is noticed here.

use super::*;

fn outlined(path: &str, text: &str) -> (Vec<String>, Vec<String>, Vec<String>, bool) {
    let language = Language::of(path.as_bytes()).unwrap();
    let source =
        outline(language, path.as_bytes(), "0".repeat(40).parse().unwrap(), text.as_bytes());
    let symbols = source.symbols.iter().map(|symbol| {
        let KeptSymbol { name, kind, parent, first_line, last_line, signature } = symbol;
        format!("{kind} {parent}/{name} {first_line}-{last_line} [{signature}]")
    });
    let calls = source.calls.iter().map(|call| format!("{}:{}", call.name, call.line));
    let imports =
        source.imports.iter().map(|one| format!("{}:{} <{}>", one.line, one.module, one.names));
    (symbols.collect(), calls.collect(), imports.collect(), source.is_broken)
}

#[test]
fn python_has_classes_methods_constants_calls_and_imports() {
    let text = "import os.path, sys as system\nfrom ..shop import cart as c, total\nfrom . import *\n\
        LIMIT = 3\n\nclass Cart(Base):\n    def total(self, *,\n              tax=0) -> int:\n        return helper(self.sum(1))\n";

    let (symbols, calls, imports, is_broken) = outlined("a.py", text);

    assert_eq!(
        symbols,
        [
            "constant /LIMIT 4-4 []",
            "class /Cart 6-9 [class Cart(Base)]",
            "method Cart/total 7-9 [def total(self, *, tax=0) -> int]",
        ]
    );
    assert_eq!(calls, ["helper:9", "sum:9"]);
    assert_eq!(imports, ["1:os.path <>", "1:sys <>", "2:..shop <cart total>", "3:. <*>"]);
    assert!(!is_broken);
}

#[test]
fn typescript_has_the_same() {
    let text = "import React, { useState as use, memo } from './react';\nexport { a } from \"./b\";\n\
        const fs = require('fs');\nexport const run = async (x: number) => { fs.read(x); };\n\
        export class Cart extends Base {\n  total(tax: number): number { return new Sum(tax).get(); }\n}\n\
        interface Priced { price: number }\n";

    let (symbols, calls, imports, is_broken) = outlined("a.ts", text);

    assert_eq!(
        symbols,
        [
            "constant /fs 3-3 []",
            "function /run 4-4 [run = async (x: number) =>]",
            "class /Cart 5-7 [class Cart extends Base]",
            "method Cart/total 6-6 [total(tax: number): number]",
            "interface /Priced 8-8 [interface Priced]",
        ]
    );
    assert_eq!(calls, ["Sum:6", "get:6", "read:4", "require:3"]);
    assert_eq!(imports, ["1:./react <default useState memo>", "2:./b <a>", "3:fs <*>"]);
    assert!(!is_broken);
}

#[test]
fn go_and_rust_have_the_same() {
    let go = "package shop\n\nimport (\n\t\"fmt\"\n\tx \"example.org/shop/cart\"\n)\n\nconst Limit = 3\n\
        type Cart struct{}\n\nfunc (c *Cart) Total(tax int) int {\n\treturn cart.Sum(tax)\n}\n";
    let rust = "use crate::shop::{cart::Cart, prices::{self, Price as P}, *};\nmod tax;\n\nimpl Cart {\n    \
        /// Sums.\n    pub fn total(&self, tax: u32) -> u32 {\n        helper::<u8>(tax); vec![1]\n    }\n}\nstruct Cart;\n";

    let (symbols, calls, imports, is_broken) = outlined("a.go", go);
    assert_eq!(
        symbols,
        [
            "constant /Limit 8-8 []",
            "type /Cart 9-9 [Cart struct{}]",
            "method Cart/Total 11-13 [func (c *Cart) Total(tax int) int]",
        ]
    );
    assert_eq!((calls, is_broken), (vec!["Sum:12".to_owned()], false));
    assert_eq!(imports, ["4:fmt <>", "5:example.org/shop/cart <>"]);

    let (symbols, calls, imports, is_broken) = outlined("a.rs", rust);
    assert_eq!(
        symbols,
        [
            "method Cart/total 6-8 [pub fn total(&self, tax: u32) -> u32]",
            "struct /Cart 10-10 [struct Cart;]",
        ]
    );
    assert_eq!((calls, is_broken), (vec!["helper:7".to_owned()], false));
    assert_eq!(
        imports,
        [
            "1:crate::shop <*>",
            "1:crate::shop::prices <Price>",
            "1:crate::shop::prices <self>",
            "1:crate::shop::cart <Cart>",
            "2:self::tax <>",
        ]
    );
}

fn used(path: &str, text: &str) -> Vec<String> {
    let language = Language::of(path.as_bytes()).unwrap();
    let source =
        outline(language, path.as_bytes(), "0".repeat(40).parse().unwrap(), text.as_bytes());
    let word = |extends: bool| if extends { " extends" } else { "" };
    source
        .uses
        .iter()
        .map(|one| format!("{}:{}{}", one.name, one.line, word(one.extends)))
        .collect()
}

#[test]
fn uses_are_bases_annotations_arguments_and_values_of_known_names() {
    let python = "import shop as s\nfrom a import B, C, sleep\nclass D(B, s.x.E, Generic[C]):\n    signer = C\n\
        \n    def m(self, sleep=None, c: C = 1):\n        self.sleep = sleep\n        isinstance(c, C)\n\
        \n        return self.m, self.other, B()\n";
    let script =
        "import { A, T } from './a';\nclass B extends A implements T { x: T = new A(); }\n";
    let rust = "use crate::a::{Cart, total};\nimpl Sum for Cart {\n    fn sum(a: &Price) -> u32 { map(total) }\n}\n";
    let go = "package a\n\nfunc f(c *Cart) shop.Sum { return total(c) }\n";

    assert_eq!(
        used("a.py", python),
        ["B:3 extends", "C:3", "C:4", "C:6", "C:8", "E:3 extends", "m:10", "s:3", "x:3"]
    );
    assert_eq!(used("a.ts", script), ["A:2 extends", "T:2 extends"]);
    assert_eq!(used("a.rs", rust), ["Cart:2", "Price:3", "Sum:2 extends", "total:3"]);
    assert_eq!(used("a.go", go), ["Cart:3", "Sum:3"]);
}

#[test]
fn what_is_imported_by_another_name_is_used_by_its_own() {
    let python = "from .shop import total as sum_up, Cart as C\nimport shop.cart as cart\nx = C\nsum_up(1)\na.sum_up(1)\ncart.pay(cart)\n";
    let script = "import { total as sumUp } from './shop';\nsumUp(1);\nrun(sumUp);\n";
    let rust = "use crate::shop::total as sum_up;\nfn run() { sum_up(1); map(sum_up); }\n";

    let calls = |path, text| outlined(path, text).1;

    assert_eq!(calls("a.py", python), ["pay:6", "sum_up:5", "total:4"]);
    assert_eq!(calls("a.ts", script), ["run:3", "total:2"]);
    assert_eq!(calls("a.rs", rust), ["map:2", "total:2"]);
    assert!(used("a.py", python).iter().any(|used| used.starts_with("Cart:3")));
    assert!(used("a.ts", script).iter().any(|used| used.starts_with("total:3")));
    assert!(used("a.rs", rust).iter().any(|used| used.starts_with("total:2")));
}

#[test]
fn imports_for_types_alone_are_told_apart() {
    let of = |path: &str, text: &str| -> Vec<bool> {
        let language = Language::of(path.as_bytes()).unwrap();
        let none = "0".repeat(40).parse().unwrap();
        let source = outline(language, path.as_bytes(), none, text.as_bytes());
        source.imports.iter().map(|import| import.is_for_types).collect()
    };
    let python = "import a\nif typing.TYPE_CHECKING:\n    from b import c\nelse:\n    import d\n";

    assert_eq!(of("a.py", python), [false, true, false]);
    assert_eq!(
        of("a.ts", "import type { A } from './a';\nimport { B } from './b';\n"),
        [true, false]
    );
}

#[test]
fn broken_hostile_and_deep_sources_are_outlined_as_far_as_they_go() {
    let (symbols, _, _, is_broken) =
        outlined("a.py", "def good():\n    pass\n\ndef bad(:\n\nclass Also:\n    x = (\n");
    assert!(is_broken && symbols.iter().any(|symbol| symbol.starts_with("function /good")));

    let deep = "(".repeat(100_000);
    assert!(outlined("deep.py", &deep).3);

    let source = outline(
        Language::Rust,
        b"a.rs",
        "0".repeat(40).parse().unwrap(),
        b"\xff\xfe fn \x00 a\xff() {}",
    );
    assert!(source.is_broken);

    let bomb = format!("use a::{};", "{b::{c, d}, ".repeat(3_000) + &"}".repeat(3_000));
    assert!(outlined("bomb.rs", &bomb).2.len() <= 200);
}
