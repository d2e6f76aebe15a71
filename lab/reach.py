#!/usr/bin/env python3
"""Says at which rank the edits of `cargo bench -p saraphina-lab --bench reach` reach the reference.

    cargo bench -p saraphina-lab --bench reach -- CORPUS.jsonl… | lab/reach.py [--all]

Each line of standard input is one item: its buggy text, its reference and the edits in the order of
promise. An edit reaches the reference when both have the same syntax tree, docstrings aside. Nothing is run.
"""
import ast
import json
import statistics
import sys


def plain(text):
    """The tree of a text without docstrings and places; None where it does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Module, ast.ClassDef)):
            is_text = lambda each: isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            node.body = [each for each in node.body if not is_text(each)]
    return ast.dump(tree)


def applied(text, edits):
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new.encode() + text[end:]
    return text.decode(errors="replace")


def main():
    corpora = {}
    for line in sys.stdin:
        item = json.loads(line)
        wanted, text = plain(item["reference"]), item["buggy"].encode()
        found = broken = None
        for rank, (operator, edits) in enumerate(item["edits"], 1):
            if plain(applied(text, edits)) == wanted:
                found = (rank, operator)
                break
        corpus = item["id"].split("/")[0]
        corpora.setdefault(corpus, []).append(found)
        rank, operator = found or ("-", "")
        print(f"{item['id']:45} {rank:>6} of {len(item['edits']):5}  {operator:18} {item['kind']}")
    for corpus, found in corpora.items():
        ranks = sorted(each[0] for each in found if each)
        print(
            f"{corpus}: {len(ranks)} of {len(found)} reached ({100 * len(ranks) / len(found):.0f} %), "
            f"median rank {statistics.median(ranks) if ranks else '-'}, "
            f"within 100: {sum(rank <= 100 for rank in ranks)}, within 500: {sum(rank <= 500 for rank in ranks)}"
        )


if __name__ == "__main__":
    main()
