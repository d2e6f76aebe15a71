//! Every pair of colours that text is written in can be read, computed from the stylesheet.

use std::collections::BTreeMap;

use saraphina::surfaces::console::assets::ASSETS;

/// Text on ground, by the names of the stylesheet.
const PAIRS: &[(&str, &[&str])] = &[
    ("ink", &["paper", "card", "sunk", "pass-bg", "fail-bg", "warn-bg", "accent-bg"]),
    ("ink2", &["paper", "card", "sunk", "accent-bg", "pass-bg", "fail-bg", "warn-bg"]),
    ("ink3", &["paper", "card", "sunk"]),
    ("accent", &["paper", "card", "sunk", "accent-bg"]),
    ("on-accent", &["accent"]),
    ("pass", &["paper", "card", "pass-bg", "fail-bg"]),
    ("fail", &["paper", "card", "fail-bg"]),
    ("warn", &["paper", "card", "warn-bg"]),
    ("code-key", &["card", "pass-bg", "fail-bg"]),
    ("code-name", &["card", "pass-bg", "fail-bg"]),
    ("code-num", &["card", "pass-bg", "fail-bg"]),
];

const LEAST: f64 = 4.5;

/// The tokens of the stylesheet, each with its light and its dark colour.
fn tokens() -> BTreeMap<String, [f64; 2]> {
    let mut tokens = BTreeMap::new();
    for line in ASSETS.style.text.lines() {
        let Some((name, value)) =
            line.trim().strip_prefix("--").and_then(|line| line.split_once(": light-dark("))
        else {
            continue;
        };
        let colours: Vec<f64> = value.trim_end_matches(");").split(", ").map(luminance).collect();
        tokens.insert(name.to_owned(), [colours[0], colours[1]]);
    }
    tokens
}

/// The luminance of a colour, as WCAG 2.2 defines it.
fn luminance(colour: &str) -> f64 {
    let digits = colour.trim_start_matches('#');
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_pair_of_text_and_ground_can_be_read() {
    let tokens = tokens();
    let mut faint = Vec::new();

    let pairs = PAIRS.iter().flat_map(|(text, grounds)| grounds.iter().map(move |on| (text, on)));
    for (text, ground) in pairs {
        for (scheme, at) in [("light", 0), ("dark", 1)] {
            let found = contrast(tokens[*text][at], tokens[*ground][at]);
            let told = || format!("{text} on {ground}, {scheme}: {found:.2}");
            faint.extend((found < LEAST).then(told));
        }
    }

    assert_eq!(faint, Vec::<String>::new());
    assert!((contrast(luminance("#000000"), luminance("#ffffff")) - 21.0).abs() < 0.01);
}
