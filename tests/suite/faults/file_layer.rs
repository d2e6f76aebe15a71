//! A layer below SQLite that fails and forgets.
//!
//! It is SQLite's own layer with other functions for opening, reading, writing, flushing and deleting. Real files hold what
//! a running system sees; of the database and its write-ahead log it also knows what was flushed, so that [`lose_power`]
//! can put the files into a state that a power cut could leave.
#![expect(unsafe_code, reason = "SQLite's file layer is an interface in C")]
#![expect(clippy::multiple_unsafe_ops_per_block, reason = "each block is one call through a table")]

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

use foundation::store::sqlite::file_layer::choose;
use rusqlite::ffi;

use super::seeds::Seed;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// A write that was not flushed.
#[derive(Clone)]
enum Pending {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// A file, as the disk holds it, and what is on its way there.
#[derive(Default)]
struct Tracked {
    flushed: Vec<u8>,
    pending: Vec<Pending>,
}

#[derive(Default)]
struct State {
    calls: u64,
    fails_at: Option<(u64, Lasting)>,
    failed: bool,
    records: bool,
    open: HashMap<usize, PathBuf>,
    files: HashMap<PathBuf, Tracked>,
}

/// How long a failure lasts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// One call fails.
    Once,
    /// Every call from then on fails.
    ForEver,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

/// Our methods, and those of the real file that they stand before.
#[repr(C)]
struct Table {
    ours: ffi::sqlite3_io_methods,
    real: ffi::sqlite3_io_methods,
}

fn state() -> MutexGuard<'static, Option<State>> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the layer below every database that this process opens from now on.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the layer found lives as long as the process; its copy is leaked, and registered once.
        unsafe {
            let found = ffi::sqlite3_vfs_find(std::ptr::null());
            let mut copy = *found;
            copy.zName = c"faulty".as_ptr();
            copy.pNext = std::ptr::null_mut();
            OPEN.get_or_init(|| (copy.xOpen.unwrap(), copy.xDelete.unwrap()));
            copy.xOpen = Some(open);
            copy.xDelete = Some(delete);
            let copy = Box::leak(Box::new(copy));
            assert_eq!(ffi::sqlite3_vfs_register(copy, 0), ffi::SQLITE_OK);
        }
        choose("faulty");
    });
}

type Open = unsafe extern "C" fn(
    *mut ffi::sqlite3_vfs,
    ffi::sqlite3_filename,
    *mut ffi::sqlite3_file,
    c_int,
    *mut c_int,
) -> c_int;
type Delete = unsafe extern "C" fn(*mut ffi::sqlite3_vfs, *const c_char, c_int) -> c_int;
static OPEN: OnceLock<(Open, Delete)> = OnceLock::new();

/// From now on calls are counted, what is flushed is noted, and the call of this number fails.
pub(crate) fn begin(fails_at: Option<(u64, Lasting)>) {
    *state() = Some(State { fails_at, records: true, ..State::default() });
}

/// The layer works again; how many calls there were, and whether one failed.
pub(crate) fn end() -> (u64, bool) {
    let ended = state().take().unwrap_or_default();
    (ended.calls, ended.failed)
}

/// Ends the counting and leaves the files as a power cut could: of what was not flushed, some is lost, some is torn, some is
/// there, in any order. Whether the cut came before the end.
pub(crate) fn lose_power(seed: &mut Seed) -> bool {
    let State { files, failed, .. } = state().take().unwrap_or_default();
    let mut files: Vec<(PathBuf, Tracked)> = files.into_iter().collect();
    files.sort_by(|left, right| left.0.cmp(&right.0));
    for (path, tracked) in files {
        let Tracked { mut flushed, mut pending } = tracked;
        // A device may finish writes in any order; a shorter file is shorter for all of them.
        seed.shuffle(&mut pending);
        for write in &pending {
            apply_some(&mut flushed, write, seed);
        }
        std::fs::write(&path, flushed).unwrap();
        let mut shared = path.into_os_string();
        shared.push("-shm");
        drop(std::fs::remove_file(shared));
    }
    failed
}

fn apply_some(file: &mut Vec<u8>, write: &Pending, seed: &mut Seed) {
    match (write, seed.below(3)) {
        (_, 0) => {}
        (Pending::Truncate(length), _) => apply(file, &Pending::Truncate(*length)),
        (write, 1) => apply(file, write),
        (Pending::Write(offset, bytes), _) => {
            let mut at = 0;
            while at < bytes.len() {
                let end = ((offset + at) / SECTOR + 1) * SECTOR - offset;
                let end = end.min(bytes.len());
                if seed.below(2) == 0 {
                    apply(file, &Pending::Write(offset + at, bytes[at..end].to_vec()));
                }
                at = end;
            }
        }
    }
}

fn apply(file: &mut Vec<u8>, write: &Pending) {
    match write {
        Pending::Truncate(length) => file.resize(*length, 0),
        Pending::Write(offset, bytes) => {
            let end = offset + bytes.len();
            if file.len() < end {
                file.resize(end, 0);
            }
            file[*offset..end].copy_from_slice(bytes);
        }
    }
}

/// Counts a call; whether it is to fail.
fn fails() -> bool {
    let mut guard = state();
    let Some(state) = guard.as_mut() else { return false };
    state.calls += 1;
    let fails = state.fails_at.is_some_and(|(at, lasting)| match lasting {
        Lasting::Once => state.calls == at,
        Lasting::ForEver => state.calls >= at,
    });
    state.failed |= fails;
    fails
}

/// Notes something about the file behind a pointer, if it is one that is watched.
fn note(file: *mut ffi::sqlite3_file, change: impl FnOnce(&mut Tracked)) {
    let mut guard = state();
    let Some(state) = guard.as_mut() else { return };
    let Some(path) = state.open.get(&(file as usize)) else { return };
    if let Some(tracked) = state.files.get_mut(path) {
        change(tracked);
    }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    if fails() {
        // SAFETY: SQLite gives a file to fill; without methods it is not closed.
        unsafe { (*file).pMethods = std::ptr::null() };
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: the arguments are SQLite's own, and the layer's memory has the size that the real one asked for.
    let opened = unsafe { (OPEN.get().unwrap().0)(vfs, name, file, flags, out) };
    if opened != ffi::SQLITE_OK {
        return opened;
    }
    // SAFETY: an opened file has methods, which live as long as the process, and so do ours.
    unsafe {
        (*file).pMethods = table((*file).pMethods);
    }
    if flags & (ffi::SQLITE_OPEN_MAIN_DB | ffi::SQLITE_OPEN_WAL) != 0 && !name.is_null() {
        // SAFETY: names of databases end with a zero.
        let path = unsafe { CStr::from_ptr(name) };
        watch(file, Path::new(std::ffi::OsStr::from_bytes(path.to_bytes())));
    }
    ffi::SQLITE_OK
}

fn watch(file: *mut ffi::sqlite3_file, path: &Path) {
    let mut guard = state();
    let Some(state) = guard.as_mut().filter(|state| state.records) else { return };
    state.open.insert(file as usize, path.to_owned());
    state.files.entry(path.to_owned()).or_insert_with(|| Tracked {
        flushed: std::fs::read(path).unwrap_or_default(),
        pending: Vec::new(),
    });
}

/// Our methods before these, made once for each kind of file.
///
/// # Safety
///
/// The methods live as long as the process.
unsafe fn table(real: *const ffi::sqlite3_io_methods) -> *const ffi::sqlite3_io_methods {
    static MADE: Mutex<Vec<(usize, &'static Table)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, table)) = made.iter().find(|(address, _)| *address == real as usize) {
        return (&raw const **table).cast();
    }
    let address = real as usize;
    // SAFETY: the caller vouches for it.
    let real = unsafe { *real };
    let mut ours = real;
    // Without mapped memory everything passes through the calls below.
    ours.iVersion = real.iVersion.min(2);
    ours.xClose = Some(close);
    ours.xRead = Some(read);
    ours.xWrite = Some(write);
    ours.xTruncate = Some(truncate);
    ours.xSync = Some(sync);
    ours.xLock = Some(lock);
    ours.xShmMap = real.xShmMap.and(Some(map));
    let table: &'static Table = Box::leak(Box::new(Table { ours, real }));
    made.push((address, table));
    (&raw const *table).cast()
}

/// The methods of the real file.
///
/// # Safety
///
/// The file was opened by this layer.
unsafe fn real(file: *mut ffi::sqlite3_file) -> &'static ffi::sqlite3_io_methods {
    // SAFETY: its methods are the first field of one of our tables, which live as long as the process.
    unsafe { &(*(*file).pMethods.cast::<Table>()).real }
}

unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flush: c_int,
) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_DELETE;
    }
    // SAFETY: names end with a zero.
    let path = unsafe { CStr::from_ptr(name) };
    if let Some(state) = state().as_mut() {
        state.files.remove(Path::new(std::ffi::OsStr::from_bytes(path.to_bytes())));
    }
    // SAFETY: the arguments are SQLite's own.
    unsafe { (OPEN.get().unwrap().1)(vfs, name, flush) }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    if let Some(state) = state().as_mut() {
        state.open.remove(&(file as usize));
    }
    // SAFETY: the file was opened by the real layer.
    unsafe { real(file).xClose.unwrap()(file) }
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    into: *mut c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_READ;
    }
    // SAFETY: the file was opened by the real layer, the rest is SQLite's own.
    unsafe { real(file).xRead.unwrap()(file, into, amount, offset) }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_WRITE;
    }
    note(file, |tracked| {
        // SAFETY: SQLite gives as many bytes as it says.
        let bytes = unsafe {
            std::slice::from_raw_parts(from.cast::<u8>(), usize::try_from(amount).unwrap())
        };
        tracked.pending.push(Pending::Write(usize::try_from(offset).unwrap(), bytes.to_vec()));
    });
    // SAFETY: the file was opened by the real layer, the rest is SQLite's own.
    unsafe { real(file).xWrite.unwrap()(file, from, amount, offset) }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: i64) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_TRUNCATE;
    }
    note(file, |tracked| {
        tracked.pending.push(Pending::Truncate(usize::try_from(length).unwrap()));
    });
    // SAFETY: the file was opened by the real layer.
    unsafe { real(file).xTruncate.unwrap()(file, length) }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    // Whether the real disk has it makes no difference here, and waiting for it would take most of the time.
    note(file, |tracked| {
        let Tracked { flushed, pending } = tracked;
        pending.drain(..).for_each(|write| apply(flushed, &write));
    });
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_LOCK;
    }
    // SAFETY: the file was opened by the real layer.
    unsafe { real(file).xLock.unwrap()(file, level) }
}

unsafe extern "C" fn map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extends: c_int,
    out: *mut *mut c_void,
) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_SHMMAP;
    }
    // SAFETY: the file was opened by the real layer, the rest is SQLite's own.
    unsafe { real(file).xShmMap.unwrap()(file, page, size, extends, out) }
}
