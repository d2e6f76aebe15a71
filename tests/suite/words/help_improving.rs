//! The help of commands that look at code, improve and measure it.

use super::screen::{masked, typed};
use crate::support::house::House;

async fn help(command: &str) -> String {
    typed(&House::in_memory(), &format!("/help {command}")).await
}

#[tokio::test]
async fn help_of_scan_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("scan-code").await, @"");
}

#[tokio::test]
async fn help_of_review_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("review-code").await, @"");
}

#[tokio::test]
async fn help_of_improve_file() {
    let _masked = masked();

    insta::assert_snapshot!(help("improve-file").await, @"");
}

#[tokio::test]
async fn help_of_compare_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("compare-code").await, @"");
}

#[tokio::test]
async fn help_of_profile_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("profile-code").await, @"");
}
