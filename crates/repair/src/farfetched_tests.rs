//! Edits that remove what a program is for, and edits that mend it.
//!
//! Two tables, each edit as the text before and after: what must never count as healed, and what must not be lost.

use super::farfetched::{far_fetched, far_fetched_together};
use record::domain::patch::{Edit, Patch};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

fn source(code: &str) -> Source {
    let file = |path: &str, role, content: &str| SourceFile {
        path: path.parse().unwrap(),
        role,
        content: content.as_bytes().to_vec(),
    };
    Source::new(vec![file("a.py", Role::Code, code), file("test_a.py", Role::Test, "x = y\n")])
        .unwrap()
}

/// Judges the difference between two texts as one edit of whole words.
fn judged(before: &str, after: &str) -> Option<&'static str> {
    let is_part = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    let (old, new) = (before.as_bytes(), after.as_bytes());
    let mut start = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let most = old.len().min(new.len()) - start;
    let mut tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(most)
        .take_while(|(one, other)| one == other)
        .count();
    while start > 0 && is_part(old[start - 1]) {
        start -= 1;
    }
    while tail > 0 && is_part(old[old.len() - tail]) {
        tail -= 1;
    }
    let path = "a.py".parse().unwrap();
    let text = after[start..after.len() - tail].to_owned();
    let edit = Edit { path, start, end: before.len() - tail, text };
    far_fetched(&source(before), &Patch::of(edit), &[])
}

#[test]
fn what_removes_the_purpose_is_far_fetched() {
    let missed: Vec<&str> = FAR_FETCHED
        .iter()
        .filter(|(before, after)| judged(before, after).is_none())
        .map(|case| case.1)
        .collect();
    assert_eq!(missed, [""; 0]);
}

#[test]
fn edits_that_look_harmless_alone_are_judged_together() {
    let before =
        "class A:\n    def __init__(self, wait):\n        self.wait = self.getattr(wait)\n";
    let after = "class A:\n    def __init__(self, wait):\n        self.wait = str(self)[wait]\n";
    let better =
        "class A:\n    def __init__(self, wait):\n        self.wait = getattr(self, wait)\n";
    let judge = |after: &str| far_fetched_together(&source(before), &source(after));

    assert!(judge(after).is_some());
    assert_eq!(judge(before), None);
    assert!(judge(better).is_none());
}

#[test]
fn what_mends_is_not() {
    let wrong: Vec<(&str, &str)> = MENDING
        .iter()
        .filter_map(|(before, after)| judged(before, after).map(|why| (why, *after)))
        .collect();
    assert_eq!(wrong, [("", ""); 0]);
}

/// Texts before and after what must never count as healed.
const FAR_FETCHED: &[(&str, &str)] = &[
    // A missing import becomes a table, a constant, or another module.
    (
        "def load(url):\n    return requests.get(url)\n",
        "def load(url):\n    requests = {}\n    return requests.get(url)\n",
    ),
    (
        "def load(text):\n    return yaml.safe_load(text)\n",
        "def load(text):\n    yaml = text\n    return yaml.safe_load(text)\n",
    ),
    (
        "def mean(xs):\n    return np.mean(xs)\n",
        "import statistics as np\ndef mean(xs):\n    return np.mean(xs)\n",
    ),
    (
        "def table(rows):\n    return pd.DataFrame(rows)\n",
        "def table(rows):\n    return id.DataFrame(rows)\n",
    ),
    (
        "def root(x):\n    return tools.sqrt(x)\n",
        "import cmath as tools\ndef root(x):\n    return tools.sqrt(x)\n",
    ),
    (
        "def fetch(url):\n    return client.get(url)\n",
        "def fetch(url):\n    client = {}\n    return client.get(url)\n",
    ),
    (
        "def limit(xs):\n    return xs[:size]\n",
        "def limit(xs):\n    size = 0\n    return xs[:size]\n",
    ),
    (
        "def ask(key):\n    return config[key]\n",
        "def ask(key):\n    config = defaultdict(int)\n    return config[key]\n",
    ),
    (
        "class A:\n    def ask(self):\n        return self.rate\n    def __init__(self):\n        pass\n",
        "class A:\n    def ask(self):\n        return self.rate\n    def __init__(self):\n        self.rate = 0\n        pass\n",
    ),
    // The result of a call is dropped.
    (
        "class A:\n    def __init__(self, wait):\n        self.wait = self.getattr(wait)\n",
        "class A:\n    def __init__(self, wait):\n        self.wait = self\n",
    ),
    (
        "def clean(x):\n    return normalise(x)\ndef normalise(x):\n    return x.lower()\n",
        "def clean(x):\n    return x\ndef normalise(x):\n    return x.lower()\n",
    ),
    ("def total(order):\n    return taxed(order)\n", "def total(order):\n    return order\n"),
    ("def read(path):\n    return path.load_all()\n", "def read(path):\n    return path\n"),
    // An attribute becomes the object.
    (
        "class A:\n    def ask(self):\n        return self.value\n",
        "class A:\n    def ask(self):\n        return self\n",
    ),
    ("def price(item):\n    return item.price * 2\n", "def price(item):\n    return item * 2\n"),
    // An argument becomes a constant, or is no longer used.
    ("def area(w, h):\n    return scaled(w, h)\n", "def area(w, h):\n    return scaled(w, 1)\n"),
    ("def greet(name):\n    return 'hello ' + name\n", "def greet(name):\n    return 'hello '\n"),
    (
        "def pick(items, index):\n    return items[index]\n",
        "def pick(items, index):\n    return items[0]\n",
    ),
    (
        "def find(text, start, exact):\n    p = Parser(exact)\n    return Parser(0).find(text, start)\n",
        "def find(text, start, exact):\n    p = Parser(exact)\n    return Parser(0).find(text, exact)\n",
    ),
    // An option in the place of a position.
    (
        "def f(x, strict):\n    return parse(x, strict=strict)\n",
        "def f(x, strict):\n    return parse(x, strict)\n",
    ),
    // An item that is put in only to be taken out.
    (
        "def forget(cache, key):\n    cache.pop(key)\n",
        "def forget(cache, key):\n    cache[key] = 0\n    cache.pop(key)\n",
    ),
    (
        "def ask(table, key):\n    return table[key]\n",
        "def ask(table, key):\n    table[key] = None\n    return table[key]\n",
    ),
    (
        "def forget(cache, key):\n    cache.pop(key)\n",
        "def forget(cache, key):\n    cache[key] = cache.get(key, 0) + 1\n    cache.pop(key)\n",
    ),
    // A builtin where it cannot stand.
    ("def home():\n    return settings['home']\n", "def home():\n    return set['home']\n"),
    ("def size(x):\n    return lst.width\n", "def size(x):\n    return list.width\n"),
    // What comes from outside is guessed.
    ("import sys\nprint(sys.argv[1])\n", "import sys\nprint(sys.argv[1 - 1])\n"),
    ("import os\nprint(os.environ['TOKEN'])\n", "import os\nprint(os.environ.get('TOKEN', ''))\n"),
];

/// Texts before and after what mends.
const MENDING: &[(&str, &str)] = &[
    (
        "def f(xs):\n    for x in xs:\n        total += x\n    return total\n",
        "def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total\n",
    ),
    (
        "def f(xs):\n    for x in xs:\n        out.append(x)\n    return out\n",
        "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n    return out\n",
    ),
    (
        "def f(xs):\n    for x in xs:\n        seen[x] = 1\n    return seen\n",
        "def f(xs):\n    seen = {}\n    for x in xs:\n        seen[x] = 1\n    return seen\n",
    ),
    (
        "def f(xs):\n    return xs[: n // 2]\n",
        "def f(xs):\n    n = len(xs)\n    return xs[: n // 2]\n",
    ),
    (
        "def f(xs):\n    for x in xs:\n        visit(x, seen)\n    return seen\n",
        "def f(xs):\n    seen = set()\n    for x in xs:\n        visit(x, seen)\n    return seen\n",
    ),
    (
        "class A:\n    def add(self, x):\n        self.all.append(x)\n    def __init__(self):\n        pass\n",
        "class A:\n    def add(self, x):\n        self.all.append(x)\n    def __init__(self):\n        self.all = []\n        pass\n",
    ),
    ("def f(x):\n    return math.sqrt(x)\n", "import math\ndef f(x):\n    return math.sqrt(x)\n"),
    (
        "def f(x):\n    return op.add(x, 1)\n",
        "import operator as op\ndef f(x):\n    return op.add(x, 1)\n",
    ),
    (
        "def f(x):\n    return np.mean(x)\n",
        "import numpy as np\ndef f(x):\n    return np.mean(x)\n",
    ),
    (
        "def f(x):\n    return ET.parse(x)\n",
        "import xml.etree.ElementTree as ET\ndef f(x):\n    return ET.parse(x)\n",
    ),
    ("def f(x):\n    return sorted(x)\n", "def f(x):\n    return x\n"),
    ("def f(x):\n    return x.strip()\n", "def f(x):\n    return x\n"),
    ("def f(x, y):\n    return x\n", "def f(x, y):\n    return y\n"),
    ("def f(x, y):\n    return y - y\n", "def f(x, y):\n    return x - y\n"),
    ("def f(x, y):\n    z = x\n    return x + y\n", "def f(x, y):\n    z = x\n    return z + y\n"),
    (
        "def f(lenght):\n    length = lenght\n    return lenth\n",
        "def f(lenght):\n    length = lenght\n    return length\n",
    ),
    ("def f(xs):\n    return xs[len(xs) - 1]\n", "def f(xs):\n    return xs[-1]\n"),
    ("def f(a, b):\n    return a + b - b\n", "def f(a, b):\n    return a + b\n"),
    ("def f(x):\n    return x % 10\n", "def f(x):\n    return x % 20\n"),
    ("def f(x):\n    return round(x, digits=2)\n", "def f(x):\n    return round(x, 2)\n"),
    ("def f(n):\n    print(n)\n    return n\n", "def f(n):\n    return n\n"),
    (
        "def f(counts, k):\n    counts[k] = counts[k] + 1\n",
        "def f(counts, k):\n    counts[k] = counts.get(k, 0) + 1\n",
    ),
    ("def f(x):\n    return lst(x)\n", "def f(x):\n    return list(x)\n"),
];
