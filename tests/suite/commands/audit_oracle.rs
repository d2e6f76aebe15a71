//! Exports and proofs, checked by a log implementation that is not ours.

use std::path::Path;

use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{
    Checkpoint, Error, Hash, Tile, TileHashReader, TileReader, check_record, check_tree,
    prove_record, record_hash, tree_hash,
};

use super::audit_export::exported;
use crate::support::house::House;

/// The tiles of an export, as the implementation asks for them.
struct Tiles<'a>(&'a Path);

impl TileReader for Tiles<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        // It names the height in each path; the layout of a folder has one height and leaves it out.
        let path = |tile: &Tile| tile.path().replacen("tile/8/", "tile/", 1);
        Ok(tiles.iter().map(|tile| std::fs::read(self.0.join(path(tile))).unwrap()).collect())
    }

    fn save_tiles(&self, _tiles: &[Tile], _data: &[Vec<u8>]) {}
}

/// The checkpoint of a signed note, if its key signed it.
fn opened(note: &str, vkey: &str) -> Option<Checkpoint> {
    let verifiers = VerifierList::new(vec![Box::new(StandardVerifier::new(vkey.trim()).unwrap())]);
    let note = Note::from_bytes(note.as_bytes()).unwrap();
    note.verify(&verifiers).ok()?;
    Some(Checkpoint::from_bytes(note.text()).unwrap())
}

/// The hashes and the note of a proof in text.
fn parts(proof: &str) -> (Vec<Hash>, &str) {
    let (hashes, note) = proof.split_once("\n\n").unwrap();
    let hashes = hashes.lines().filter_map(|line| Hash::parse_hash(line).ok());
    (hashes.collect(), note)
}

#[tokio::test]
async fn another_implementation_accepts_checkpoint_tiles_and_every_proof_of_an_export() {
    let (house, folder) = exported().await;
    for _ in 0..300 {
        house.sign_approval().await;
    }
    let folder = folder.with_file_name("large");
    house.line(&format!("/audit export {}", folder.display())).await.data();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (vkey, records) = (read("signers.vkey"), read("records.jsonl"));
    let records: Vec<&str> = records.lines().collect();

    let head = opened(&read("checkpoint"), &vkey).unwrap();
    let (size, root) = (head.size(), *head.hash());
    let (files, reader);
    files = Tiles(&folder);
    reader = TileHashReader::new(size, root, &files);

    assert_eq!((size, tree_hash(size, &reader).unwrap()), (311, root));
    for (seq, record) in (0..size).zip(&records) {
        let proof = prove_record(size, seq, &reader).unwrap();
        assert!(check_record(&proof, size, root, seq, record_hash(record.as_bytes())).is_ok());
        if seq < 6 || seq == 10 {
            continue;
        }
        let text = read(&format!("proofs/{seq}.tlog-proof"));
        let (hashes, note) = parts(&text);
        assert_eq!(hashes, proof, "entry {seq}");
        assert!(opened(note, &vkey).is_some(), "entry {seq}");
    }
    let other = record_hash(records[7].as_bytes());
    let proof = prove_record(size, 8, &reader).unwrap();
    assert!(check_record(&proof, size, root, 8, other).is_err());
    let foreign = vkey.replacen('A', "B", 1);
    assert!(
        StandardVerifier::new(foreign.trim()).is_err()
            || opened(&read("checkpoint"), &foreign).is_none()
    );
}

#[tokio::test]
async fn another_implementation_accepts_that_the_log_only_grew() {
    let house = House::new();
    house.approved().await;
    for seq in 0..8_u64 {
        let data = house.line(&format!("/audit prove {seq}")).await.data();
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        let vkey = text("vkey");
        let (inclusion, growth) = (text("proof"), data["growth"]["proof"].as_str().unwrap());
        let (path, note) = parts(&inclusion);
        let head = opened(note, &vkey).unwrap();
        let leaf = record_hash(text("record").as_bytes());
        let old = data["growth"]["root"].as_str().unwrap().parse().unwrap();
        let old = Hash(*<record::domain::digest::Digest>::as_bytes(&old));

        assert!(check_record(&path, head.size(), *head.hash(), seq, leaf).is_ok(), "{seq}");
        let (path, _) = parts(growth);
        assert!(check_tree(&path, head.size(), *head.hash(), seq + 1, old).is_ok(), "{seq}");
    }
}
