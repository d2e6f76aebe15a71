//! Takes secrets out of every text that is logged or sent.
//!
//! Secrets are known values; they are looked for as they are and in the encodings in which a library or a server may
//! repeat them.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use record::domain::digest::hex;

/// The text in place of a secret.
pub const REDACTED: &str = "[redacted]";
/// Shortest encoded form that is looked for; a shorter one would hit ordinary text.
const MIN_ENCODED: usize = 6;
/// Characters besides letters and digits that the common percent encodings leave as they are.
const KEPT: [&str; 3] = ["-_.~", "", "-_.~!*'()"];

/// Replaces known secrets, and their obvious encodings, wherever they turn up.
#[derive(Default)]
pub struct Redactor {
    /// Longest first, so that a needle inside another one leaves nothing behind.
    needles: Vec<String>,
}

impl Redactor {
    /// A redactor for these values; empty ones are left out.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| !secret.is_empty());
        let mut needles: Vec<String> = secrets.flat_map(forms).collect();
        needles.sort_by(|left, right| right.len().cmp(&left.len()).then(left.cmp(right)));
        needles.dedup();
        Self { needles }
    }

    /// The text without any of the secrets.
    pub fn redact(&self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((place, length)) = self.first(rest) {
            let (before, from) = rest.split_at(place);
            clean.push_str(before);
            clean.push_str(REDACTED);
            rest = from.get(length..).unwrap_or_default();
        }
        clean.push_str(rest);
        clean
    }

    /// The leftmost needle, the longest of those that begin there.
    fn first(&self, text: &str) -> Option<(usize, usize)> {
        let places = self.needles.iter().filter_map(|needle| Some((text.find(needle)?, needle)));
        let longest = |needle: &String| std::cmp::Reverse(needle.len());
        places
            .min_by_key(|(place, needle)| (*place, longest(needle)))
            .map(|(place, needle)| (place, needle.len()))
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Redactor").field("needles", &self.needles.len()).finish()
    }
}

/// A secret as it is, as text within quotes, percent-encoded, in base64 and in hex.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned()];
    let encoded = escaped(secret)
        .into_iter()
        .chain(percent(secret))
        .chain(base64_cores(secret.as_bytes()))
        .chain([hex(secret.as_bytes()), hex(secret.as_bytes()).to_uppercase()]);
    forms.extend(encoded.filter(|form| form.len() >= MIN_ENCODED));
    forms
}

fn escaped(secret: &str) -> [String; 3] {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let inside = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let slashed = inside.replace('/', "\\/");
    [inside, slashed, secret.escape_debug().to_string()]
}

fn percent(secret: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for kept in KEPT {
        let upper = percent_with(secret, kept, |byte| format!("%{byte:02X}"));
        forms.push(upper.replace("%20", "+"));
        forms.push(upper);
        forms.push(percent_with(secret, kept, |byte| format!("%{byte:02x}")));
    }
    forms
}

fn percent_with(secret: &str, kept: &str, encode: impl Fn(u8) -> String) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte);
    let one = |byte: u8| if is_kept(byte) { char::from(byte).to_string() } else { encode(byte) };
    secret.bytes().map(one).collect()
}

/// The parts of the base64 text that depend on the secret alone, at each of the three places it can begin.
fn base64_cores(secret: &[u8]) -> Vec<String> {
    let mut cores = Vec::new();
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        cores.extend((0..3).filter_map(|before| base64_core(engine, before, secret)));
    }
    cores
}

fn base64_core(engine: &GeneralPurpose, before: usize, secret: &[u8]) -> Option<String> {
    let bytes = [&[0; 3][..before], secret].concat();
    let first = (before * 8).div_ceil(6);
    let end = bytes.len() * 8 / 6;
    engine.encode(&bytes).get(first..end).map(str::to_owned)
}
