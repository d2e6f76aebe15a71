// Fills a home by the command line with proposals in every state, so that every page has something to show.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startModel } from "./model.mjs";

const CSV = `import csv
import io


def parse_csv(text, delimiter=",", quotechar='"'):
    """Parse delimited text into rows; empty lines are left out."""
    if len(delimiter) != 1:
        raise ValueError("delimiter must be one character")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, quotechar=quotechar)
    return [row for row in reader if row]


def has_header(rows):
    """Tell whether the first row holds no number."""
    if len(rows) < 2:
        return False
    return not any(cell.replace(".", "", 1).isdigit() for cell in rows[0])
`;
const CSV_TESTS = `from csv_tools import has_header, parse_csv


def test_quoted_fields_keep_their_commas():
    assert parse_csv('a,"b,c"\\n') == [["a", "b,c"]]


def test_another_delimiter():
    assert parse_csv("a;b\\n", delimiter=";") == [["a", "b"]]


def test_empty_lines_are_left_out():
    assert parse_csv("a\\n\\nb\\n") == [["a"], ["b"]]


def test_a_header_has_no_number():
    assert has_header([["name", "age"], ["x", "3"]])
    assert not has_header([["1", "2"], ["3", "4"]])
`;
const RETRY = `import time


def retry(times, pause=0.0):
    """Call a function again when it raises, with a pause that doubles."""

    def wrap(function):
        def call(*args, **kwargs):
            wait = pause
            for attempt in range(times):
                try:
                    return function(*args, **kwargs)
                except Exception:
                    if attempt == times:
                        raise
                    time.sleep(wait)
                    wait = wait * 2

        return call

    return wrap
`;
const RETRY_TESTS = `import pytest
from retrying import retry


def test_it_tries_again():
    seen = []

    @retry(3)
    def flaky():
        seen.append(1)
        if len(seen) < 3:
            raise ValueError("not yet")
        return "done"

    assert flaky() == "done"


def test_the_last_error_comes_through():
    @retry(2)
    def broken():
        raise KeyError("gone")

    with pytest.raises(KeyError):
        broken()
`;
const SPAN = `def span(start, stop):
    """Count the whole numbers from start to stop, both of them included."""
    return stop - start
`;
const SPAN_TESTS = `from spans import span


def test_one_number():
    assert span(4, 4) == 1


def test_several():
    assert span(1, 10) == 10


def test_across_zero():
    assert span(-2, 2) == 5
`;
const HOSTILE = `# <script>alert("never")</script> \u202e hidden
def greet(name):
    """Greet \u200bsomebody."""
    return f"<b>{name}</b>"
`;
const HOSTILE_TESTS = `from greeting import greet


def test_greets():
    assert greet("<img src=x onerror=alert(1)>") == "<b><img src=x onerror=alert(1)></b>"
`;
const CRASHING = "It averages.\n\n```python\nnumbers = []\nprint(sum(numbers) / len(numbers))\n```\n";
const MENDED =
  "An empty list has no average, so that is said.\n\n```python\nnumbers = []\nif numbers:\n    print(sum(numbers) / len(numbers))\nelse:\n    print(\"no numbers, no average\")\n```\n";
const CART = `def total(prices):
    result = 0
    for price in prices:
        result = result + price
    return result


def mean(prices):
    return total(prices) / len(prices)
`;
const CART_TESTS = `from shop.cart import mean, total


def test_total():
    assert total([1, 2]) == 3


def test_mean():
    assert mean([1, 3]) == 2
`;

const SLUG = `def slug(title):
    return title.lower().replace(" ", "-")
`;
const SLUG_TESTS = `import pytest
from slugs import slug


def test_spaces():
    assert slug("A Title") == "a-title"


def test_nothing():
    with pytest.raises(ValueError):
        slug("")
`;
// A repair that mends the code and asks less of it.
const WEAKER = `An empty title gives an empty slug.

Code:
\`\`\`python
def slug(title):
    """Write a title as a part of an address."""
    return "-".join(title.lower().split())
\`\`\`

Tests:
\`\`\`python
import pytest
from slugs import slug


def test_spaces():
    assert slug("A Title")


@pytest.mark.skip
def test_nothing():
    assert slug("") == ""
\`\`\`
`;

export async function fill(binary, home, work) {
  const { server, url } = await startModel([CRASHING, MENDED, WEAKER]);
  const env = { ...process.env, SARAPHINA_HOME: home, OPENAI_API_KEY: "test-key", OPENAI_BASE_URL: url };
  // The model server answers in this process, so that what asks it must not block it.
  const ask = (args, allowed = [0, 1]) =>
    new Promise((done, failed) => {
      const child = spawn(binary, [...args, "--json"], { env, cwd: work, stdio: ["ignore", "pipe", "pipe"] });
      let [out, err] = ["", ""];
      child.stdout.on("data", (part) => (out += part));
      child.stderr.on("data", (part) => (err += part));
      child.on("close", (code) => {
        if (!allowed.includes(code)) return failed(new Error(`${args.join(" ")} ended with ${code}: ${out}${err}`));
        const answer = JSON.parse(out.trim().split("\n").at(-1));
        done(answer.data ?? answer.error);
      });
    });
  const file = (name, text) => {
    const path = join(work, name);
    writeFileSync(path, text);
    return path;
  };
  const given = async (request, name, code, tests) => {
    const args = ["propose-code", "--code", file(`${name}.py`, code), "--tests", file(`test_${name}.py`, tests), request];
    return (await ask(args)).proposal_id;
  };
  const run = (id) => ask(["sandbox-code", id]);
  const approve = async (id, more = []) => {
    const { content_hash } = await ask(["show-code", id]);
    await ask(["approve-code", id, "--yes", "--expect", content_hash, ...more]);
  };
  const ids = {};
  ids.approved = await given("Average of a list, and nothing for an empty one", "averages", "def average(numbers):\n    return sum(numbers) / len(numbers) if numbers else 0\n", "from averages import average\n\n\ndef test_average():\n    assert average([1, 3]) == 2\n\n\ndef test_nothing():\n    assert average([]) == 0\n");
  await run(ids.approved);
  await approve(ids.approved, ["--comment", "read line by line"]);
  ids.rejected = await given("Greet somebody by name", "greeting", HOSTILE, HOSTILE_TESTS);
  await run(ids.rejected);
  await ask(["reject-code", ids.rejected, "it hides characters in a comment"]);
  ids.failed = await given("Decorator for retrying failed functions with exponential backoff", "retrying", RETRY, RETRY_TESTS);
  await run(ids.failed);
  ids.healed = await given("Count the whole numbers from one to another, both included", "spans", SPAN, SPAN_TESTS);
  await ask(["auto-refine", ids.healed]);
  Object.assign(ids, await changes(ask, work, approve));
  ids.hostile = await given("<script>alert(1)</script> \"><b onclick=x> \u202edesrever request", "greeting", HOSTILE, HOSTILE_TESTS);
  await run(ids.hostile);
  ids.pending = await given("HTTP client with retry logic and timeout", "client", "def get(url):\n    raise NotImplementedError(url)\n", "from client import get\n\n\ndef test_it_is_there():\n    assert get\n");
  const script = await ask(["run-code", "--provider", "openai", "--model", "gpt-4o", "Print the average of a list of numbers that may be empty"], [0, 1, 6]);
  ids.script = script?.proposal_id;
  ids.weaker = await given("Write a title as a part of an address", "slugs", SLUG, SLUG_TESTS);
  await run(ids.weaker);
  await ask(["refine-code", "--provider", "openai", "--model", "gpt-4o", ids.weaker, "an empty title gives an empty slug"], [0, 1, 6]);
  await run(ids.weaker);
  ids.tested = await given("A CSV parser that handles quoted fields and custom delimiters", "csv_tools", CSV, CSV_TESTS);
  await run(ids.tested);
  await ask(["learn-code", "binary", "search"], [0, 1, 3, 6]);
  server.close();
  return ids;
}

// Changes of a repository: one that mends a mistake, one that is applied and taken out again, and one whose tests notice little.
async function changes(ask, work, approve) {
  const shop = join(work, "shop");
  const git = (...args) =>
    execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false", ...args], { cwd: shop, stdio: "pipe" });
  mkdirSync(join(shop, "shop"), { recursive: true });
  mkdirSync(join(shop, "tests"));
  const write = (name, text) => writeFileSync(join(shop, name), text);
  git("init", "--quiet", "--initial-branch=main");
  write("shop/__init__.py", "");
  write("shop/cart.py", CART);
  write("tests/test_cart.py", CART_TESTS);
  write("pyproject.toml", '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.8"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["."]\n');
  git("add", ".");
  git("commit", "--quiet", "-m", "Begin a shop");
  const branch = (name, subject, code, tests) => {
    git("checkout", "--quiet", "-b", name, "main");
    write("shop/cart.py", code);
    write("tests/test_cart.py", tests);
    git("commit", "--quiet", "-am", subject);
    git("checkout", "--quiet", "main");
  };
  const mended = CART.replace("    return total(prices) / len", "    if not prices:\n        return 0\n    return total(prices) / len");
  branch("fix", "Give nothing the mean 0", mended, `${CART_TESTS}\n\ndef test_mean_of_nothing():\n    assert mean([]) == 0\n`);
  const counted = `${CART}\n\ndef count(prices):\n    return len(prices)\n`;
  branch("count", "Count what lies in a cart", counted, `${CART_TESTS.replace("mean, total", "count, mean, total")}\n\ndef test_count():\n    assert count([1, 2]) == 2\n`);
  const reduced = `${CART}\n\ndef reduced(prices, percent):\n    if percent > 100:\n        percent = 100\n    return [price * (100 - percent) / 100 for price in prices]\n`;
  const weaker = CART_TESTS.replace("mean, total", "mean, reduced, total").replace("assert total([1, 2]) == 3", "assert total([1, 2])");
  branch("reduce", "Reduce all prices by a part", reduced, `${weaker}\n\ndef test_reduced():\n    assert len(reduced([10], 10)) == 1\n`);
  const { hints } = await ask(["repository", "add", "--name", "shop", shop], [5]);
  const [hash] = hints.join(" ").match(/[0-9a-f]{64}/);
  await ask(["repository", "add", "--name", "shop", "--yes", "--expect", hash, shop]);
  await ask(["build-graph", "shop"]);
  const proposed = async (range, request) => {
    const { proposal_id } = await ask(["propose-code", "--repo", "shop", "--range", range, request]);
    await ask(["sandbox-code", proposal_id]);
    return proposal_id;
  };
  const applied = await proposed("main..count", "Count what lies in a cart");
  await approve(applied);
  const { content_hash } = await ask(["show-code", applied]);
  const into = ["--branch", "approved", "--yes", "--expect", content_hash];
  await ask(["apply-code", applied, ...into]);
  return {
    applied,
    change: await proposed("main..fix", "Give nothing the mean 0"),
    survivors: await proposed("main..reduce", "Reduce all prices by a part"),
  };
}
