//! What tells a secret in a line of text.
//!
//! Keys of well-known services are told by their form; other strings where the name that they are given says so and they look like
//! chance. Some files hold secrets by their name. Nothing here repeats one.

/// Beginnings of keys, the least length of what follows, and whose they are.
const FORMS: [(&str, usize, &str); 12] = [
    ("AKIA", 16, "a key of Amazon"),
    ("ghp_", 30, "a token of GitHub"),
    ("gho_", 30, "a token of GitHub"),
    ("ghs_", 30, "a token of GitHub"),
    ("github_pat_", 30, "a token of GitHub"),
    ("glpat-", 18, "a token of GitLab"),
    ("xoxb-", 20, "a token of Slack"),
    ("xoxp-", 20, "a token of Slack"),
    ("sk_live_", 20, "a key of Stripe"),
    ("sk-", 32, "a key of a model service"),
    ("AIza", 35, "a key of Google"),
    ("pypi-AgE", 40, "a token of PyPI"),
];
/// Words in the name of a variable that say what it holds.
const NAMES: [&str; 8] =
    ["password", "passwd", "secret", "token", "api_key", "apikey", "access_key", "private_key"];
/// Words that stand where a secret will be put.
const PLACEHOLDERS: [&str; 9] =
    ["example", "change", "your", "xxx", "dummy", "test", "placeholder", "insert", "secret"];
/// Names of files that hold secrets, and ends of such names.
const FILES: [&str; 7] =
    [".envrc", ".netrc", ".npmrc", ".pgpass", ".pypirc", "id_ed25519", "id_rsa"];
const ENDS: [&str; 5] = [".env", ".pem", ".key", ".p12", ".pfx"];
/// What names of hidden files say that hold secrets.
const HIDDEN: [&str; 6] = ["cred", "flaskenv", "key", "pass", "secret", "token"];
/// Ends of names of files that only show what such a file looks like.
const SAMPLES: [&str; 5] = [".example", ".sample", ".template", ".dist", ".py"];
/// Hosts whose passwords open nothing elsewhere.
const LOCAL: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"];
/// Shortest password of an address, in characters.
const LEAST_PASSWORD: usize = 6;
/// Shortest string that is taken for a secret, in characters.
const LEAST: usize = 12;
/// Bits of a character of a string that looks like chance.
const CHANCE_BITS: f64 = 3.2;

/// Tells whose key a line holds, by its form.
pub fn known(line: &str) -> Option<&'static str> {
    if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    if has_password(line) {
        return Some("the password in an address");
    }
    FORMS.iter().find_map(|(form, least, whose)| {
        let mut places = line.match_indices(form);
        let is_key = |(at, _): (usize, &str)| {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            let rest = line.get(at + form.len()..).unwrap_or("");
            let length = rest
                .chars()
                .take_while(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '-'))
                .count();
            !before.is_some_and(char::is_alphanumeric) && length >= *least
        };
        places.any(is_key).then_some(*whose)
    })
}

/// Whether a line holds an address with a password in it (RFC 3986, section 3.2.1): `scheme://user:password@host`.
fn has_password(line: &str) -> bool {
    line.match_indices("://").any(|(at, mark)| {
        let rest = line.get(at + mark.len()..).unwrap_or_default();
        let end =
            rest.find(|symbol: char| symbol.is_whitespace() || "/?#\"'`<>|,".contains(symbol));
        let Some((who, host)) =
            rest.get(..end.unwrap_or(rest.len())).and_then(|it| it.rsplit_once('@'))
        else {
            return false;
        };
        let Some((user, password)) = who.split_once(':') else { return false };
        let lower = password.to_lowercase();
        let is_made_up = PLACEHOLDERS.iter().chain(&NAMES).any(|word| lower.contains(word));
        let is_filled_in = password.contains(['$', '{', '%', '*']);
        let is_here = LOCAL.iter().any(|word| host.starts_with(word)) || host.contains("example");
        password.chars().count() >= LEAST_PASSWORD
            && !(is_made_up || is_filled_in || is_here || lower == user.to_lowercase())
    })
}

/// Tells whether a name says that what it is given is secret.
pub fn is_telling(name: &str) -> bool {
    let name = name.to_lowercase();
    NAMES.iter().any(|word| name.contains(word))
}

/// Whether a string looks like chance, and not like words or the place of something.
pub fn is_chance(text: &str) -> bool {
    let lower = text.to_lowercase();
    text.chars().count() >= LEAST
        && text
            .chars()
            .all(|symbol| symbol.is_ascii_graphic() && !matches!(symbol, '{' | '<' | '%' | ':'))
        && text.chars().any(|symbol| symbol.is_ascii_digit())
        && !PLACEHOLDERS.iter().any(|word| lower.contains(word))
        && bits(text) >= CHANCE_BITS
}

/// Tells whether a line of a text in any language holds a secret.
pub fn is_secret(line: &str) -> bool {
    known(line).is_some() || named(line)
}

/// Tells whether a file is one of secrets, by the last part of its path; a hidden one is by any word that tells of them.
pub fn is_file_of_secrets(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let is_one = name.starts_with(".env.")
        || FILES.contains(&name.as_str())
        || ENDS.iter().any(|end| name.ends_with(end))
        || (name.starts_with('.') && HIDDEN.iter().any(|word| name.contains(word)));
    is_one && !SAMPLES.iter().any(|end| name.ends_with(end))
}

/// Tells whether a quoted string of a line is given to a name that says that it is secret.
fn named(line: &str) -> bool {
    let mut quotes = line.match_indices(['"', '\'']);
    while let Some((at, quote)) = quotes.next() {
        let rest = line.get(at + 1..).unwrap_or_default();
        let Some((content, _)) = rest.split_once(quote) else { return false };
        let before = line.get(..at).unwrap_or_default().trim_end();
        let given =
            before.strip_suffix(['=', ':']).filter(|name| !name.ends_with(['=', '!', '<', '>']));
        let name = given
            .and_then(|name| name.rsplit([',', '(', '{', ';', ' ']).find(|word| !word.is_empty()));
        if name.is_some_and(is_telling) && is_chance(content) {
            return true;
        }
        quotes.find(|(end, other)| *end > at && *other == quote);
    }
    false
}

/// Shannon's entropy of the characters of a text, in bits each.
fn bits(text: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::<char, u32>::new();
    for symbol in text.chars() {
        *counts.entry(symbol).or_default() += 1;
    }
    let all = f64::from(counts.values().sum::<u32>());
    counts.values().map(|count| f64::from(*count) / all).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_in_a_line_of_any_language() {
        let secret = [
            "key = sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
            "API_TOKEN = \"q8Zr41Lx0vWm29Kd\"",
            "  \"db_password\": \"q8Zr41Lx0vWm29Kd\",",
            "connect(user='me', password='q8Zr41Lx0vWm29Kd')",
            "-----BEGIN RSA PRIVATE KEY-----",
            "url: postgres://admin:hunter2x@db.shop.internal:5432/shop",
        ];
        let open = [
            "token = \"your-token-goes-here-1\"",
            "if token == \"q8Zr41Lx0vWm29Kd\":",
            "name = \"q8Zr41Lx0vWm29Kd\"",
            "password = read()",
            "it's a token: 'and so",
            "postgres://admin:hunter2x@localhost/shop",
            "postgres://admin:${DB_PASS}@db.shop.internal/shop",
            "https://user:password@db.shop.internal",
            "https://github.com/a/b@v1:x",
            "git clone ssh://git@host:2222/a",
        ];

        assert_eq!(secret.map(is_secret), [true; 6]);
        assert_eq!(open.map(is_secret), [false; 10]);
    }

    #[test]
    fn files_of_secrets_are_known_by_name() {
        let held = [".env", "shop/.env.local", "prod.env", "keys/site.pem", "home/id_rsa"];
        let open = [".env.template", ".environment", "env.py", "shop/key.py", "id_rsa.pub"];

        let hidden = [".flaskenv", "shop/.api_token", ".aws_credentials"];

        assert_eq!(hidden.map(is_file_of_secrets), [true; 3]);
        assert_eq!(held.map(is_file_of_secrets), [true; 5]);
        assert_eq!(open.map(is_file_of_secrets), [false; 5]);
    }
}
