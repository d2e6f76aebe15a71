//! Memory of a server in huge pages.

use std::path::Path;

use crate::sandbox::guest::{laid_out, printed};

/// Prints whether all that was held is there, in the process and in a fork that changes some, and whether the kernel did
/// here what it does for a piece of memory by itself.
const PROGRAM: &str = "\
import ctypes, mmap, os, sys
sys.path.insert(0, sys.argv[1])
import _saraphina_server_huge as huge

def hugely():
    with open('/proc/self/smaps') as file:
        return sum(int(line.split()[1]) for line in file if line.startswith('AnonHugePages:'))

held = [str(number) for number in range(400_000)]
piece = mmap.mmap(-1, 3 * huge.HUGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
piece[:] = b'x' * len(piece)
start = ctypes.addressof(ctypes.c_char.from_buffer(piece))
start = -(-start // huge.HUGE) * huge.HUGE
does = huge.madvise(ctypes.c_void_p(start), ctypes.c_size_t(huge.HUGE), huge.MADV_COLLAPSE) == 0
before = hugely()
huge.gather()
is_done = hugely() > before
child = os.fork()
if child == 0:
    held[::7] = [None] * len(held[::7])
    os._exit(held != [None if number % 7 == 0 else str(number) for number in range(400_000)])
is_changed = os.waitpid(child, 0)[1] == 0
print(held == [str(number) for number in range(400_000)], is_changed, is_done == (does and huge.patches.is_tried('huge')), flush=True)
";

#[test]
fn what_is_held_is_the_same_in_huge_pages_and_a_fork_has_its_own() {
    let folder = laid_out("huge").display().to_string();

    let told = printed(Path::new("python3"), &["-c", PROGRAM, &folder]);

    assert_eq!(told, "True True True\n");
}
