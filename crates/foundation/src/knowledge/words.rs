//! Reduces the words of a request to stems.
//!
//! Request and documents go through the same reduction; fillers are dropped, and words written in two ways are unified.
//! The lists are made for words of programming, which a general stemmer does not know.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Words that say nothing about what is wanted.
const FILLERS: &str = "a able about accept all also am an and any anything are as at be because been between big build but by can class code \
    correctly could create didn do does doesn don each efficient etc every for from function generate get give given \
    gonna good got handle handles handling has have hello helper hey hi how i id if ill im implement implementation \
    implements in into is isn it its ive just large let lets library like make me method module my need needs new nice \
    no not of on one or our out please problem program proper propose python really robust routine script several should \
    show simple small so some somebody someone something support supporting supports take takes thank thanks that the \
    their them then there these this to tool two u up us use uses using utility via w wanna want we what when where \
    which will with won work works would write you your";
/// Words that name things which nearly every snippet has, so that a snippet without them lacks nothing.
const VAGUE_WORDS: &str = "component components algorithm amount another answer application array basic being belongs best between calculate \
    calculates calculation calculator call calls called case certain change check checker checking checks clean common \
    compute computes computing contain contains convert converter current data deal decide describe detect detects \
    determine different display do done element elements entries entry exact example existing fast field fields file \
    files find finder finds fixed flaky generic gets going inside input integer integers item items keep \
    keeps key kind know last length less line lines list lists long look looking manage many match message more \
    multiple name named names nth number numbers object objects off old only operation operations other output over own \
    pair pairs part particular parse parsing people perform person place plain position positions possible present \
    print problem process processing produce provide put quick quickly range read reading reads record records \
    remember remembers remove result results return returns run running safe say several short shows single size skip \
    small solve solver special specific standard start step steps stop store stores string strings system \
    tell tells term terms test tests text than thing things through top total turn type types under until \
    used user users value values various very was way well were whether while who whole within without  \
    again document documents first second third three four five six seven eight nine ten hundred \
    write writing x y z n k both direction directions way ways opposite version versions stuff thingy form forms \
    become becomes come comes go goes option options choose automatic automatically separate separately";
/// Endings that are cut, the longest first.
const ENDINGS: &[&str] = &[
    "ally", "ly", "izations", "ization", "isations", "isation", "ations", "ation", "ators", "ator",
    "izing", "izers", "izer", "ising", "ised", "ized", "izes", "ings", "ating", "ates", "ated",
    "able", "ing", "ers", "ors", "ies", "ied", "ate", "ize", "ise", "ion", "ions", "er", "or",
    "ed", "es", "y", "s", "e",
];
/// Shortest stem.
const MIN_STEM: usize = 3;
/// Words written in two ways, and the one that is searched.
const SAME: &[(&str, &str)] = &[
    ("dictionary", "dict"),
    ("dictionaries", "dict"),
    ("dicts", "dict"),
    ("e-mail", "email"),
    ("e-mails", "email"),
    ("mail", "email"),
    ("memoization", "memoize"),
    ("memoisation", "memoize"),
    ("memoized", "memoize"),
    ("parallel", "concurrent"),
    ("regexp", "regex"),
    ("regular-expression", "regex"),
    ("back-off", "backoff"),
    ("dedupe", "deduplicate"),
    ("json-lines", "jsonl"),
    ("url", "url"),
    ("urls", "url"),
    ("min", "minimum"),
    ("max", "maximum"),
    ("in-place", "inplace"),
    ("config", "configuration"),
    ("args", "argument"),
    ("param", "parameter"),
];
/// The fillers and the words written in two ways, to be found at once: the index looks up each word of each document.
static FILLING: LazyLock<HashSet<&str>> =
    LazyLock::new(|| FILLERS.split_ascii_whitespace().collect());
static VAGUE: LazyLock<HashSet<&str>> =
    LazyLock::new(|| VAGUE_WORDS.split_ascii_whitespace().collect());
static KNOWN: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| SAME.iter().copied().collect());

/// A word of a request with everything it may be written as in a document.
#[derive(Clone, Debug)]
pub struct Word {
    /// As it was said, in lower case.
    pub said: String,
    /// Its stems.
    pub forms: Vec<String>,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.forms == other.forms
    }
}

impl Word {
    /// Tells whether it asks for something of its own: `number` and `find` do not, `weighted` and `retry` do.
    pub fn is_a_wish(&self) -> bool {
        !VAGUE.contains(self.said.as_str())
    }
}

/// The words of a text that say something, in order; each once.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for raw in raw_words(&joined(text)) {
        if FILLING.contains(raw.as_str()) || raw.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let word = Word { forms: forms(&raw), said: raw };
        if !word.forms.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The stems of a text for the ranking, in order, as often as they occur.
pub fn stems(text: &str) -> Vec<String> {
    let text = joined(text);
    let raw = raw_words(&text).filter(|raw| !FILLING.contains(raw.as_str()));
    raw.flat_map(|raw| forms(&raw)).collect()
}

/// A text in which *in place* is one word, as it means one thing.
fn joined(text: &str) -> Cow<'_, str> {
    if !text.contains(" in place") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(" in place", " in-place").replace(" in-place of", " in place of"))
}

fn raw_words(text: &str) -> impl Iterator<Item = String> {
    let is_part =
        |symbol: char| symbol.is_alphanumeric() || matches!(symbol, '-' | '*' | '\'' | '’');
    let raw = text.split(move |symbol| !is_part(symbol));
    let raw = raw.map(|raw| raw.trim_matches(['-', '\'', '’']));
    // Of `it's` and `don't` the first part is a word.
    let raw = raw.map(|raw| raw.split(['\'', '’']).next().unwrap_or_default().to_lowercase());
    raw.filter(|raw| !raw.is_empty())
}

/// The stem of a word; of a compound also those of its parts.
fn forms(raw: &str) -> Vec<String> {
    let known = |word: &str| KNOWN.get(word).copied();
    let raw = known(raw).unwrap_or(raw);
    if !raw.contains('-') {
        return Vec::from([stem(raw)]);
    }
    let parts = raw.split('-').filter(|part| part.len() > 2 && !FILLING.contains(part));
    let parts = parts.map(|part| stem(known(part).unwrap_or(part)));
    std::iter::once(stem(&raw.replace('-', ""))).chain(parts).collect()
}

/// A word without the ending that its form gives it: `parser`, `parsing` and `parsed` are `pars`.
fn stem(word: &str) -> String {
    let cut = ENDINGS.iter().find_map(|ending| {
        word.strip_suffix(ending).filter(|rest| rest.chars().count() >= MIN_STEM)
    });
    let mut stem = cut.unwrap_or(word).to_owned();
    if cut.is_some() && stem.len() > MIN_STEM && stem.ends_with(['y', 'e']) {
        stem.pop();
    }
    let mut last = stem.chars().rev();
    let doubled = last.next().filter(|symbol| last.next() == Some(*symbol));
    if cut.is_some() && stem.len() > MIN_STEM && doubled.is_some_and(char::is_alphabetic) {
        stem.pop();
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_have_one_stem() {
        let families = [
            vec!["parse", "parser", "parsers", "parsing", "parsed"],
            vec!["validate", "validation", "validator", "validating", "validates"],
            vec!["retry", "retries", "retrying", "retried"],
            vec!["split", "splitter", "splitting"],
            vec!["token", "tokens", "tokenizer", "tokenize", "tokenizing"],
            vec!["count", "counter", "counting", "counts"],
        ];

        for family in families {
            let stems: Vec<String> = family.iter().map(|word| stem(word)).collect();
            assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{stems:?}");
        }
    }
}
