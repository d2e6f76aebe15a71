//! How the files of a package spell each other in imports.
//!
//! A module is named from its root (`shop.cart`), or from where the importing file lies (`.cart`). Both spellings are known here, and
//! nothing else: what is imported otherwise is left alone.

use std::collections::BTreeSet;

/// A file of a package: its path, and the name under which it is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The path.
    pub path: &'a str,
    /// The name.
    pub module: &'a str,
}

/// The ways in which one file may spell another one.
pub fn spellings(from: Place<'_>, to: Place<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::from([to.module.to_owned()]);
    let is_package = from.path.ends_with("__init__.py");
    let mut base: Vec<&str> = from.module.split('.').collect();
    if !is_package {
        base.pop();
    }
    let mut dots = ".".to_owned();
    while !base.is_empty() {
        let start = format!("{}.", base.join("."));
        if let Some(rest) = to.module.strip_prefix(&start) {
            found.insert(format!("{dots}{rest}"));
        }
        base.pop();
        dots.push('.');
    }
    found
}

/// The name of a module beside another one, spelled as that one is.
pub fn beside(spelled: &str, stem: &str) -> String {
    match spelled.rfind('.') {
        Some(at) => format!("{}{stem}", spelled.get(..=at).unwrap_or_default()),
        None => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_spelled_from_the_root_and_from_where_one_stands() {
        let cart = Place { path: "src/shop/cart.py", module: "shop.cart" };
        let tax = Place { path: "src/shop/rules/tax.py", module: "shop.rules.tax" };

        assert_eq!(
            spellings(cart, tax),
            ["shop.rules.tax", ".rules.tax"].map(str::to_owned).into()
        );
        assert_eq!(spellings(tax, cart), ["shop.cart", "..cart"].map(str::to_owned).into());
        assert_eq!([beside("..cart", "bag"), beside("cart", "bag")], ["..bag", "bag"]);
    }
}
