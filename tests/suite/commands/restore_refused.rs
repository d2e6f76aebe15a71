//! `/restore` that is not carried out.

use std::fs;

use work::contract::error::ErrorKind;

use super::restore::{moved_on, restore};
use crate::support::meddle::meddle;

#[tokio::test]
async fn of_a_restore_that_is_refused_or_asks_first_no_copy_stays() {
    let (house, _, file) = moved_on().await;
    let (altered, foreign) = (house.beside("altered.db"), house.beside("foreign.db"));
    fs::copy(&file, &altered).unwrap();
    meddle(&altered, "UPDATE reviews SET comment = 'looked at twice'");
    fs::write(&foreign, "no database").unwrap();
    let copy = house.home().join("knowledge.restore");

    let mut refused = Vec::new();
    for file in [&file, &altered, &foreign] {
        let error = house.line(&format!("/restore {}", file.display())).await.error();
        refused.push((error.kind, copy.exists()));
    }
    restore(&house, &file).await;

    let integrity = ErrorKind::Integrity;
    let kinds = [ErrorKind::NeedsOwner, integrity, integrity];
    assert_eq!(refused, kinds.map(|kind| (kind, false)));
    assert!(!copy.exists());
}
