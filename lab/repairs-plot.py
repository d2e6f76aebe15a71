#!/usr/bin/env python3
"""Draws repairs against seconds: what the healing bench told of each item, and the same repairs at the pace of another pipeline.

    cargo bench -p saraphina-lab --bench healing -- FOLDER --items > rows
    lab/repairs-plot.py SECONDS rows… > docs/repairs.svg

SECONDS is what one candidate takes in the other pipeline: the measured time of one cold run of it. The line of the other pipeline is
calculated, candidates until the first that passed times these seconds; nobody waited for it. Both axes: seconds, logarithmic; programs mended.
"""
import json
import math
import sys

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 400, 60, 50, 40
DECADES = (-1, 5)


def rows(paths):
    for path in paths:
        for line in open(path):
            if line.startswith("{"):
                yield json.loads(line)


def x(seconds):
    share = (math.log10(max(seconds, 0.1)) - DECADES[0]) / (DECADES[1] - DECADES[0])
    return LEFT + share * (WIDTH - LEFT - 20)


def y(count, most):
    return HEIGHT - BOTTOM - count / most * (HEIGHT - BOTTOM - TOP)


def steps(seconds, most, colour):
    points, count = [(x(0.1), y(0, most))], 0
    for each in sorted(seconds):
        points += [(x(each), y(count, most)), (x(each), y(count + 1, most))]
        count += 1
    points.append((x(10 ** DECADES[1]), y(count, most)))
    text = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    return f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{text}"/>'


def main():
    pace, items = float(sys.argv[1]), list(rows(sys.argv[2:]))
    mended = [row for row in items if row["is_plausible"]]
    most = len(items)
    ours = [row["seconds"] for row in mended]
    other = [row["until_passed"] * pace for row in mended]
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20">Repairs against seconds: {len(mended)} of {most} wrong programs; other pipeline: {pace:g} s a candidate, calculated</text>',
    ]
    for power in range(DECADES[0], DECADES[1] + 1):
        at = x(10.0**power)
        out.append(f'<line x1="{at:.1f}" y1="{TOP}" x2="{at:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        out.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10.0 ** power:g} s</text>')
    for count in {0, most // 4, most // 2, most * 3 // 4, most}:
        out.append(f'<text x="{LEFT - 8}" y="{y(count, most) + 4:.1f}" text-anchor="end">{count}</text>')
        out.append(f'<line x1="{LEFT}" y1="{y(count, most):.1f}" x2="{WIDTH - 20}" y2="{y(count, most):.1f}" stroke="#eee"/>')
    out += [steps(ours, most, "#1a7f37"), steps(other, most, "#b35900")]
    out.append(f'<text x="{x(0.3):.1f}" y="{TOP + 14}" fill="#1a7f37">saraphina, full execution included</text>')
    out.append(f'<text x="{x(3000):.1f}" y="{HEIGHT - BOTTOM - 10}" text-anchor="middle" fill="#b35900">the same candidates in the other pipeline</text>')
    print("\n".join([*out, "</svg>"]))


if __name__ == "__main__":
    main()
