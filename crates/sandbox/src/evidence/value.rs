//! Values of another process, compared without its help.
//!
//! `==` of the tested code may say anything, so values come as a coded tree of builtin types, dates, exact numbers and the
//! like, and are equal here where Python's own types would be.

use serde_json::Value as Json;

/// One text for all values that are equal in Python; nothing where a part is not exactly of a builtin type, or of one of
/// the library's that is told by its text.
///
/// Numbers are equal across their types, and so are the two kinds of set; lists and tuples, texts and bytes are not.
pub(crate) fn canonical(coded: &Json) -> Option<String> {
    let parts = coded.as_array()?;
    let (kind, rest) = parts.split_first()?;
    match (kind.as_str()?, rest) {
        ("none", []) => Some("none".to_owned()),
        ("bool", [Json::Bool(value)]) => Some(number(if *value { "0x1" } else { "0x0" }, "0x0")),
        ("int" | "float", [Json::String(real)]) => Some(number(real, "0x0")),
        ("complex", [Json::String(real), Json::String(imaginary)]) => Some(number(real, imaginary)),
        ("ratio", [Json::String(above), Json::String(below)]) => Some(format!("r{above}/{below}")),
        ("library", [Json::String(name), Json::String(hex)]) => Some(format!("l{name}:{hex}")),
        ("str", [Json::String(hex)]) => Some(format!("s{hex}")),
        ("bytes", [Json::String(hex)]) => Some(format!("b{hex}")),
        ("list", [Json::Array(items)]) => Some(format!("[{}]", all(items)?.join(","))),
        ("tuple", [Json::Array(items)]) => Some(format!("({})", all(items)?.join(","))),
        ("set" | "frozenset", [Json::Array(items)]) => Some(sorted('<', all(items)?, '>')),
        ("dict", [Json::Array(pairs)]) => Some(sorted('{', all_pairs(pairs)?, '}')),
        _ => None,
    }
}

/// The value with whatever is of a subclass of a builtin type as that type holds it.
pub(crate) fn lowered(coded: &Json) -> Json {
    match coded.as_array().map(Vec::as_slice) {
        Some([Json::String(kind), held, Json::String(_)]) if kind == "own" => lowered(held),
        Some(parts) => Json::Array(parts.iter().map(lowered).collect()),
        None => coded.clone(),
    }
}

fn number(real: &str, imaginary: &str) -> String {
    if imaginary == "0x0" { format!("n{real}") } else { format!("n{real}+{imaginary}") }
}

fn all(items: &[Json]) -> Option<Vec<String>> {
    items.iter().map(canonical).collect()
}

fn all_pairs(pairs: &[Json]) -> Option<Vec<String>> {
    let pair = |pair: &Json| match pair.as_array().map(Vec::as_slice) {
        Some([key, value]) => Some(format!("{}:{}", canonical(key)?, canonical(value)?)),
        Some(_) | None => None,
    };
    pairs.iter().map(pair).collect()
}

fn sorted(open: char, mut items: Vec<String>, close: char) -> String {
    items.sort_unstable();
    format!("{open}{}{close}", items.join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn same(left: &Json, right: &Json) -> Option<bool> {
        Some(canonical(left)? == canonical(right)?)
    }

    #[test]
    fn numbers_are_equal_across_their_types_as_in_python() {
        let one = [
            json!(["bool", true]),
            json!(["int", "0x1"]),
            json!(["float", "0x1"]),
            json!(["complex", "0x1", "0x0"]),
        ];

        assert!(one.iter().all(|value| same(value, &one[0]) == Some(true)));
        assert_eq!(same(&one[1], &json!(["float", "0x1.8p+0"])), Some(false));
        assert_eq!(same(&one[1], &json!(["str", "31"])), Some(false));
        assert_eq!(same(&one[1], &json!(["ratio", "0x1", "0x3"])), Some(false));
        assert_eq!(same(&json!(["bool", false]), &json!(["none"])), Some(false));
    }

    #[test]
    fn order_counts_in_lists_and_not_in_sets_and_dictionaries() {
        let (a, b) = (json!(["str", "61"]), json!(["str", "62"]));
        let of = |kind: &str, items: [&Json; 2]| json!([kind, items]);
        let dictionary = |first: &Json, second: &Json| json!(["dict", [[first, b], [second, b]]]);

        assert_eq!(same(&of("list", [&a, &b]), &of("list", [&b, &a])), Some(false));
        assert_eq!(same(&of("list", [&a, &b]), &of("tuple", [&a, &b])), Some(false));
        assert_eq!(same(&of("set", [&a, &b]), &of("frozenset", [&b, &a])), Some(true));
        assert_eq!(same(&dictionary(&a, &b), &dictionary(&b, &a)), Some(true));
    }

    #[test]
    fn values_of_the_library_are_equal_by_class_and_text() {
        let date = json!(["library", "datetime.date", "61"]);

        let others = [json!(["library", "datetime.date", "62"]), json!(["library", "b", "61"])];

        assert_eq!(same(&date, &date), Some(true));
        assert!(others.iter().all(|other| same(&date, other) == Some(false)));
    }

    #[test]
    fn a_type_that_is_not_builtin_is_equal_to_nothing() {
        let odd = json!(["other", "subject.AlwaysEqual"]);

        let inside = json!(["list", [odd]]);

        assert_eq!([canonical(&odd), canonical(&inside), canonical(&json!(3))], [None, None, None]);
        assert_eq!(canonical(&json!(["list", "no items"])), None);
    }
}
