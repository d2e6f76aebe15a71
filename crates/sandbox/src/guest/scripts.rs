//! The Python files of the guest, embedded, and the digest over them.
//!
//! The jail has one flat read-only folder, and tests under judgement can import from the same interpreter. So a file
//! `ROOM/FILE.py` is laid there as `_saraphina_ROOM_FILE.py`, a name no program has by accident. The macro below is the
//! only place that knows this rule; `scripts/check-guest` repeats it for the type checker.

use std::sync::LazyLock;

use record::domain::digest::Digest;

/// A file laid beside the others in the jail's read-only guest folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    /// Its name there.
    pub(crate) name: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
}

/// Names the files of each room as the jail will show them.
macro_rules! rooms {
    ($($room:ident: $($file:ident)+;)+) => {
        &[$($(Script {
            name: concat!("_saraphina_", stringify!($room), "_", stringify!($file), ".py"),
            text: include_str!(concat!(stringify!($room), "/", stringify!($file), ".py")),
        }),+),+]
    };
}

/// Where a jail shows them.
pub(crate) const PLACE: &str = "/saraphina";
/// Does one job in a fresh interpreter.
pub(crate) const COLD: Script = Script { name: "cold.py", text: include_str!("server/cold.py") };
/// Prepares a worker once and forks it for every job.
pub(crate) const SERVER: Script =
    Script { name: "server.py", text: include_str!("server/server.py") };
/// What they import, beside them.
pub(crate) const PARTS: &[Script] = rooms! {
    server: channel collecting confine ending huge immortal patches;
    suite: alike answers around beside borrowed calls careless child coarse copied declared dependence derived disguises dropped focus handed hanging hollow illustrated imports injections joined locks looks loose lost measure mirrored misasked narrow nodes observe opaque outcomes pinned
        promises reach remarks returns session settings shortcuts slack stubbed surroundings swallowed syntax tabled told tried truisms weak written;
    controls: bodies claims edits examples expectations helpers library mutants origins plan replay scope sharing spoilt stubs values witness;
    lint: linters;
    probe: answer baseline box cases compare complaints files fixtures fuel infect inserts likeness monkeypatch oracle
        pieces properties pure rules sites stand_in trace trial vary;
    study: border calls clock inputs lines replay shown work world;
};
/// Configures pytest with nothing, so that no file of a proposal does by being found.
pub(crate) const EMPTY: Script = Script { name: "empty.ini", text: "[pytest]\n" };

/// Lists what an interpreter finds in its guest folder: the script that starts it and everything this needs.
pub(crate) fn laid_out(entry: Script) -> impl Iterator<Item = Script> {
    [entry].into_iter().chain(PARTS.iter().copied()).chain([EMPTY])
}

/// Digests all scripts: two executions with the same digest were observed the same way.
pub(crate) fn harness_digest() -> Digest {
    static DIGEST: LazyLock<Digest> = LazyLock::new(|| {
        let scripts: Vec<Script> = [COLD].into_iter().chain(laid_out(SERVER)).collect();
        let texts: Vec<&[u8]> = scripts.iter().map(|script| script.text.as_bytes()).collect();
        Digest::of_parts(&texts)
    });
    *DIGEST
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::{COLD, SERVER, laid_out};

    fn shown_as(room: &str, file: String) -> String {
        let is_entry = room == "server" && [COLD.name, SERVER.name].contains(&&*file);
        if is_entry { file } else { format!("_saraphina_{room}_{file}") }
    }

    #[test]
    fn every_python_file_of_the_guest_is_embedded_under_the_name_of_its_room() {
        let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guest");
        let mut found = BTreeSet::from([COLD.name.to_owned(), "empty.ini".to_owned()]);
        for room in guest.read_dir().unwrap().map(Result::unwrap) {
            for file in room.path().read_dir().into_iter().flatten().map(Result::unwrap) {
                let room = room.file_name().into_string().unwrap();
                let file = file.file_name().into_string().unwrap();
                found.insert(shown_as(&room, file));
            }
        }

        let named: BTreeSet<String> = [COLD]
            .into_iter()
            .chain(laid_out(SERVER))
            .map(|script| script.name.to_owned())
            .collect();

        assert_eq!(named, found);
    }
}
