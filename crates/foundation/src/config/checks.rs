//! Tells whether the value of a setting can be meant.
//!
//! A value that nothing understands is refused where it is used and named wherever settings are shown; it is never taken for
//! some default. What only the machine can tell, such as whether a program is there, is not looked at here.

/// Words of a switch.
const SWITCH: &[&str] = &["0", "1", "false", "true", "no", "yes", "off", "on"];
/// Places of anchors.
const PLACES: &[&str] = &["file:", "git:", "witness:"];
/// Beginnings of the value of a tape.
const TAPES: &[&str] = &["record:", "replay:"];

/// The form that the value of a setting has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any text.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// On or off.
    Switch,
    /// A whole number between two bounds, both included.
    Number(usize, usize),
    /// The address of a server.
    Url,
    /// Names of providers, separated by spaces.
    Providers,
    /// Places of anchors, separated by spaces.
    Anchors,
    /// A tape that is recorded or replayed.
    Tape,
    /// A name without spaces.
    Name,
    /// A program with its arguments.
    Program,
    /// Names of hosts, separated by spaces.
    Hosts,
    /// The address of a server that is told of events.
    Webhook,
}

impl Form {
    /// Says what is wrong with a value; `providers` are the names there are.
    pub fn fault(self, value: &str, providers: &[&str]) -> Option<String> {
        let begins = |words: &[&str], value: &str| {
            words.iter().any(|word| value.strip_prefix(word).is_some_and(|rest| !rest.is_empty()))
        };
        match self {
            Self::Text => None,
            Self::OneOf(words) => (!words.contains(&value)).then(|| one_of(words)),
            Self::Switch => (!SWITCH.contains(&value.to_lowercase().as_str()))
                .then(|| "it may be 1 or 0".to_owned()),
            Self::Number(least, most) => {
                let is_within = value.parse().is_ok_and(|number| (least..=most).contains(&number));
                (!is_within).then(|| format!("it is a number from {least} to {most}"))
            }
            Self::Url => (!is_url(value))
                .then(|| "it is an address such as http://127.0.0.1:8080/v1".to_owned()),
            Self::Providers => {
                let unknown = value.split_whitespace().find(|name| !providers.contains(name));
                unknown.map(|name| {
                    format!("{name:?} is no provider; there are {}", providers.join(", "))
                })
            }
            Self::Anchors => {
                let unknown = value.split_whitespace().find(|place| !begins(PLACES, place));
                unknown
                    .map(|place| format!("{place:?} is none of file:PATH, git:FOLDER, witness:URL"))
            }
            Self::Tape => {
                (!begins(TAPES, value)).then(|| "it is record:FILE or replay:FILE".to_owned())
            }
            Self::Name => value
                .contains(|symbol: char| symbol.is_whitespace() || symbol.is_control())
                .then(|| "it is a name without spaces".to_owned()),
            Self::Program => program(value).is_empty().then(|| {
                "it is a program and its arguments, or a list such as [\"/opt/tell me\", \"--now\"]"
                    .to_owned()
            }),
            Self::Hosts => {
                let wrong = value.split_whitespace().find(|name| !is_host(name));
                wrong.map(|name| {
                    format!("{name:?} is no name of a host, such as review.example: without http:// and port")
                })
            }
            Self::Webhook => (!is_webhook(value))
                .then(|| "it is an https address, or one of this machine".to_owned()),
        }
    }
}

/// Reads a program and its arguments: words between blanks, or a list of JSON where one of them has blanks; empty where it is neither.
pub fn program(value: &str) -> Vec<String> {
    let words: Vec<String> = if value.trim_start().starts_with('[') {
        serde_json::from_str(value).unwrap_or_default()
    } else {
        value.split_whitespace().map(str::to_owned).collect()
    };
    let is_sound = words.first().is_some_and(|program| !program.trim().is_empty())
        && words.iter().all(|word| !word.contains('\0'));
    if is_sound { words } else { Vec::new() }
}

/// Tells whether events may be posted to an address: by https, or to this machine.
pub fn is_webhook(value: &str) -> bool {
    let Some(rest) = value.strip_prefix("http://") else {
        return value.starts_with("https://") && is_url(value);
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    is_url(value) && (host == "localhost" || address.is_ok_and(|address| address.is_loopback()))
}

/// Tells whether a word is a name or an address as `Host` has it, without a port.
fn is_host(name: &str) -> bool {
    let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !name.contains(['/', ':', '@', '?', '#']),
    }
}

fn one_of(words: &[&str]) -> String {
    match words {
        [one] => format!("it may be {one}, and nothing else is built yet"),
        words => format!("it may be {}", words.join(" or ")),
    }
}

fn is_url(value: &str) -> bool {
    let host = value.strip_prefix("http://").or_else(|| value.strip_prefix("https://"));
    let host = host.map(|rest| rest.split('/').next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty()) && !value.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_hosts_are_as_a_request_says_them_without_port() {
        for good in ["review.example", "review.example forge [2001:db8::1]", "192.0.2.7"] {
            assert_eq!(Form::Hosts.fault(good, &[]), None, "{good}");
        }
        for bad in
            ["http://review.example", "review.example:7272", "forge a/b", "2001:db8::1", "[x]"]
        {
            assert!(Form::Hosts.fault(bad, &[]).is_some(), "{bad}");
        }
    }
}
