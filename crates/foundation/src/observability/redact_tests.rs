//! Tests that no secret survives the funnel.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use crate::observability::redact::{REDACTED, Redactor};

/// Percent-encodes all but letters and digits, without the redactor's own code.
fn percent(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => (byte as char).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_secret_survives_in_any_encoding(
        secret in "[!-~]{8,40}",
        before in "[a-z ]{0,12}",
        after in "[a-z ]{0,12}",
    ) {
        let redactor = Redactor::new([secret.as_str()]);
        let framed = format!("{before}{secret}{after}");
        let shapes = [
            framed.clone(),
            percent(&framed),
            STANDARD.encode(&framed),
            URL_SAFE.encode(&framed),
            serde_json::to_string(&framed).unwrap(),
            format!("{framed:?}"),
        ];

        for shape in shapes {
            let clean = redactor.redact(&shape);

            prop_assert!(clean.contains(REDACTED), "{shape} stayed {clean}");
            prop_assert!(!clean.contains(&secret), "{clean}");
            for engine in [&STANDARD, &URL_SAFE] {
                let decoded = engine.decode(clean.replace(REDACTED, "")).unwrap_or_default();
                prop_assert!(!String::from_utf8_lossy(&decoded).contains(&secret));
            }
        }
    }

    #[test]
    fn text_without_a_secret_stays_as_it_is(text in any::<String>()) {
        let redactor = Redactor::new(["a secret that does not occur: 7f1c", ""]);

        prop_assert_eq!(redactor.redact(&text), text);
    }
}

#[test]
fn a_secret_within_another_leaves_nothing_behind() {
    let redactor = Redactor::new(["sk-canary", "sk-canary-long"]);

    assert_eq!(redactor.redact("a sk-canary-long b sk-canary"), "a [redacted] b [redacted]");
    assert!(!format!("{redactor:?}").contains("canary"));
}
