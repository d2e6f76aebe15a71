//! Installed packages, for an owner who has to agree to them.
//!
//! Versions, sizes and licences are what somebody decides by who lets foreign code into a box, so they are shown before anything
//! may import it, with a question at a terminal and as a sentence where there is none.

use crate::contract::disk;
use crate::contract::page::{Block, Cell};
use sandbox::toolchain::installed::Installed;
use sandbox::toolchain::layer::Layer;

/// A table with a row for each package.
pub fn table(layer: &Layer) -> Block {
    let row = |one: &Installed| {
        let (name, version) = (Cell::from(one.name.as_str()), Cell::from(one.version.as_str()));
        vec![name, version, Cell::from(disk::words(one.bytes)), Cell::from(licence(one))]
    };
    let head = ["package", "version", "size", "licence"].map(str::to_owned).to_vec();
    Block::Table { head, rows: layer.packages.iter().map(row).collect() }
}

/// The same in one sentence.
pub fn words(layer: &Layer) -> String {
    let told = |one: &Installed| {
        let Installed { name, version, bytes, .. } = one;
        format!("{name} {version} ({}, {})", disk::words(*bytes), licence(one))
    };
    let packages = layer.packages.iter().map(told).collect::<Vec<_>>().join(", ");
    left_out(layer).map_or_else(|| packages.clone(), |line| format!("{packages}. {line}"))
}

/// Says what was wanted and is not there.
pub fn left_out(layer: &Layer) -> Option<String> {
    let wishes = layer.left_out.join(", ");
    (!wishes.is_empty()).then(|| format!("Not installed, since no wheel fits: {wishes}"))
}

fn licence(one: &Installed) -> String {
    if one.licence.is_empty() { "licence not told".to_owned() } else { one.licence.clone() }
}
