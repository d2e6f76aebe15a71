//! The console's pages, as the router gives them, without a browser.

mod contrast;
mod doors;
mod hostile;
mod html;
mod numbers;
mod pages;
mod reading;
mod visits;
mod words;
