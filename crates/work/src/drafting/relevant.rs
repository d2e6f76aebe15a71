//! Chooses the files of a repository that matter for a request.
//!
//! A model can be told only so much. Words of the request are looked for in paths, in names that a file defines and in the rest of
//! it, rare words counting more than common ones (inverse document frequency); the tests of a chosen file come along. Of a file that
//! is too long the parts are chosen. Nothing is run for it, and the same request always gets the same files.

use std::collections::{BTreeMap, BTreeSet};

use crate::drafting::excerpt::excerpt;
use crate::drafting::name_words::words;
use record::domain::role::Role;
use record::domain::source::SourceFile;
use record::domain::source_path::SourcePath;

/// Most bytes of all chosen files together.
pub const BUDGET_BYTES: usize = 90_000;
/// The same for a repair, which is asked for several times within one budget of tokens.
pub const REPAIR_BUDGET_BYTES: usize = 45_000;
/// Most files that are chosen.
const MOST_FILES: usize = 30;
/// Largest file that is looked into.
const MAX_READ_BYTES: usize = 1 << 20;
/// Largest file that is chosen whole.
const MAX_BYTES: usize = 60_000;
/// Most bytes of the parts of a file: of code and tests, and of what is neither.
const PART_BYTES: [usize; 2] = [20_000, 4_000];
/// Fewest bytes that parts are worth choosing for.
const LEAST_PART_BYTES: usize = 2_000;
/// What a file that is neither code nor tests counts beside one that is: documents repeat the words of everything.
const BESIDE: f64 = 0.25;
/// What a word counts in a path, in a name that is defined, and elsewhere.
const WEIGHTS: [f64; 3] = [3.0, 2.0, 1.0];
/// Words that begin a definition.
const DEFINING: [&str; 3] = ["def ", "class ", "async def "];

/// A file that is chosen.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// Its parts that matter, where it is too long; none where it is chosen whole.
    pub parts: Option<String>,
}

/// A file with the words that it has in each place.
struct Read<'a> {
    file: &'a SourceFile,
    words: [BTreeSet<String>; 3],
}

/// Chooses files by a request, most relevant first; those that are surely needed before all others.
pub fn relevant<'a>(
    files: &'a [SourceFile],
    request: &str,
    needed: &[SourcePath],
    budget: usize,
) -> Vec<Shown<'a>> {
    let read: Vec<Read<'a>> = files.iter().filter_map(Read::of).collect();
    let asked = words(request);
    let rarity = rarity(&read, &asked);
    let score = |read: &Read<'a>| {
        let places = read.words.iter().zip(WEIGHTS);
        let place = |(words, weight): (&BTreeSet<String>, f64)| {
            let found = rarity.iter().filter(|(word, _)| words.contains(**word));
            weight * found.map(|(_, rarity)| rarity).sum::<f64>()
        };
        let share = if read.file.role == Role::Support { BESIDE } else { 1.0 };
        share * places.map(place).sum::<f64>()
    };
    let mut ranked: Vec<(f64, &Read<'a>)> = read.iter().map(|read| (score(read), read)).collect();
    // Where no word tells, code comes first and then the order of paths, which is the order that they have.
    ranked.sort_by(|(left, one), (right, other)| {
        right.total_cmp(left).then_with(|| one.file.role.cmp(&other.file.role))
    });
    let mut chosen = Chosen { files: Vec::new(), left: budget, rarity };
    for path in needed {
        if let Some(read) = read.iter().find(|read| read.file.path == *path) {
            chosen.take(read.file);
        }
    }
    for (_, read) in &ranked {
        chosen.take(read.file);
        if read.file.role == Role::Code {
            let partner = ranked.iter().find(|(_, other)| tests(other.file, read.file));
            if let Some((_, other)) = partner {
                chosen.take(other.file);
            }
        }
    }
    chosen.files
}

struct Chosen<'a, 'b> {
    files: Vec<Shown<'a>>,
    left: usize,
    rarity: BTreeMap<&'b str, f64>,
}

impl<'a> Chosen<'a, '_> {
    fn take(&mut self, file: &'a SourceFile) {
        let is_known = self.files.iter().any(|known| known.file.path == file.path);
        if is_known || self.files.len() >= MOST_FILES {
            return;
        }
        if file.content.len() <= self.left.min(MAX_BYTES) {
            self.left -= file.content.len();
            self.files.push(Shown { file, parts: None });
        } else if let Some(parts) = self.parts(file) {
            self.left = self.left.saturating_sub(parts.len());
            self.files.push(Shown { file, parts: Some(parts) });
        }
    }

    fn parts(&self, file: &SourceFile) -> Option<String> {
        let [most, beside] = PART_BYTES;
        let most = if file.role == Role::Support { beside } else { most };
        let text = std::str::from_utf8(&file.content).ok()?;
        let budget = self.left.min(most);
        (budget >= LEAST_PART_BYTES).then(|| excerpt(text, &self.rarity, budget)).flatten()
    }
}

/// Tells whether a file is named as the tests of another.
fn tests(file: &SourceFile, of: &SourceFile) -> bool {
    let module = of.path.module().unwrap_or_default();
    let name = file.path.module().unwrap_or_default();
    file.role == Role::Test
        && (name.strip_prefix("test_") == Some(module)
            || name.strip_suffix("_test") == Some(module))
}

impl<'a> Read<'a> {
    fn of(file: &'a SourceFile) -> Option<Self> {
        let text = std::str::from_utf8(&file.content).ok()?;
        if file.content.len() > MAX_READ_BYTES || text.contains('\0') {
            return None;
        }
        let is_header =
            |line: &&str| DEFINING.iter().any(|word| line.trim_start().starts_with(word));
        let head = |line: &str| line.split('(').next().unwrap_or_default().to_owned();
        let defined: Vec<String> = text.lines().filter(is_header).map(head).collect();
        let words = [words(file.path.as_str()), words(&defined.join(" ")), words(text)];
        Some(Self { file, words })
    }
}

/// How much each word of the request tells: the fewer files have it, the more.
fn rarity<'a>(read: &[Read<'_>], asked: &'a BTreeSet<String>) -> BTreeMap<&'a str, f64> {
    let count = |word: &String| {
        read.iter().filter(|read| read.words.iter().any(|words| words.contains(word))).count()
    };
    let all = amount(read.len());
    let told = |word: &'a String| (word.as_str(), (1.0 + all / (1.0 + amount(count(word)))).ln());
    asked.iter().map(told).collect()
}

fn amount(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::relevant;
    use record::domain::role::Role;
    use record::domain::source::SourceFile;

    fn file(path: &str, role: Role, text: &str) -> SourceFile {
        SourceFile { path: path.parse().unwrap(), role, content: text.into() }
    }

    #[test]
    fn files_that_are_named_or_define_what_is_asked_come_first_with_their_tests() {
        let files = [
            file("shop/__init__.py", Role::Code, ""),
            file("shop/cart.py", Role::Code, "def mean_price(prices): ..."),
            file("shop/stock.py", Role::Code, "# the price of a thing\n"),
            file("tests/test_cart.py", Role::Test, "from shop.cart import mean_price"),
            file("tests/test_stock.py", Role::Test, ""),
        ];

        let chosen = relevant(&files, "make the mean price of nothing 0", &[], 10_000);

        let paths: Vec<&str> = chosen.iter().map(|shown| shown.file.path.as_str()).collect();
        assert_eq!(paths.first(), Some(&"shop/cart.py"));
        assert_eq!(paths.get(1), Some(&"tests/test_cart.py"));
        assert_eq!(paths.len(), 5);
    }

    #[test]
    fn no_more_is_chosen_than_fits() {
        let files =
            [file("a.py", Role::Code, &"cart ".repeat(100)), file("b.py", Role::Code, "cart")];

        let chosen = relevant(&files, "cart", &[], 100);

        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen.first().map(|shown| shown.file.path.as_str()), Some("b.py"));
    }

    #[test]
    fn of_a_file_that_is_too_long_the_parts_that_matter_are_chosen() {
        let text = format!(
            "{}def mean_price(): ...\n{}",
            "x = 1\n".repeat(9_000),
            "y = 1\n".repeat(9_000)
        );
        let files = [file("shop/cart.py", Role::Code, &text), file("shop/a.py", Role::Code, "a")];

        let chosen = relevant(&files, "make the mean price of nothing 0", &[], 90_000);

        let first = chosen.first().unwrap();
        assert_eq!(first.file.path.as_str(), "shop/cart.py");
        let parts = first.parts.as_deref().unwrap();
        assert!(parts.contains("def mean_price(): ...\n"));
        assert!(parts.len() < 20_000 && parts.contains("are not shown]"));
        assert_eq!(chosen.len(), 2);
    }

    #[test]
    fn what_is_needed_comes_first_and_documents_last() {
        let files = [
            file("README.md", Role::Support, "the cart, the cart price, a price of carts"),
            file("shop/cart.py", Role::Code, "# cart\n"),
            file("shop/stock.py", Role::Code, "x = 1\n"),
        ];
        let needed = ["shop/stock.py".parse().unwrap()];

        let chosen = relevant(&files, "cart price", &needed, 10_000);

        let paths: Vec<&str> = chosen.iter().map(|shown| shown.file.path.as_str()).collect();
        assert_eq!(paths, ["shop/stock.py", "shop/cart.py", "README.md"]);
    }
}
