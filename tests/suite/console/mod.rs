//! The console's pages, as the router gives them, without a browser.

mod contrast;
mod deciding;
mod doors;
mod folding;
mod hostile;
mod html;
mod numbers;
mod owners;
mod pages;
mod reading;
mod repositories;
mod visits;
mod words;
