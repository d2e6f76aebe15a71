#!/usr/bin/env python3
"""Writes small wrong programs of many shapes, with their tests, for the healing bench.

The classes are those that the authors of QuixBugs published for their bugs (Lin et al., QuixBugs, SPLASH Companion 2017): another
field, a line, a call or a value in front missing, a wrong value, a wrong order; and methods of objects. The programs are none of theirs.

    python3 lab/shapes.py > FOLDER/shapes.jsonl
    cargo bench -p saraphina-lab --profile dev --bench healing -- FOLDER --split all
"""

import json
import sys

NODE = """class Node:
    def __init__(self, value, next=None, child=None):
        self.value = value
        self.next = next
        self.child = child


"""
ITEMS = []


def program(reference, tests, *wrong):
    """Adds a program once for each place that is made wrong: class, name, the right text, the wrong one."""
    parts = [test if test.startswith("def ") else f"def test_{at}():\n    {test}" for at, test in enumerate(tests)]
    suite = "from solution import *\n\n\n" + "\n\n\n".join(parts) + "\n"
    for kind, name, right, instead in wrong:
        assert reference.count(right) == 1, (name, reference.count(right))
        code = {"code": reference, "buggy_code": reference.replace(right, instead), "tests": suite}
        labels = {"id": f"{kind}:shapes/{name}", "language": "python", "module": "solution", "entry_point": name, "bug_type": kind}
        ITEMS.append(labels | code)


program(
    NODE + """def last_value(node):
    while node.next is not None:
        node = node.next
    return node.value
""",
    ["assert last_value(Node(1)) == 1", "assert last_value(Node(1, Node(2))) == 2"],
    ("field", "last_value", "while node.next is not None", "while node is not None"),
)
program(
    NODE + """def count_nodes(node):
    count = 0
    while node:
        count += 1
        node = node.next
    return count
""",
    ["assert count_nodes(Node(1, Node(2))) == 2", "assert count_nodes(None) == 0", "assert count_nodes(Node(1, Node(2, Node(5)))) == 3"],
    ("field", "count_nodes", "node = node.next", "node = node.child"),
)
program(
    NODE + """def values(node):
    found = []
    while node:
        found.append(node.value)
        node = node.next
    return found
""",
    ["assert values(Node(1, Node(2))) == [1, 2]", "assert values(None) == []", "assert values(Node(7)) == [7]"],
    ("field", "values", "found.append(node.value)", "found.append(node)"),
)
program(
    NODE + """def second(node):
    return node.next.value
""",
    ["assert second(Node(1, Node(2))) == 2", "assert second(Node(3, Node(4, Node(5)))) == 4"],
    ("field", "second", "node.next.value", "node.value"),
)
program(
    NODE + """def reverse(node):
    before = None
    while node:
        after = node.next
        node.next = before
        before = node
        node = after
    return before
""",
    ["assert reverse(Node(1)).value == 1", "assert reverse(Node(1, Node(2))).value == 2", "assert reverse(Node(1, Node(2))).next.value == 1"],
    ("line", "reverse", "        before = node\n", ""),
)
program(
    """def fib(n):
    a, b = 0, 1
    for _ in range(n):
        c = a + b
        a = b
        b = c
    return a
""",
    ["assert fib(0) == 0", "assert fib(1) == 1", "assert fib(7) == 13", "assert fib(10) == 55"],
    ("line", "fib", "        a = b\n", ""),
)
program(
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
    ["assert reachable('a', 'c', {'a': ['b'], 'b': ['c']})", "assert not reachable('a', 'z', {'a': ['b'], 'b': ['a']})", "assert reachable('a', 'a', {})", "assert not reachable('a', 'c', {})"],
    ("line", "reachable", "        seen.add(at)\n", ""),
)
program(
    """def unique(items):
    seen = set()
    found = []
    for item in items:
        if item not in seen:
            seen.add(item)
            found.append(item)
    return found
""",
    ["assert unique([1, 1, 2]) == [1, 2]", "assert unique([]) == []", "assert unique([3, 2, 3, 2]) == [3, 2]"],
    ("line", "unique", "            seen.add(item)\n", ""),
)
program(
    """def counts(items):
    found = {}
    for item in items:
        if item not in found:
            found[item] = 0
        found[item] += 1
    return found
""",
    ["assert counts([1, 1, 2]) == {1: 2, 2: 1}", "assert counts([]) == {}"],
    ("line", "counts", "            found[item] = 0\n", "            pass\n"),
)
program(
    """def largest_gap(numbers):
    numbers = sorted(numbers)
    best = 0
    last = numbers[0]
    for number in numbers[1:]:
        best = max(best, number - last)
        last = number
    return best
""",
    ["assert largest_gap([1, 5, 2]) == 3", "assert largest_gap([1]) == 0", "assert largest_gap([10, 1, 4]) == 6"],
    ("line", "largest_gap", "        last = number\n", ""),
)
program(
    """def total(rows):
    whole = 0
    for row in rows:
        part = 1
        for cell in row:
            part *= cell
        whole += part
    return whole
""",
    ["assert total([[1, 2], [3]]) == 5", "assert total([]) == 0", "assert total([[2, 2]]) == 4"],
    ("line", "total", "        whole += part\n", ""),
)
program(
    """def flat(items):
    found = []
    for item in items:
        if isinstance(item, list):
            found.extend(flat(item))
        else:
            found.append(item)
    return found
""",
    ["assert flat([1, [2, [3]]]) == [1, 2, 3]", "assert flat([]) == []", "assert flat([[1], 2]) == [1, 2]"],
    ("call", "flat", "found.extend(flat(item))", "found.extend(item)"),
)
program(
    """def gcd(a, b):
    if b == 0:
        return a
    return gcd(b, a % b)
""",
    ["assert gcd(4, 6) == 2", "assert gcd(7, 0) == 7", "assert gcd(21, 14) == 7", "assert gcd(13, 5) == 1"],
    ("call", "gcd", "return gcd(b, a % b)", "return a % b"),
)
program(
    """def depth(tree):
    if not tree:
        return 0
    left, right = tree
    return 1 + max(depth(left), depth(right))
""",
    ["assert depth(None) == 0", "assert depth((None, None)) == 1", "assert depth((None, (None, None))) == 2", "assert depth((None, (None, (None, None)))) == 3"],
    ("call", "depth", "depth(right))", "0)"),
)
program(
    """def clean(text):
    return text.strip().lower()


def same(one, other):
    return clean(one) == clean(other)
""",
    ["assert same(' a', 'A')", "assert not same('a', 'b')", "assert same('x', 'x')"],
    ("call", "normal", "== clean(other)", "== other"),
)
program(
    """def subsets(items):
    if not items:
        return [[]]
    first, rest = items[0], items[1:]
    others = subsets(rest)
    return others + [[first] + other for other in others]
""",
    ["assert subsets([]) == [[]]", "assert subsets([1]) == [[], [1]]", "assert subsets([1, 2]) == [[], [2], [1], [1, 2]]"],
    ("prepend", "subsets", "return others + [", "return ["),
)
program(
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
    ["assert merge([1, 3], [2]) == [1, 2, 3]", "assert merge([], []) == []", "assert merge([], [1]) == [1]", "assert merge([4, 5], [1]) == [1, 4, 5]"],
    ("prepend", "merge", "return found + one[i:] + other[j:]", "return found + other[j:]"),
)
program(
    """class Account:
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
""",
    ["assert use(0, 5) == (5, 1)", "assert use(0, 5, -3) == (2, 2)", "assert use(0, -3) == 'refused'", "assert use(4, -3) == (-3, 1)", "assert use(0) == (0, 0)"],
    ("object", "account1", "amount > self.balance + self.limit", "amount > self.limit"),
    ("object", "account2", "        self.balance -= amount\n        self.history.append(-amount)", "        self.balance -= amount"),
    ("object", "account3", "self.limit = limit", "self.limit = 0"),
    ("object", "account4", "        self.balance += amount\n", ""),
    ("object", "account5", "len(self.history)", "len(self.owner)"),
    ("object", "account6", "        self.history = []\n", ""),
)
program(
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
    ["assert balanced('()')", "assert not balanced('(')", "assert balanced('([])')", "assert not balanced('([)]')", "assert balanced('')"],
    ("line", "stack", "            stack.pop()\n", ""),
)
program(
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
    ["assert find([1, 2, 3], 3) == 2", "assert find([], 3) == 0", "assert find([1, 2, 3], 9) == 3"],
    ("line", "search", "low = middle + 1", "low = middle"),
)
program(
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
    ["assert ways(0) == 1", "assert ways(1) == 1", "assert ways(2) == 2", "assert ways(5) == 8"],
    ("line", "cache", "    if n == 0:\n        return 1\n", ""),
)
program(
    """def quick(items):
    if not items:
        return []
    pivot = items[0]
    small = quick([x for x in items[1:] if x < pivot])
    large = quick([x for x in items[1:] if x >= pivot])
    return small + [pivot] + large
""",
    ["assert quick([2, 1]) == [1, 2]", "assert quick([]) == []", "assert quick([3, 1, 2]) == [1, 2, 3]"],
    ("line", "sortq", "small + [pivot] + large", "small + large"),
)
program(
    """from collections import deque


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
""",
    ["assert distance('a','c',{'a':['b'],'b':['c']}) == 2", "assert distance('a','z',{'a':['b'],'b':['a']}) is None", "assert distance('a','a',{}) == 0", "assert distance('a','d',{'a':['b','c'],'b':['d'],'c':['d']}) == 2"],
    ("cond", "bfs1", "while queue:", "while True:"),
    ("line", "bfs3", "                queue.append((to, far + 1))\n", ""),
    ("value", "bfs4", "far + 1", "far"),
    ("call", "bfs5", "queue.popleft()", "queue[0]"),
)
program(
    """def order(needs):
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
""",
    ["assert order({}) == []", "assert order({'a': ['b'], 'b': []}) == ['b', 'a']", "assert order({'a': ['c'], 'b': ['a']}) == ['c', 'a', 'b']"],
    ("call", "topo1", "            visit(need)\n", "            pass\n"),
    ("line", "topo2", "        done.append(name)\n", ""),
    ("order", "topo3", "        for need in needs.get(name, []):\n            visit(need)\n        done.append(name)\n", "        done.append(name)\n        for need in needs.get(name, []):\n            visit(need)\n"),
    ("value", "topo4", "visit(need)", "visit(name)"),
)
program(
    """def permutations(items):
    if not items:
        return [[]]
    found = []
    for at, item in enumerate(items):
        for rest in permutations(items[:at] + items[at + 1:]):
            found.append([item] + rest)
    return found
""",
    ["assert permutations([]) == [[]]", "assert permutations([1]) == [[1]]", "assert permutations([1, 2]) == [[1, 2], [2, 1]]", "assert len(permutations([1, 2, 3])) == 6"],
    ("value", "perm1", "return [[]]", "return []"),
    ("prepend", "perm2", "[item] + rest", "rest"),
    ("slice", "perm3", "items[:at] + items[at + 1:]", "items[at + 1:]"),
    ("call", "perm4", "permutations(items[:at] + items[at + 1:])", "[items[:at] + items[at + 1:]]"),
)
program(
    """def change(amount, coins):
    ways = [1] + [0] * amount
    for coin in coins:
        for part in range(coin, amount + 1):
            ways[part] += ways[part - coin]
    return ways[amount]
""",
    ["assert change(0, [1]) == 1", "assert change(4, [1, 2]) == 3", "assert change(5, [5, 3]) == 1", "assert change(3, [2]) == 0"],
    ("value", "change1", "range(coin, amount + 1)", "range(amount + 1)"),
    ("value", "change2", "[1] + [0] * amount", "[0] * amount"),
    ("value", "change3", "+= ways[part - coin]", "= ways[part - coin]"),
    ("value", "change4", "ways[part - coin]", "ways[coin]"),
)
program(
    """def numbers(tree):
    for branch in tree:
        if isinstance(branch, list):
            yield from numbers(branch)
        else:
            yield branch


def total(tree):
    return sum(numbers(tree))
""",
    ["assert total([1, [2, [3]]]) == 6", "assert total([]) == 0", "assert total([[5]]) == 5"],
    ("call", "gen1", "yield from numbers(branch)", "yield from branch"),
    ("value", "gen2", "yield from numbers(branch)", "yield numbers(branch)"),
    ("line", "gen3", "        else:\n            yield branch\n", ""),
)
program(
    """class Cache:
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
""",
    ["def test_a():\n    c = Cache(2)\n    c.put(1, 'a')\n    c.put(2, 'b')\n    assert c.get(1) == 'a'\n    c.put(3, 'c')\n    assert c.get(2) is None\n    assert c.get(1) == 'a'", "def test_b():\n    c = Cache(1)\n    c.put(1, 'a')\n    c.put(1, 'b')\n    assert c.get(1) == 'b'\n    c.put(2, 'x')\n    assert c.get(1) is None", "def test_c():\n    assert Cache(1).get(5) is None"],
    ("object", "lru1", "        self.order.remove(key)\n        self.order.append(key)\n        return", "        self.order.append(key)\n        return"),
    ("object", "lru2", "            del self.items[oldest]\n", ""),
    ("object", "lru3", "        self.items[key] = value\n", ""),
    ("object", "lru4", "        self.items = {}\n", ""),
    ("object", "lru5", "len(self.items) >= self.size", "len(self.items) > self.size"),
    ("object", "lru6", "pop(0)", "pop()"),
    ("object", "lru7", "        self.order.remove(key)\n        self.order.append(key)\n        return", "        self.order.remove(key)\n        return"),
)
program(
    """class Queue:
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
""",
    ["assert run(1, 2, None) == ([1], 1)", "assert run(1, None) == ([1], 0)", "assert run() == ([], 0)", "assert run(1, 2, None, 3, None, None) == ([1, 2, 3], 0)"],
    ("object", "queue1", "while self.inbox:", "while self.outbox:"),
    ("object", "queue2", "len(self.inbox) + len(self.outbox)", "len(self.inbox)"),
    ("object", "queue3", "self.outbox.append(self.inbox.pop())", "self.outbox.append(self.inbox.pop(0))"),
    ("object", "queue4", "        self.inbox.append(value)\n", "        pass\n"),
    ("object", "queue5", "return self.outbox.pop()", "return self.inbox.pop()"),
)
program(
    """def primes(limit):
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
""",
    ["assert primes(1) == []", "assert primes(10) == [2, 3, 5, 7]", "assert primes(25) == [2, 3, 5, 7, 11, 13, 17, 19, 23]"],
    ("line", "primes1", "                is_prime = False\n", ""),
    ("line", "primes2", "        is_prime = True\n        for", "        for"),
    ("line", "primes3", "        if is_prime:\n            found.append(number)", "        found.append(number)"),
    ("order", "primes5", "        is_prime = True\n        for prime in found:", "        for prime in found:\n            is_prime = True"),
)
program(
    """def encode(text):
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
""",
    ["assert encode('') == []", "assert encode('aab') == [('a', 2), ('b', 1)]", "assert encode('a') == [('a', 1)]", "assert encode('abba') == [('a', 1), ('b', 2), ('a', 1)]"],
    ("line", "rle1", "            last = sign\n", ""),
    ("line", "rle2", "    if count:\n        found.append((last, count))\n    return", "    return"),
    ("line", "rle3", "            count = 1\n", ""),
    ("line", "rle4", "            count = 1\n", "            count = 0\n"),
)
program(
    """def moves(count, start="a", spare="b", goal="c"):
    if count == 0:
        return []
    first = moves(count - 1, start, goal, spare)
    last = moves(count - 1, spare, start, goal)
    return first + [(start, goal)] + last
""",
    ["assert moves(0) == []", "assert moves(1) == [('a', 'c')]", "assert moves(2) == [('a', 'b'), ('a', 'c'), ('b', 'c')]"],
    ("value", "hanoi1", "[(start, goal)]", "[(start, spare)]"),
    ("prepend", "hanoi2", "first + [(start, goal)] + last", "first + last"),
    ("value", "hanoi3", "moves(count - 1, spare, start, goal)", "moves(count - 1, start, spare, goal)"),
    ("prepend", "hanoi4", "first + [(start, goal)] + last", "[(start, goal)] + last"),
)

for item in ITEMS:
    sys.stdout.write(json.dumps(item) + "\n")
