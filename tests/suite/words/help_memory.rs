//! The help of commands about the memory of a repository, and their pages.

use super::screen::{masked, typed};
use crate::memory::history::of_pairs;
use crate::repository::sample::Sample;
use crate::support::house::House;

async fn help(command: &str) -> String {
    typed(&House::in_memory(), &format!("/help {command}")).await
}

#[tokio::test]
async fn help_of_build_graph() {
    let _masked = masked();

    insta::assert_snapshot!(help("build-graph").await, @"");
}

#[tokio::test]
async fn help_of_why_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("why-code").await, @"");
}

#[tokio::test]
async fn help_of_impact_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("impact-code").await, @"");
}

#[tokio::test]
async fn help_of_graph() {
    let _masked = masked();

    insta::assert_snapshot!(help("graph").await, @"");
}

/// A house that knows a repository as `shop`, with its memory built.
async fn knowing(sample: &Sample) -> House {
    let house = House::new();
    let line = format!("/repository add --name shop --no-run {}", sample.root().display());
    house.worded(&line).await.data();
    house
}

#[tokio::test]
async fn pages_of_a_memory() {
    let _masked = masked();
    let sample = of_pairs(180);
    let house = knowing(&sample).await;

    insta::assert_snapshot!(typed(&house, "/graph shop rate").await, @"");
    insta::assert_snapshot!(typed(&house, "/build-graph shop").await, @"");
    insta::assert_snapshot!(typed(&house, "/why-code shop/cart.py:3 --repo shop").await, @"");
    insta::assert_snapshot!(typed(&house, "/impact-code shop/cart.py --repo shop").await, @"");
    insta::assert_snapshot!(typed(&house, "/graph shop rate").await, @"");
    insta::assert_snapshot!(typed(&house, "/why-code nothing.py --repo shop").await, @"");
}
