//! Names in code that are not what they look like.
//!
//! One name that mixes scripts (a Cyrillic letter in `admin`), one that is read as another (`ｅval` is `eval` to Python), and one
//! whose every letter looks like Latin beside the Latin name. Honest names in any script stay: each part between underscores may
//! have its own, Latin goes with East Asian scripts, and with Greek letters that resemble no Latin one (`Δt`).

use std::collections::BTreeSet;
use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::Script;
use unicase::UniCase;

/// Letters of Cyrillic and Greek, each with the Latin letter that it looks like.
const TWINS: &[(char, char)] = &[
    ('а', 'a'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('һ', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ӏ', 'l'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('ѕ', 's'),
    ('ѵ', 'v'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('у', 'y'),
    ('А', 'A'),
    ('В', 'B'),
    ('С', 'C'),
    ('Е', 'E'),
    ('Н', 'H'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('К', 'K'),
    ('М', 'M'),
    ('О', 'O'),
    ('Р', 'P'),
    ('Ѕ', 'S'),
    ('Т', 'T'),
    ('Х', 'X'),
    ('У', 'Y'),
    ('Ү', 'Y'),
    ('α', 'a'),
    ('η', 'n'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('ς', 'c'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('γ', 'y'),
    ('ϲ', 'c'),
    ('ϳ', 'j'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ϒ', 'Y'),
    ('Ϲ', 'C'),
    ('Ϳ', 'J'),
];

/// A name that is not what it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// The name as it stands.
    pub name: String,
    /// The first line that holds it, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub trick: Trick,
}

/// The ways in which a name misleads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trick {
    /// Letters of several scripts, of which this is a foreign one.
    Mixed(char),
    /// Python reads another name.
    ReadAs(String),
    /// Every letter looks like one of another name in the same file.
    LooksLike(String),
}

impl fmt::Display for Lookalike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, line, trick } = self;
        write!(formatter, "{name} in line {line} {trick}")
    }
}

impl fmt::Display for Trick {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mixed(letter) => {
                let code = u32::from(*letter);
                write!(formatter, "mixes scripts: {letter} is U+{code:04X}")
            }
            Self::ReadAs(other) => write!(formatter, "is read as {other}"),
            Self::LooksLike(other) => write!(formatter, "looks like {other} and is not"),
        }
    }
}

/// A text in the form in which letters and their marks are one: what looks alike by that is the same.
pub fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// A name as it is compared with others, however it is spelled: in NFKC after full case folding.
pub fn folded(name: &str) -> String {
    let normal = ComposingNormalizerBorrowed::new_nfkc();
    let folded = UniCase::new(normal.normalize(name)).to_folded_case();
    normal.normalize(&folded).into_owned()
}

/// Lists the misleading ones among the names of a file, each given with its line.
pub fn lookalikes(names: &[(usize, &str)]) -> Vec<Lookalike> {
    let plain: BTreeSet<&str> =
        names.iter().map(|(_, name)| *name).filter(|name| name.is_ascii()).collect();
    let found = |(line, name): &(usize, &str)| {
        let trick = trick(name, &plain)?;
        Some(Lookalike { name: (*name).to_owned(), line: *line, trick })
    };
    names.iter().filter(|(_, name)| !name.is_ascii()).filter_map(found).collect()
}

/// How a name misleads whoever reads it beside these plain ones.
pub fn trick(name: &str, plain: &BTreeSet<&str>) -> Option<Trick> {
    let normal = ComposingNormalizerBorrowed::new_nfkc();
    let mut buffer = [0; 4];
    let is_disguise = |letter: char| {
        !letter.is_ascii() && normal.normalize(letter.encode_utf8(&mut buffer)).is_ascii()
    };
    if name.chars().any(is_disguise) {
        return Some(Trick::ReadAs(normal.normalize(name).into_owned()));
    }
    let has_latin = name.chars().any(|letter| script(letter) == Some(Script::Latin));
    if let Some(letter) = name.split('_').find_map(|part| stranger(part, has_latin)) {
        return Some(Trick::Mixed(letter));
    }
    let latin: Option<String> = name
        .chars()
        .map(|letter| if letter.is_ascii() { Some(letter) } else { twin(letter) })
        .collect();
    latin.filter(|latin| plain.contains(latin.as_str())).map(Trick::LooksLike)
}

/// Finds a letter that does not belong into a part of a name.
fn stranger(part: &str, name_has_latin: bool) -> Option<char> {
    let scripts: BTreeSet<Script> = part.chars().filter_map(script).collect();
    let foreign = |letter: &char| script(*letter).is_some_and(|script| script != Script::Latin);
    let mut strangers = part.chars().filter(foreign);
    if scripts.contains(&Script::Latin) {
        let goes_with_latin = |letter: char| match script(letter) {
            Some(Script::Greek) => twin(letter).is_none(),
            Some(other) => is_east_asian(other),
            None => true,
        };
        return strangers.find(|letter| !goes_with_latin(*letter));
    }
    let is_mixed = scripts.len() > 1 && !scripts.iter().all(|script| is_east_asian(*script));
    // A part of nothing but twins of Latin letters, beside Latin parts, is there to be taken for Latin.
    let is_disguised = name_has_latin
        && !scripts.is_empty()
        && part.chars().filter(foreign).all(|letter| twin(letter).is_some());
    strangers.next().filter(|_| is_mixed || is_disguised)
}

/// The script of a letter; nothing for what belongs to every script, such as digits and accents.
fn script(letter: char) -> Option<Script> {
    let script = CodePointMapData::<Script>::new().get(letter);
    (script != Script::Common && script != Script::Inherited).then_some(script)
}

fn is_east_asian(script: Script) -> bool {
    [Script::Han, Script::Hiragana, Script::Katakana, Script::Bopomofo, Script::Hangul]
        .contains(&script)
}

fn twin(letter: char) -> Option<char> {
    TWINS.iter().find(|(other, _)| *other == letter).map(|(_, latin)| *latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tricks(names: &[&str]) -> Vec<String> {
        let names: Vec<(usize, &str)> = names.iter().map(|name| (1, *name)).collect();
        lookalikes(&names).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_that_mislead_are_named() {
        let names =
            ["\u{430}dmin", "ｅval", "\u{1D41E}xec", "is_\u{430}", "\u{441}op\u{443}", "p\u{3BF}w"];
        let beside = ["copy", "\u{441}\u{43E}\u{440}\u{443}"];

        let found = tricks(&names);

        assert_eq!(found.len(), names.len(), "{found:?}");
        assert_eq!(found[0], "\u{430}dmin in line 1 mixes scripts: \u{430} is U+0430");
        assert_eq!(found[1], "ｅval in line 1 is read as eval");
        assert_eq!(
            tricks(&beside),
            ["\u{441}\u{43E}\u{440}\u{443} in line 1 looks like copy and is not"]
        );
    }

    #[test]
    fn honest_names_of_all_scripts_stay() {
        let names = [
            "plain",
            "naïve",
            "größe",
            "test_сумма",
            "сумма",
            "Δt",
            "dθ",
            "μs",
            "µs",
            "λ",
            "σ_x",
            "合計",
            "test_合計",
            "データlist",
            "합계_sum",
            "שם",
            "test_עברית",
            "नाम",
            "ชื่อ",
            "x2",
            "été_2",
            "_",
            "сор",
        ];

        assert_eq!(tricks(&names), Vec::<String>::new());
    }
}
