//! `/audit prove`.

use record::audit::key::VerifierKey;
use record::audit::log_proof::{GrowthText, InclusionText};
use record::audit::merkle::leaf_hash;
use record::domain::digest::Digest;
use work::contract::error::ErrorKind;

use crate::support::house::House;

#[tokio::test]
async fn every_entry_is_proved_by_text_that_needs_nothing_else() {
    let house = House::new();
    house.approved().await;
    for seq in 0..8 {
        let data = house.line(&format!("/audit prove {seq}")).await.data();
        let text = |name: &str| data[name].as_str().unwrap().to_owned();

        let key = VerifierKey::parse(&text("vkey")).unwrap();
        let leaf = leaf_hash(text("record").as_bytes());
        let inclusion = InclusionText::parse(&text("proof")).unwrap();
        let growth = GrowthText::parse(data["growth"]["proof"].as_str().unwrap()).unwrap();
        let root: Digest = data["growth"]["root"].as_str().unwrap().parse().unwrap();

        assert_eq!((inclusion.seq, growth.old, leaf.hex()), (seq, seq + 1, text("leaf")));
        assert_eq!(inclusion.check(leaf, &key).unwrap().size, 8);
        assert_eq!(growth.check(root, &key).unwrap().root.hex(), text("root"));
    }
    let page = house.line("/audit prove 3").await.page();
    assert!(page.contains("Entry 3 stands in the log of 8 entries."), "{page}");
    assert!(page.contains("c2sp.org/tlog-proof@v1\nindex 3\n"), "{page}");
}

#[tokio::test]
async fn the_log_is_proved_to_have_grown_from_a_kept_checkpoint() {
    let house = House::new();
    house.proposed().await;
    let note = house.line("/audit checkpoint").await.data()["note"].as_str().unwrap().to_owned();
    let kept = house.file("kept", &note);
    house.approved().await;
    let other = House::new();
    other.approved().await;
    let data = house.line(&format!("/audit prove 5 --since {kept}")).await.data();
    let foreign = other.line(&format!("/audit prove 5 --since {kept}")).await;

    assert_eq!((data["growth"]["old"].as_u64(), data["size"].as_u64()), (Some(4), Some(11)));
    assert_eq!(foreign.refusal().0, ErrorKind::Integrity);
}

#[tokio::test]
async fn what_does_not_hold_is_not_proved_and_what_is_not_there_is_said() {
    let house = House::new();
    house.approved().await;

    assert_eq!(house.line("/audit prove 8").await.refusal().0, ErrorKind::NotFound);
    assert_eq!(house.line("/audit prove").await.refusal().0, ErrorKind::Usage);
    assert_eq!(house.line("/audit prove x").await.refusal().0, ErrorKind::Usage);
    house
        .tamper("UPDATE audit_log SET record = CAST(replace(CAST(record AS TEXT), 'adder', 'badder') AS BLOB) WHERE seq = 1")
        .await;
    assert_eq!(house.line("/audit prove 1").await.refusal().0, ErrorKind::Integrity);
    assert!(house.line("/audit prove 2").await.result.is_ok());
}
