//! Names that say nothing about whose they are.
//!
//! A call of `get` or `len` says little: built-in functions and the strings, lists, maps and results of every language have such names. So a use of one is never
//! certain to mean what a repository defines under it, though only one file may define it.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Functions of Python's `builtins` and methods of its built-in types, and the names of the standard types of JavaScript, Rust, Go and Java.
const NAMES: &str = "
    Add As Close Done Error Get Is Len Less Lock New Read Reset Set String Swap Unlock Unwrap Write abs acquire add
    aiter all and_then anext any append apply as_bytes as_integer_ratio as_mut as_ref as_slice as_str ascii assign
    at bin bind bit_count bit_length bool borrow borrow_mut breakpoint buffer build bytearray bytes call callable
    cancel capacity capitalize casefold catch center chain charAt charCodeAt chars chr classmethod clear clone
    cloned close closed cmp collect compile complex concat conjugate contains contains_key copied copy copyright
    count create credits decode dedup default delattr delete denominator deref deref_mut deserialize detach dict
    difference difference_update dir discard div divmod drain drop emit encode encoding endsWith ends_with endswith
    entries enumerate eq equals errors eval every exec exit expandtabs expect extend fileno fill filter finally find
    findIndex findLast find_map first flat flatMap flat_map flatten float flush fmt fold forEach format format_map
    freeze from fromEntries from_bytes from_iter from_str fromhex fromkeys frozenset get get_mut getattr gi_code
    gi_frame gi_running gi_suspended gi_yieldfrom globals has hasattr hash hashCode help hex id imag includes index
    indexOf index_mut input insert int intersection intersection_update into into_iter isEmpty is_empty is_err
    is_integer is_none is_ok is_some isalnum isalpha isascii isatty isdecimal isdigit isdisjoint isidentifier
    isinstance islower isnumeric isprintable isspace issubclass issubset issuperset istitle isupper items iter
    iter_mut join keys last lastIndexOf len license line_buffering lines list ljust localeCompare locals lock log
    lower lstrip maketrans map map_err match matchAll max memoryview min mul ne neg new newlines next normalize not
    notify numerator object oct off ok ok_or on once open or_else ord padEnd padStart parse partial_cmp partition
    peek poll pop popitem position pow print property push put quit range read readable readline readlines real
    reconfigure recv reduce reject release rem remove removeprefix removesuffix repeat replace replaceAll repr
    reserve resolve result retain rev reverse reversed rfind rindex rjust round rpartition rsplit rstrip run search
    seek seekable send serialize set setattr setdefault shift shrink_to_fit size skip slice some sort sort_by sorted
    spawn splice split splitlines start startsWith starts_with startswith staticmethod step_by str stream stringify
    strip sub substring sum super swapcase symmetric_difference symmetric_difference_update take tell test then
    throw title toArray toLowerCase toString toUpperCase to_bytes to_owned to_string to_vec translate trim trimEnd
    trimStart truncate try_from try_into tuple type union unlock unshift unwrap unwrap_or unwrap_or_default
    unwrap_or_else update upper valueOf values vars wait with_capacity writable write write_through writelines zfill
    zip
";

static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| NAMES.split_whitespace().collect());

/// Tells whether built-in things have this name too, or a language calls it by itself (`__init__`).
pub fn is_common(name: &str) -> bool {
    ALL.contains(name) || (name.starts_with("__") && name.ends_with("__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_built_in_types_have_is_common_and_a_name_of_ones_own_is_not() {
        for name in ["get", "len", "push", "forEach", "__init__", "__", "Close"] {
            assert!(is_common(name), "{name}");
        }
        for name in ["captured_ty", "from_pyfile", "_private", "AppContext"] {
            assert!(!is_common(name), "{name}");
        }
    }
}
