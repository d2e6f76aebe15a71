//! References to what a server holds.

use std::path::Path;

use crate::sandbox::guest::{laid_out, printed};

/// Prints whether it was done, whether what was held is counted, and whether what came later is freed.
const PROGRAM: &str = "\
import os, sys, weakref
sys.path.insert(0, sys.argv[1])
import _saraphina_server_immortal as immortal

class Thing:
    pass

held = {'key of its own'.upper(): [Thing(), ('a', b'b')]}
count = immortal.immortalise()
[(key, (thing, pair))] = held.items()
parts = [held, key, thing, pair, Thing, Thing.__name__, immortal.everything.__code__.co_consts, str.upper]
is_counted = any(sys.getrefcount(part) != sys.getrefcount(None) for part in parts)
later = Thing()
known = weakref.ref(later)
del later
held['later'] = thing = Thing()
seen = weakref.ref(thing)
del thing, held['later']
print(count > 1000, is_counted, known() is None and seen() is None, flush=True)
";

#[test]
fn what_is_held_is_counted_no_more_where_the_interpreter_is_known_and_what_comes_later_is_freed() {
    let folder = laid_out("immortal").display().to_string();
    let ask = |program: &str| printed(Path::new("python3"), &["-c", program, &folder]);
    let is_known = ask(
        "import sys; print(sys.implementation.name == 'cpython' and sys.version_info[:2] in ((3, 12), (3, 13)))",
    );

    let told = ask(PROGRAM);

    let expected = if is_known == "True\n" { "True False True\n" } else { "False True True\n" };
    assert_eq!(told, expected);
}
