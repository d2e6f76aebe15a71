//! Notes, commits and signers that chance spoilt: every one is refused.
//!
//! What is spoilt is known, so that the reason can be told to be a right one. The gate tries some hundred of each; `cargo test --test suite
//! -- --ignored ten_thousand` tries ten thousand.

use std::collections::BTreeMap;

use foundation::repository::delta::Delta;
use foundation::repository::range::Commit;
use work::checking::allowed_signers::AllowedSigners;
use work::checking::judging::{self, Proof, Rules};
use work::checking::note::Note;
use work::checking::opened::Opener;

use super::shop::Shop;
use record::audit::key::VerifierKey;
use record::domain::changeset::{GitId, Mode, Side};

/// Numbers that look random and are the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    /// A byte at this place is flipped, taken out, put in, or all from here on is gone.
    fn spoil(&mut self, bytes: &[u8]) -> Vec<u8> {
        let at = self.below(bytes.len());
        let mut spoilt = bytes.to_vec();
        match self.below(5) {
            0 | 1 => spoilt[at] ^= 1 << self.below(8),
            2 => drop(spoilt.remove(at)),
            3 => spoilt.insert(at, 33 + u8::try_from(self.below(90)).unwrap()),
            _ => spoilt.truncate(at),
        }
        spoilt
    }
}

/// Everything that an approved commit is judged by.
struct Case {
    note: Vec<u8>,
    signers: Vec<u8>,
    parent: GitId,
    commit: Commit,
    deltas: Vec<Delta>,
    log: VerifierKey,
}

impl Case {
    async fn new() -> Self {
        let mut shop = Shop::new();
        let edits =
            [("shop/a.py", Some("1\n")), ("README.md", None), ("shop/cart.py", Some("2\n"))];
        let id = shop.approved(&edits).await;
        let change = shop.change(&id).await;
        let delta = |touched: &record::domain::changeset::Touched| Delta {
            path: touched.path.clone(),
            before: touched.before.clone(),
            after: touched.after.clone(),
        };
        let tree = shop.project.git(&["rev-parse", "HEAD^{tree}"]).parse().unwrap();
        Self {
            note: shop.noted(&id).into_bytes(),
            signers: Shop::signers().lines().next().unwrap().as_bytes().to_vec(),
            parent: change.base.tree.clone(),
            commit: Commit {
                id: id.parse().unwrap(),
                parents: vec![change.base.commit.clone()],
                tree,
                committed_at: None,
                message: Vec::new(),
            },
            deltas: change.touched().iter().map(delta).collect(),
            log: shop.ledger.key.verifier().clone(),
        }
    }

    /// Nothing where the commit is covered, else the word of the reason.
    fn judged(&self) -> Option<&'static str> {
        let Ok(text) = std::str::from_utf8(&self.signers) else { return Some("signers") };
        let Ok(signers) = AllowedSigners::parse(text) else { return Some("signers") };
        let Ok(note) = Note::parse(&self.note) else { return Some("unreadable_note") };
        let Ok(opened) = Opener::new(Some(&self.log)).open(&note) else {
            return Some("broken_note");
        };
        let rules = Rules { signers: &signers, proof: Proof::ByLog, revocations: &[] };
        let judged = judging::on_base(&opened, &self.parent)
            .and_then(|changes| {
                judging::judge(&opened, &changes, (&self.commit, &self.deltas), rules)
            })
            .map(drop);
        judged.err().map(|reason| reason.word())
    }

    /// Changes one thing of the commit.
    fn spoil_commit(&mut self, chance: &mut Chance) {
        let at = chance.below(self.deltas.len());
        let delta = &mut self.deltas[at];
        match chance.below(5) {
            0 => drop(self.deltas.remove(at)),
            1 => {
                let path = format!("new{}", chance.next()).parse().unwrap();
                let after = Some(Side::file(*b"x"));
                self.deltas.push(Delta { path, before: None, after });
            }
            2 => {
                let text = self.parent.as_str();
                let digit = if text.starts_with('0') { '1' } else { '0' };
                self.parent = format!("{digit}{}", &text[1..]).parse().unwrap();
            }
            kind => {
                let side = delta.after.as_mut().or(delta.before.as_mut()).unwrap();
                if kind == 3 {
                    side.mode = Mode::Executable;
                } else {
                    side.content = chance.spoil(&[&*side.content, b"\n"].concat()).into();
                }
            }
        }
    }
}

async fn spoil(rounds: usize, seed: u64) -> BTreeMap<(&'static str, &'static str), usize> {
    let honest = Case::new().await;
    assert_eq!(honest.judged(), None);
    let mut chance = Chance(seed);
    let mut told = BTreeMap::new();
    for round in 0..rounds {
        let mut case = Case { deltas: honest.deltas.clone(), ..honest.copy() };
        let what = ["note", "signers", "commit"][round % 3];
        match what {
            "note" => case.note = chance.spoil(&honest.note),
            "signers" => case.signers = chance.spoil(&honest.signers),
            _ => case.spoil_commit(&mut chance),
        }
        if case.deltas == honest.deltas && case.parent == honest.parent && what == "commit" {
            continue;
        }
        let word = case.judged();
        let word = word.unwrap_or_else(|| {
            panic!("seed {seed}, round {round}: {what} {}", String::from_utf8_lossy(&case.signers))
        });
        *told.entry((what, word)).or_default() += 1;
    }
    told
}

impl Case {
    fn copy(&self) -> Self {
        Self {
            note: self.note.clone(),
            signers: self.signers.clone(),
            parent: self.parent.clone(),
            commit: self.commit.clone(),
            deltas: self.deltas.clone(),
            log: self.log.clone(),
        }
    }
}

/// The reasons that fit what was spoilt.
fn check_reasons(told: &BTreeMap<(&'static str, &'static str), usize>) {
    for (what, word) in told.keys() {
        let fitting: &[&str] = match *what {
            "note" => &["unreadable_note", "broken_note", "no_policy", "no_approval"],
            "signers" => &["signers", "unknown_signer", "other_principal"],
            _ => &["extra_path", "missing_path", "other_mode", "other_bytes", "other_base"],
        };
        assert!(fitting.contains(word), "{what}: {word}");
    }
}

#[tokio::test]
async fn what_chance_spoils_is_refused_for_a_fitting_reason() {
    let told = spoil(900, 0x5eed).await;

    check_reasons(&told);
    assert!(told.len() >= 8, "{told:?}");
}

#[tokio::test]
#[ignore = "ten thousand of each take a while; the gate tries some hundred"]
async fn ten_thousand_of_each_are_refused() {
    let told = spoil(30_000, 0x0dd_5eed).await;

    check_reasons(&told);
    assert_eq!(told.values().sum::<usize>() / 1_000, 29, "{told:?}");
}
