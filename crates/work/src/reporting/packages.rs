//! Installed packages, for an owner who has to agree to them.
//!
//! Versions, sizes and licences are what somebody decides by who lets foreign code into a box, so they are shown before anything
//! may import it, with a question at a terminal and as a sentence where there is none.

use crate::contract::disk;
use crate::contract::page::{Block, Cell, Page, Tone};
use sandbox::toolchain::installed::Installed;
use sandbox::toolchain::layer::Layer;

/// A page with a row for each package and, below, what was wanted and is not there.
pub fn shown(page: Page, layer: &Layer) -> Page {
    let page = page.block(table(layer));
    match left_out(layer) {
        Some(line) => page.text(Cell::toned(line, Tone::Warn)),
        None => page,
    }
}

fn table(layer: &Layer) -> Block {
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
fn left_out(layer: &Layer) -> Option<String> {
    let wishes = layer.left_out.join(", ");
    let remedy = "`pip wheel` makes one, and UV_FIND_LINKS names its folder before you agree";
    (!wishes.is_empty()).then(|| format!("Not installed, since no wheel fits: {wishes} ({remedy})"))
}

fn licence(one: &Installed) -> String {
    if one.licence.is_empty() { "licence not told".to_owned() } else { one.licence.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::digest::Digest;

    #[test]
    fn what_no_wheel_fits_stands_below_the_packages() {
        let layer = |left_out: &[&str]| Layer {
            folder: "/layers/a".into(),
            digest: Digest::of("lock".as_bytes()),
            packages: Vec::new(),
            left_out: left_out.iter().map(|wish| (*wish).to_owned()).collect(),
        };
        let told = |layer: &Layer| shown(Page::new(), layer).plain();

        assert!(told(&layer(&["odfpy", "a>=1"])).contains("since no wheel fits: odfpy, a>=1 ("));
        assert!(!told(&layer(&[])).contains("wheel"));
    }
}
