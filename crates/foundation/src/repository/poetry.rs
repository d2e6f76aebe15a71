//! What Poetry writes of a dependency, as a requirement.
//!
//! Its carets and tildes are bounds on both sides: a project that wants `^3.18` does not work with version 4. What is wanted on some
//! Pythons only keeps that as a marker.

use toml::Value;

/// A dependency as a requirement in the form of PEP 440 and PEP 508.
pub(crate) fn line((name, wanted): (&String, &Value)) -> String {
    let text = |key: &str| wanted.get(key)?.as_str();
    let version = wanted.as_str().or_else(|| text("version")).unwrap_or("*");
    let python = text("python").map(on_pythons);
    let markers = text("markers").map(str::to_owned).or(python).unwrap_or_default();
    let end = if markers.is_empty() { markers } else { format!("; {markers}") };
    format!("{name}{}{end}", bounds(version))
}

/// A version with its bounds. Of one or another range, which PEP 440 has not, the least version of the first.
fn bounds(version: &str) -> String {
    let parts = |text: &str| -> Vec<String> { text.split(',').flat_map(part).collect() };
    match version.split_once('|') {
        None => parts(version).join(","),
        Some((first, _)) => parts(first)
            .into_iter()
            .filter(|part| !part.starts_with('<'))
            .collect::<Vec<_>>()
            .join(","),
    }
}

fn part(text: &str) -> Vec<String> {
    let text: String = text.split_whitespace().collect();
    let is_number = |rest: &str| rest.starts_with(|symbol: char| symbol.is_ascii_digit());
    let between = |rest: &str, place: usize| {
        let least = format!(">={rest}");
        std::iter::once(least).chain(next(rest, place).map(|most| format!("<{most}"))).collect()
    };
    match (text.strip_prefix('^'), text.strip_prefix('~').filter(|rest| is_number(rest))) {
        (Some(rest), _) => between(rest, leading(rest)),
        (None, Some(rest)) => between(rest, usize::from(rest.contains('.'))),
        (None, None) if text.is_empty() || text == "*" => Vec::new(),
        (None, None) if is_number(&text) => vec![format!("=={text}")],
        (None, None) => vec![text],
    }
}

/// The place of the first number that is not 0, else of the last one.
fn leading(version: &str) -> usize {
    let numbers: Vec<&str> = version.split('.').collect();
    let first = numbers.iter().position(|number| !number.trim_matches('0').is_empty());
    first.unwrap_or_else(|| numbers.len().saturating_sub(1))
}

/// The first version in which the number at this place is larger.
fn next(version: &str, place: usize) -> Option<String> {
    let mut numbers = Vec::new();
    for number in version.split('.').take(place.saturating_add(1)) {
        numbers.push(number.parse::<u64>().ok()?);
    }
    let last = numbers.last_mut()?;
    *last = last.checked_add(1)?;
    Some(numbers.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
}

/// A range of Pythons as a marker.
fn on_pythons(range: &str) -> String {
    let told = |part: &str| {
        let at = part.find(|symbol: char| symbol.is_ascii_digit())?;
        let (sign, version) = part.split_at_checked(at)?;
        let numbers: Vec<&str> = version.split('.').take(2).collect();
        Some(format!("python_version{sign}'{}'", numbers.join(".")))
    };
    let bounds = bounds(range);
    bounds.split(',').filter_map(told).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_stay_on_both_sides() {
        let told = [
            ("^3.18", ">=3.18,<4"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0.0", ">=0.0,<0.1"),
            ("^0", ">=0,<1"),
            ("~1.16", ">=1.16,<1.17"),
            ("~1.2.3", ">=1.2.3,<1.3"),
            ("~2", ">=2,<3"),
            ("~=2.1", "~=2.1"),
            (">=3.18.0, <4.0.0", ">=3.18.0,<4.0.0"),
            ("1.4", "==1.4"),
            ("1.*", "==1.*"),
            ("^1.0b2", ">=1.0b2,<2"),
            ("^2.1 || ^3.0", ">=2.1"),
            ("*", ""),
        ];
        for (version, wanted) in told {
            assert_eq!(bounds(version), wanted, "{version}");
        }
    }

    #[test]
    fn what_some_pythons_want_is_wanted_on_them_only() {
        let told = [
            ("{version = \"^0.8\", python = \"<3.7\"}", "a>=0.8,<0.9; python_version<'3.7'"),
            (
                "{version = \"*\", python = \"~3.7.1\"}",
                "a; python_version>='3.7' and python_version<'3.8'",
            ),
            (
                "{version = \"1\", markers = \"sys_platform == 'win32'\"}",
                "a==1; sys_platform == 'win32'",
            ),
            ("{git = \"https://example.org/a\"}", "a"),
            ("[{version = \"^1\"}, {version = \"^2\"}]", "a"),
        ];
        for (value, wanted) in told {
            let table: toml::Table = format!("a = {value}").parse().unwrap();
            assert_eq!(table.iter().map(line).collect::<Vec<_>>(), [wanted], "{value}");
        }
    }
}
