#!/usr/bin/env python3
"""Writes small wrong programs of many shapes, with their tests, for the healing bench.

The classes are those that the authors of QuixBugs published for their bugs (Lin et al., QuixBugs, SPLASH Companion 2017): another
field, a line, a call or a value in front missing, a wrong value, a wrong order; and methods of objects. The programs are none of theirs.

    python3 scripts/shapes.py > FOLDER/shapes.jsonl
    cargo bench --profile dev --bench healing -- FOLDER --split all
"""

import json
import sys

ITEMS = []


def add(kind, name, reference, old, new, tests):
    """Adds a program with one place made wrong."""
    assert reference.count(old) == 1, (name, reference.count(old))
    parts = [test if test.startswith("def ") else f"def test_{at}():\n    {test}" for at, test in enumerate(tests)]
    ITEMS.append(
        {
            "id": f"{kind}:shapes/{name}",
            "language": "python",
            "module": "solution",
            "entry_point": name,
            "bug_type": kind,
            "code": reference,
            "buggy_code": reference.replace(old, new),
            "tests": "from solution import *\n\n\n" + "\n\n\n".join(parts) + "\n",
        }
    )


NODE = """class Node:
    def __init__(self, value, next=None, child=None):
        self.value = value
        self.next = next
        self.child = child


"""
# field dereference
add(
    "field",
    "last_value",
    NODE
    + """def last_value(node):
    while node.next is not None:
        node = node.next
    return node.value
""",
    "while node.next is not None",
    "while node is not None",
    ["assert last_value(Node(1)) == 1", "assert last_value(Node(1, Node(2))) == 2"],
)
add(
    "field",
    "count_nodes",
    NODE
    + """def count_nodes(node):
    count = 0
    while node:
        count += 1
        node = node.next
    return count
""",
    "node = node.next",
    "node = node.child",
    [
        "assert count_nodes(Node(1, Node(2))) == 2",
        "assert count_nodes(None) == 0",
        "assert count_nodes(Node(1, Node(2, Node(5)))) == 3",
    ],
)
add(
    "field",
    "values",
    NODE
    + """def values(node):
    found = []
    while node:
        found.append(node.value)
        node = node.next
    return found
""",
    "found.append(node.value)",
    "found.append(node)",
    ["assert values(Node(1, Node(2))) == [1, 2]", "assert values(None) == []", "assert values(Node(7)) == [7]"],
)
add(
    "field",
    "second",
    NODE
    + """def second(node):
    return node.next.value
""",
    "node.next.value",
    "node.value",
    ["assert second(Node(1, Node(2))) == 2", "assert second(Node(3, Node(4, Node(5)))) == 4"],
)
# missing line: assignment
add(
    "line",
    "reverse",
    NODE
    + """def reverse(node):
    before = None
    while node:
        after = node.next
        node.next = before
        before = node
        node = after
    return before
""",
    "        before = node\n",
    "",
    [
        "assert reverse(Node(1)).value == 1",
        "assert reverse(Node(1, Node(2))).value == 2",
        "assert reverse(Node(1, Node(2))).next.value == 1",
    ],
)
add(
    "line",
    "fib",
    """def fib(n):
    a, b = 0, 1
    for _ in range(n):
        c = a + b
        a = b
        b = c
    return a
""",
    "        a = b\n",
    "",
    ["assert fib(0) == 0", "assert fib(1) == 1", "assert fib(7) == 13", "assert fib(10) == 55"],
)
add(
    "line",
    "reachable",
    """def reachable(start, goal, links):
    seen = set()

    def visit(at):
        if at in seen:
            return False
        if at == goal:
            return True
        seen.add(at)
        return any(visit(to) for to in links.get(at, []))

    return visit(start)
""",
    "        seen.add(at)\n",
    "",
    [
        "assert reachable('a', 'c', {'a': ['b'], 'b': ['c']})",
        "assert not reachable('a', 'z', {'a': ['b'], 'b': ['a']})",
        "assert reachable('a', 'a', {})",
        "assert not reachable('a', 'c', {})",
    ],
)
add(
    "line",
    "unique",
    """def unique(items):
    seen = set()
    found = []
    for item in items:
        if item not in seen:
            seen.add(item)
            found.append(item)
    return found
""",
    "            seen.add(item)\n",
    "",
    ["assert unique([1, 1, 2]) == [1, 2]", "assert unique([]) == []", "assert unique([3, 2, 3, 2]) == [3, 2]"],
)
add(
    "line",
    "counts",
    """def counts(items):
    found = {}
    for item in items:
        if item not in found:
            found[item] = 0
        found[item] += 1
    return found
""",
    "            found[item] = 0\n",
    "            pass\n",
    ["assert counts([1, 1, 2]) == {1: 2, 2: 1}", "assert counts([]) == {}"],
)
add(
    "line",
    "largest_gap",
    """def largest_gap(numbers):
    numbers = sorted(numbers)
    best = 0
    last = numbers[0]
    for number in numbers[1:]:
        best = max(best, number - last)
        last = number
    return best
""",
    "        last = number\n",
    "",
    ["assert largest_gap([1, 5, 2]) == 3", "assert largest_gap([1]) == 0", "assert largest_gap([10, 1, 4]) == 6"],
)
add(
    "line",
    "total",
    """def total(rows):
    whole = 0
    for row in rows:
        part = 1
        for cell in row:
            part *= cell
        whole += part
    return whole
""",
    "        whole += part\n",
    "",
    ["assert total([[1, 2], [3]]) == 5", "assert total([]) == 0", "assert total([[2, 2]]) == 4"],
)
# missing call
add(
    "call",
    "flat",
    """def flat(items):
    found = []
    for item in items:
        if isinstance(item, list):
            found.extend(flat(item))
        else:
            found.append(item)
    return found
""",
    "found.extend(flat(item))",
    "found.extend(item)",
    ["assert flat([1, [2, [3]]]) == [1, 2, 3]", "assert flat([]) == []", "assert flat([[1], 2]) == [1, 2]"],
)
add(
    "call",
    "gcd",
    """def gcd(a, b):
    if b == 0:
        return a
    return gcd(b, a % b)
""",
    "return gcd(b, a % b)",
    "return a % b",
    ["assert gcd(4, 6) == 2", "assert gcd(7, 0) == 7", "assert gcd(21, 14) == 7", "assert gcd(13, 5) == 1"],
)
add(
    "call",
    "depth",
    """def depth(tree):
    if not tree:
        return 0
    left, right = tree
    return 1 + max(depth(left), depth(right))
""",
    "depth(right))",
    "0)",
    [
        "assert depth(None) == 0",
        "assert depth((None, None)) == 1",
        "assert depth((None, (None, None))) == 2",
        "assert depth((None, (None, (None, None)))) == 3",
    ],
)
add(
    "call",
    "normal",
    """def clean(text):
    return text.strip().lower()


def same(one, other):
    return clean(one) == clean(other)
""",
    "== clean(other)",
    "== other",
    ["assert same(' a', 'A')", "assert not same('a', 'b')", "assert same('x', 'x')"],
)
# prepend
add(
    "prepend",
    "subsets",
    """def subsets(items):
    if not items:
        return [[]]
    first, rest = items[0], items[1:]
    others = subsets(rest)
    return others + [[first] + other for other in others]
""",
    "return others + [",
    "return [",
    ["assert subsets([]) == [[]]", "assert subsets([1]) == [[], [1]]", "assert subsets([1, 2]) == [[], [2], [1], [1, 2]]"],
)
add(
    "prepend",
    "merge",
    """def merge(one, other):
    found = []
    i = j = 0
    while i < len(one) and j < len(other):
        if one[i] <= other[j]:
            found.append(one[i])
            i += 1
        else:
            found.append(other[j])
            j += 1
    return found + one[i:] + other[j:]
""",
    "return found + one[i:] + other[j:]",
    "return found + other[j:]",
    [
        "assert merge([1, 3], [2]) == [1, 2, 3]",
        "assert merge([], []) == []",
        "assert merge([], [1]) == [1]",
        "assert merge([4, 5], [1]) == [1, 4, 5]",
    ],
)
# objects
ACC = """class Account:
    def __init__(self, owner, limit=0):
        self.owner = owner
        self.balance = 0
        self.limit = limit
        self.history = []

    def deposit(self, amount):
        self.balance += amount
        self.history.append(amount)

    def withdraw(self, amount):
        if amount > self.balance + self.limit:
            raise ValueError("too much")
        self.balance -= amount
        self.history.append(-amount)

    def count(self):
        return len(self.history)


def use(limit, *amounts):
    account = Account("x", limit)
    for amount in amounts:
        if amount < 0:
            try:
                account.withdraw(-amount)
            except ValueError:
                return "refused"
        else:
            account.deposit(amount)
    return account.balance, account.count()
"""
ACCOUNT = [
    "assert use(0, 5) == (5, 1)",
    "assert use(0, 5, -3) == (2, 2)",
    "assert use(0, -3) == 'refused'",
    "assert use(4, -3) == (-3, 1)",
    "assert use(0) == (0, 0)",
]
add("object", "account1", ACC, "amount > self.balance + self.limit", "amount > self.limit", ACCOUNT)
add(
    "object",
    "account2",
    ACC,
    "        self.balance -= amount\n        self.history.append(-amount)",
    "        self.balance -= amount",
    ACCOUNT,
)
add("object", "account3", ACC, "self.limit = limit", "self.limit = 0", ACCOUNT)
add("object", "account4", ACC, "        self.balance += amount\n", "", ACCOUNT)
add("object", "account5", ACC, "len(self.history)", "len(self.owner)", ACCOUNT)
add("object", "account6", ACC, "        self.history = []\n", "", ACCOUNT)
# more lines
add(
    "line",
    "stack",
    """def balanced(text):
    stack = []
    pairs = {")": "(", "]": "["}
    for sign in text:
        if sign in pairs.values():
            stack.append(sign)
        elif sign in pairs:
            if not stack or stack[-1] != pairs[sign]:
                return False
            stack.pop()
    return not stack
""",
    "            stack.pop()\n",
    "",
    [
        "assert balanced('()')",
        "assert not balanced('(')",
        "assert balanced('([])')",
        "assert not balanced('([)]')",
        "assert balanced('')",
    ],
)
add(
    "line",
    "search",
    """def find(numbers, wanted):
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
""",
    "low = middle + 1",
    "low = middle",
    ["assert find([1, 2, 3], 3) == 2", "assert find([], 3) == 0", "assert find([1, 2, 3], 9) == 3"],
)
add(
    "line",
    "cache",
    """def ways(n, known=None):
    known = {} if known is None else known
    if n < 0:
        return 0
    if n == 0:
        return 1
    if n not in known:
        known[n] = ways(n - 1, known) + ways(n - 2, known)
    return known[n]
""",
    "    if n == 0:\n        return 1\n",
    "",
    ["assert ways(0) == 1", "assert ways(1) == 1", "assert ways(2) == 2", "assert ways(5) == 8"],
)
add(
    "line",
    "sortq",
    """def quick(items):
    if not items:
        return []
    pivot = items[0]
    small = quick([x for x in items[1:] if x < pivot])
    large = quick([x for x in items[1:] if x >= pivot])
    return small + [pivot] + large
""",
    "small + [pivot] + large",
    "small + large",
    ["assert quick([2, 1]) == [1, 2]", "assert quick([]) == []", "assert quick([3, 1, 2]) == [1, 2, 3]"],
)
BFS = """from collections import deque


def distance(start, goal, links):
    queue = deque([(start, 0)])
    seen = {start}
    while queue:
        at, far = queue.popleft()
        if at == goal:
            return far
        for to in links.get(at, []):
            if to not in seen:
                seen.add(to)
                queue.append((to, far + 1))
    return None
"""
BT = [
    "assert distance('a','c',{'a':['b'],'b':['c']}) == 2",
    "assert distance('a','z',{'a':['b'],'b':['a']}) is None",
    "assert distance('a','a',{}) == 0",
    "assert distance('a','d',{'a':['b','c'],'b':['d'],'c':['d']}) == 2",
]
add("cond", "bfs1", BFS, "while queue:", "while True:", BT)
add("line", "bfs3", BFS, "                queue.append((to, far + 1))\n", "", BT)
add("value", "bfs4", BFS, "far + 1", "far", BT)
add("call", "bfs5", BFS, "queue.popleft()", "queue[0]", BT)
TOPO = """def order(needs):
    done = []
    seen = set()

    def visit(name):
        if name in seen:
            return
        seen.add(name)
        for need in needs.get(name, []):
            visit(need)
        done.append(name)

    for name in sorted(needs):
        visit(name)
    return done
"""
TT = [
    "assert order({}) == []",
    "assert order({'a': ['b'], 'b': []}) == ['b', 'a']",
    "assert order({'a': ['c'], 'b': ['a']}) == ['c', 'a', 'b']",
]
add("call", "topo1", TOPO, "            visit(need)\n", "            pass\n", TT)
add("line", "topo2", TOPO, "        done.append(name)\n", "", TT)
add(
    "order",
    "topo3",
    TOPO,
    "        for need in needs.get(name, []):\n            visit(need)\n        done.append(name)\n",
    "        done.append(name)\n        for need in needs.get(name, []):\n            visit(need)\n",
    TT,
)
add("value", "topo4", TOPO, "visit(need)", "visit(name)", TT)
PERM = """def permutations(items):
    if not items:
        return [[]]
    found = []
    for at, item in enumerate(items):
        for rest in permutations(items[:at] + items[at + 1:]):
            found.append([item] + rest)
    return found
"""
PT = [
    "assert permutations([]) == [[]]",
    "assert permutations([1]) == [[1]]",
    "assert permutations([1, 2]) == [[1, 2], [2, 1]]",
    "assert len(permutations([1, 2, 3])) == 6",
]
add("value", "perm1", PERM, "return [[]]", "return []", PT)
add("prepend", "perm2", PERM, "[item] + rest", "rest", PT)
add("slice", "perm3", PERM, "items[:at] + items[at + 1:]", "items[at + 1:]", PT)
add("call", "perm4", PERM, "permutations(items[:at] + items[at + 1:])", "[items[:at] + items[at + 1:]]", PT)
CH = """def change(amount, coins):
    ways = [1] + [0] * amount
    for coin in coins:
        for part in range(coin, amount + 1):
            ways[part] += ways[part - coin]
    return ways[amount]
"""
CT = [
    "assert change(0, [1]) == 1",
    "assert change(4, [1, 2]) == 3",
    "assert change(5, [5, 3]) == 1",
    "assert change(3, [2]) == 0",
]
add("value", "change1", CH, "range(coin, amount + 1)", "range(amount + 1)", CT)
add("value", "change2", CH, "[1] + [0] * amount", "[0] * amount", CT)
add("value", "change3", CH, "+= ways[part - coin]", "= ways[part - coin]", CT)
add("value", "change4", CH, "ways[part - coin]", "ways[coin]", CT)
GEN = """def numbers(tree):
    for branch in tree:
        if isinstance(branch, list):
            yield from numbers(branch)
        else:
            yield branch


def total(tree):
    return sum(numbers(tree))
"""
GT = ["assert total([1, [2, [3]]]) == 6", "assert total([]) == 0", "assert total([[5]]) == 5"]
add("call", "gen1", GEN, "yield from numbers(branch)", "yield from branch", GT)
add("value", "gen2", GEN, "yield from numbers(branch)", "yield numbers(branch)", GT)
add("line", "gen3", GEN, "        else:\n            yield branch\n", "", GT)
LRU = """class Cache:
    def __init__(self, size):
        self.size = size
        self.items = {}
        self.order = []

    def get(self, key):
        if key not in self.items:
            return None
        self.order.remove(key)
        self.order.append(key)
        return self.items[key]

    def put(self, key, value):
        if key in self.items:
            self.order.remove(key)
        elif len(self.items) >= self.size:
            oldest = self.order.pop(0)
            del self.items[oldest]
        self.items[key] = value
        self.order.append(key)
"""
LT = [
    "def test_a():\n    c = Cache(2)\n    c.put(1, 'a')\n    c.put(2, 'b')\n    assert c.get(1) == 'a'\n    c.put(3, 'c')\n    assert c.get(2) is None\n    assert c.get(1) == 'a'",
    "def test_b():\n    c = Cache(1)\n    c.put(1, 'a')\n    c.put(1, 'b')\n    assert c.get(1) == 'b'\n    c.put(2, 'x')\n    assert c.get(1) is None",
    "def test_c():\n    assert Cache(1).get(5) is None",
]
add(
    "object",
    "lru1",
    LRU,
    "        self.order.remove(key)\n        self.order.append(key)\n        return",
    "        self.order.append(key)\n        return",
    LT,
)
add("object", "lru2", LRU, "            del self.items[oldest]\n", "", LT)
add("object", "lru3", LRU, "        self.items[key] = value\n", "", LT)
add("object", "lru4", LRU, "        self.items = {}\n", "", LT)
add("object", "lru5", LRU, "len(self.items) >= self.size", "len(self.items) > self.size", LT)
add("object", "lru6", LRU, "pop(0)", "pop()", LT)
add(
    "object",
    "lru7",
    LRU,
    "        self.order.remove(key)\n        self.order.append(key)\n        return",
    "        self.order.remove(key)\n        return",
    LT,
)
STK = """class Queue:
    def __init__(self):
        self.inbox = []
        self.outbox = []

    def push(self, value):
        self.inbox.append(value)

    def pop(self):
        if not self.outbox:
            while self.inbox:
                self.outbox.append(self.inbox.pop())
        if not self.outbox:
            raise IndexError("empty")
        return self.outbox.pop()

    def __len__(self):
        return len(self.inbox) + len(self.outbox)


def run(*steps):
    queue = Queue()
    found = []
    for step in steps:
        if step is None:
            found.append(queue.pop())
        else:
            queue.push(step)
    return found, len(queue)
"""
ST = [
    "assert run(1, 2, None) == ([1], 1)",
    "assert run(1, None) == ([1], 0)",
    "assert run() == ([], 0)",
    "assert run(1, 2, None, 3, None, None) == ([1, 2, 3], 0)",
]
add("object", "queue1", STK, "while self.inbox:", "while self.outbox:", ST)
add("object", "queue2", STK, "len(self.inbox) + len(self.outbox)", "len(self.inbox)", ST)
add("object", "queue3", STK, "self.outbox.append(self.inbox.pop())", "self.outbox.append(self.inbox.pop(0))", ST)
add("object", "queue4", STK, "        self.inbox.append(value)\n", "        pass\n", ST)
add("object", "queue5", STK, "return self.outbox.pop()", "return self.inbox.pop()", ST)
PR = """def primes(limit):
    found = []
    for number in range(2, limit + 1):
        is_prime = True
        for prime in found:
            if prime * prime > number:
                break
            if number % prime == 0:
                is_prime = False
                break
        if is_prime:
            found.append(number)
    return found
"""
QT = ["assert primes(1) == []", "assert primes(10) == [2, 3, 5, 7]", "assert primes(25) == [2, 3, 5, 7, 11, 13, 17, 19, 23]"]
add("line", "primes1", PR, "                is_prime = False\n", "", QT)
add("line", "primes2", PR, "        is_prime = True\n        for", "        for", QT)
add("line", "primes3", PR, "        if is_prime:\n            found.append(number)", "        found.append(number)", QT)
add(
    "order",
    "primes5",
    PR,
    "        is_prime = True\n        for prime in found:",
    "        for prime in found:\n            is_prime = True",
    QT,
)
RL = """def encode(text):
    found = []
    count = 0
    last = ""
    for sign in text:
        if sign == last:
            count += 1
        else:
            if count:
                found.append((last, count))
            last = sign
            count = 1
    if count:
        found.append((last, count))
    return found
"""
RT = [
    "assert encode('') == []",
    "assert encode('aab') == [('a', 2), ('b', 1)]",
    "assert encode('a') == [('a', 1)]",
    "assert encode('abba') == [('a', 1), ('b', 2), ('a', 1)]",
]
add("line", "rle1", RL, "            last = sign\n", "", RT)
add("line", "rle2", RL, "    if count:\n        found.append((last, count))\n    return", "    return", RT)
add("line", "rle3", RL, "            count = 1\n", "", RT)
add("line", "rle4", RL, "            count = 1\n", "            count = 0\n", RT)
HN = """def moves(count, start="a", spare="b", goal="c"):
    if count == 0:
        return []
    first = moves(count - 1, start, goal, spare)
    last = moves(count - 1, spare, start, goal)
    return first + [(start, goal)] + last
"""
HT = ["assert moves(0) == []", "assert moves(1) == [('a', 'c')]", "assert moves(2) == [('a', 'b'), ('a', 'c'), ('b', 'c')]"]
add("value", "hanoi1", HN, "[(start, goal)]", "[(start, spare)]", HT)
add("prepend", "hanoi2", HN, "first + [(start, goal)] + last", "first + last", HT)
add("value", "hanoi3", HN, "moves(count - 1, spare, start, goal)", "moves(count - 1, start, spare, goal)", HT)
add("prepend", "hanoi4", HN, "first + [(start, goal)] + last", "[(start, goal)] + last", HT)

for item in ITEMS:
    sys.stdout.write(json.dumps(item) + "\n")
