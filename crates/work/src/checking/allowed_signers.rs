//! The owners' public keys that a check goes by, in OpenSSH's form `allowed_signers`.
//!
//! The file comes from whoever checks, never from the branch that is checked. It is read strictly: a line that cannot be honoured in
//! full is refused by its number, because a limit that is passed over would let in more than its author meant.

use thiserror::Error;

use record::audit::owner_key::{OwnerKey, OwnerKeyError};
use record::audit::sshsig::NAMESPACE;
use record::domain::time::Timestamp;

/// Most bytes of the file.
pub const MAX_SIGNERS_BYTES: u64 = 1 << 20;
/// What names of keys begin with.
const KINDS: [&str; 3] = ["ssh-", "ecdsa-", "sk-"];

/// The keys that count for decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedSigners(Vec<Allowed>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Allowed {
    principals: Vec<String>,
    fingerprint: String,
    window: Window,
}

/// The time in which a key counts; both ends belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Window {
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

/// A line that is not honoured.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SignersError {
    /// No line names a key that may sign decisions.
    #[error("no line names a key that may sign decisions")]
    Empty,
    /// A line has too few words.
    #[error("line {line}: expected `principal [options] kind key`")]
    Malformed {
        /// The line, from 1.
        line: usize,
    },
    /// A principal is a pattern.
    #[error("line {line}: the principal {principal} is no plain name; patterns are not taken")]
    Principal {
        /// The line, from 1.
        line: usize,
        /// As it stands there.
        principal: String,
    },
    /// An option is not honoured here.
    #[error("line {line}: the option {option} is not taken")]
    Option {
        /// The line, from 1.
        line: usize,
        /// As it stands there.
        option: String,
    },
    /// A moment is none, or of an unnamed time zone.
    #[error("line {line}: {moment} is no moment in UTC such as 20261120084700Z")]
    Moment {
        /// The line, from 1.
        line: usize,
        /// As it stands there.
        moment: String,
    },
    /// The key is none that can sign decisions.
    #[error("line {line}: {error}")]
    Key {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: OwnerKeyError,
    },
}

/// A reason why a signature does not count.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Unlisted {
    /// Nobody's key.
    #[error("the key {fingerprint} is not among the signers")]
    Key {
        /// The key.
        fingerprint: String,
    },
    /// The key of somebody else.
    #[error("the key {fingerprint} is listed for {listed}, not for {named}")]
    Principal {
        /// The key.
        fingerprint: String,
        /// Whom the file names.
        listed: String,
        /// Whom the entry names.
        named: String,
    },
    /// The key did not count then.
    #[error("the key {fingerprint} does not count at {at}")]
    Time {
        /// The key.
        fingerprint: String,
        /// The moment of the entry.
        at: Timestamp,
    },
}

impl AllowedSigners {
    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, SignersError> {
        let mut all = Vec::new();
        for (line, words) in (1..).zip(text.split('\n')) {
            let words = words.trim_matches([' ', '\t', '\r']);
            if !words.is_empty() && !words.starts_with('#') {
                all.extend(allowed(line, words)?);
            }
        }
        if all.is_empty() { Err(SignersError::Empty) } else { Ok(Self(all)) }
    }

    /// Tells whether a key counts for a principal at a moment.
    pub fn check(&self, fingerprint: &str, named: &str, at: Timestamp) -> Result<(), Unlisted> {
        let fingerprint = fingerprint.to_owned();
        let lines = || self.0.iter().filter(|allowed| allowed.fingerprint == fingerprint);
        let is_named = |allowed: &&Allowed| allowed.principals.iter().any(|name| name == named);
        let Some(first) = lines().next() else { return Err(Unlisted::Key { fingerprint }) };
        if !lines().any(|allowed| is_named(&allowed)) {
            let (listed, named) = (first.principals.join(","), named.to_owned());
            return Err(Unlisted::Principal { fingerprint, listed, named });
        }
        if lines().filter(is_named).any(|allowed| allowed.window.has(at)) {
            return Ok(());
        }
        Err(Unlisted::Time { fingerprint, at })
    }
}

impl Window {
    /// Compares whole seconds, as `ssh-keygen` does.
    fn has(self, at: Timestamp) -> bool {
        let second = |moment: Timestamp| moment.millis().div_euclid(1_000);
        self.after.is_none_or(|after| second(at) >= second(after))
            && self.before.is_none_or(|before| second(at) <= second(before))
    }
}

/// Reads one line; nothing where its key is for other namespaces.
fn allowed(line: usize, words: &str) -> Result<Option<Allowed>, SignersError> {
    let malformed = || SignersError::Malformed { line };
    let (principals, rest) = words.split_once([' ', '\t']).ok_or_else(malformed)?;
    let principals: Vec<String> = principals.split(',').map(str::to_owned).collect();
    if let Some(principal) = principals.iter().find(|name| !is_plain(name)) {
        return Err(SignersError::Principal { line, principal: principal.clone() });
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let (options, key) = if KINDS.iter().any(|kind| rest.starts_with(kind)) {
        ("", rest)
    } else {
        split_options(rest).ok_or_else(malformed)?
    };
    let (window, is_for_us) = honoured(line, options)?;
    let key = OwnerKey::parse(key).map_err(|error| SignersError::Key { line, error })?;
    Ok(is_for_us.then(|| Allowed { principals, fingerprint: key.fingerprint(), window }))
}

fn is_plain(name: &str) -> bool {
    let is_plain = |symbol: char| symbol.is_ascii_alphanumeric() || "._@+-".contains(symbol);
    !name.is_empty() && name.chars().all(is_plain)
}

/// Splits at the first blank outside of quotes.
fn split_options(rest: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let end = rest.find(|symbol: char| {
        is_quoted ^= symbol == '"';
        !is_quoted && matches!(symbol, ' ' | '\t')
    })?;
    let (options, key) = rest.split_at_checked(end)?;
    Some((options, key.trim_start_matches([' ', '\t'])))
}

/// Reads options: the time in which the key counts, and whether it counts for decisions.
fn honoured(line: usize, options: &str) -> Result<(Window, bool), SignersError> {
    let mut window = Window::default();
    let mut is_for_us = true;
    let mut seen = Vec::new();
    for option in split_quoted(options) {
        let refused = || SignersError::Option { line, option: option.to_owned() };
        let (name, value) = option.split_once('=').ok_or_else(refused)?;
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = value.filter(|value| !value.contains(['"', '\\'])).ok_or_else(refused)?;
        if seen.contains(&name) {
            return Err(refused());
        }
        seen.push(name);
        match name {
            "namespaces" if !value.split(',').all(is_plain) => return Err(refused()),
            "namespaces" => is_for_us = value.split(',').any(|one| one == NAMESPACE),
            "valid-after" => window.after = Some(moment(line, value)?),
            "valid-before" => window.before = Some(moment(line, value)?),
            _ => return Err(refused()),
        }
    }
    Ok((window, is_for_us))
}

/// Splits at commas outside of quotes.
fn split_quoted(options: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let parts = options.split(move |symbol: char| {
        is_quoted ^= symbol == '"';
        !is_quoted && symbol == ','
    });
    parts.filter(move |_| !options.is_empty())
}

/// Reads `YYYYMMDD[HHMM[SS]]Z`; without the Z it would mean the time zone of whoever reads it.
fn moment(line: usize, text: &str) -> Result<Timestamp, SignersError> {
    let refused = || SignersError::Moment { line, moment: text.to_owned() };
    let digits = text.strip_suffix('Z').ok_or_else(refused)?;
    let is_whole = matches!(digits.len(), 8 | 12 | 14);
    if !is_whole || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refused());
    }
    let all = format!("{digits:0<14}");
    let part = |from: usize, to: usize| all.get(from..to).unwrap_or_default();
    let (year, month, day) = (part(0, 4), part(4, 6), part(6, 8));
    let (hour, minute, second) = (part(8, 10), part(10, 12), part(12, 14));
    let text = format!("{year}-{month}-{day}T{hour}:{minute}:{second}.000Z");
    text.parse().map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../../../../tests/fixtures/audit/owner.pub");
    const NAME: &str = "SHA256:q/iGWtJWK+xWHs59pSLwXI3b10+ySjytQmHJ0936cp8";

    fn of(before_key: &str) -> Result<AllowedSigners, SignersError> {
        AllowedSigners::parse(&format!("{before_key} {KEY}"))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn lines_of_an_export_and_of_ssh_keygen_are_honoured() {
        let now = at("2026-11-20T08:47:00.999Z");
        let options = "namespaces=\"git,decision@saraphina\",valid-after=\"20261120084700Z\",valid-before=\"20261120084700Z\"";

        assert_eq!(of("owner").unwrap().check(NAME, "owner", now), Ok(()));
        let limited = of(&format!("ann,bob\t {options}")).unwrap();
        assert_eq!(limited.check(NAME, "bob", now), Ok(()));
        let late = at("2026-11-20T08:47:01.000Z");
        let fingerprint = NAME.to_owned();
        assert_eq!(
            limited.check(NAME, "ann", late),
            Err(Unlisted::Time { fingerprint: fingerprint.clone(), at: late })
        );
        let (listed, named) = ("ann,bob".to_owned(), "eve".to_owned());
        assert_eq!(
            limited.check(NAME, "eve", now),
            Err(Unlisted::Principal { fingerprint, listed, named })
        );
        assert!(matches!(limited.check("SHA256:x", "ann", now), Err(Unlisted::Key { .. })));
    }

    #[test]
    fn what_is_not_honoured_in_full_is_refused_by_its_line() {
        let option =
            |option: &str| Err(SignersError::Option { line: 1, option: option.to_owned() });
        for refused in [
            "cert-authority",
            "verify-required",
            "namespaces=\"*\"",
            "namespaces=decision@saraphina",
            "valid-until=\"20261120Z\"",
        ] {
            assert_eq!(of(&format!("owner {refused}")), option(refused), "{refused}");
        }
        for moment in ["20261120", "20261320Z", "2026112008Z", "+2026112Z"] {
            let refused = Err(SignersError::Moment { line: 1, moment: moment.to_owned() });
            assert_eq!(of(&format!("owner valid-after=\"{moment}\"")), refused, "{moment}");
        }
        for principal in ["*", "!ann", "ann,", "\"ann", "ann\u{e4}"] {
            assert!(matches!(of(principal), Err(SignersError::Principal { .. })), "{principal}");
        }
        assert_eq!(of("owner namespaces=\"git\""), Err(SignersError::Empty));
        assert_eq!(of("owner namespaces=\"git"), Err(SignersError::Malformed { line: 1 }));
        let twice = "valid-after=\"20261120Z\"";
        assert_eq!(of(&format!("owner {twice},{twice}")), option(twice));
        assert_eq!(AllowedSigners::parse("# nobody\n\n"), Err(SignersError::Empty));
        assert_eq!(
            AllowedSigners::parse("owner ssh-ed25519"),
            Err(SignersError::Key { line: 1, error: OwnerKeyError::Malformed })
        );
    }
}
