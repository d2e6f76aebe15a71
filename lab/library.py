#!/usr/bin/env python3
"""Prints the public names of modules of the standard library, a module a line, for `crates/repair/src/fixes/library.txt`.

    python3.13 lab/library.py > crates/repair/src/fixes/library.txt

Constants are left out where a module has more of them than anything else, as `signal` and `errno` have.
"""
import importlib

MODULES = """
abc argparse array ast asyncio atexit base64 bisect calendar cmath codecs collections collections.abc colorsys
concurrent.futures configparser contextlib contextvars copy csv ctypes dataclasses datetime decimal difflib dis email
enum fileinput filecmp fnmatch fractions functools gc getpass gettext glob graphlib gzip hashlib heapq hmac html http
html.parser http.client http.server importlib importlib.util inspect io ipaddress itertools json keyword linecache
locale logging lzma math mimetypes multiprocessing numbers operator os os.path pathlib pickle pkgutil platform pprint
queue random re reprlib sched secrets select selectors shelve shlex shutil signal socket socketserver sqlite3 ssl
stat statistics string stringprep struct subprocess sys sysconfig tempfile textwrap threading time timeit token
tokenize traceback types typing unicodedata unittest unittest.mock urllib.error urllib.parse urllib.request uuid
warnings weakref xml.dom.minidom xml.etree.ElementTree zipfile zlib zoneinfo
""".split()


def is_own(value, module):
    """Whether what a module without `__all__` holds is its own, and not imported from another one of these."""
    home = getattr(value, "__module__", None)
    return home == module or home not in [*MODULES, "builtins"]


def public(name):
    module = importlib.import_module(name)
    told = getattr(module, "__all__", None)
    if told is None:
        told = [each for each in dir(module) if is_own(getattr(module, each), name)]
    names = sorted(each for each in told if not each.startswith("_"))
    names = [each for each in names if not isinstance(getattr(module, each, None), type(module))]
    constants = {each for each in names if each.isupper() and not callable(getattr(module, each, None))}
    return names if 2 * len(constants) <= len(names) else [each for each in names if each not in constants]


for name in MODULES:
    print(f"{name}: {' '.join(public(name))}")
