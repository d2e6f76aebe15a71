//! Most records, read in one pass over their bytes.
//!
//! A log of millions of entries is mostly records without a statement. For those the chain needs four fields, so this reader
//! recognises the canonical form as it goes and builds nothing. It is a second reader on purpose: it takes a fraction of the
//! parser's time, and it may only ever say less. What it accepts `Record::parse` accepts with the same values (`quick_tests.rs`
//! tries this on every golden record and on mutations of them); whatever it does not recognise goes to the parser.

use std::ops::Range;

use crate::audit::canonical::MAX_TEXT_CHARS;
use crate::audit::fact::{About, Detail, Fact};
use crate::audit::plain;
use crate::audit::record::MAX_RECORD_BYTES;
use crate::domain::act::ActKind;
use crate::domain::digest::{Digest, half};
use crate::domain::time::Timestamp;

/// Deepest nesting that is read here: below the bound of records, so that the parser settles the boundary.
const MAX_DEPTH: usize = 7;
/// Most digits of an integer that is read here: any fifteen digits lie below 2^53, sixteen may not.
const MAX_DIGITS: usize = 15;
/// Most digits of a revision or user that is read here: any nine digits fit 32 bits.
const MAX_SHORT_DIGITS: usize = 9;

/// The fields that the chain needs of a record without a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Its sequence number.
    pub seq: u64,
    /// The leaf hash of the record before.
    pub prev: Digest,
    /// Where the name of its log stands in its bytes.
    pub log: Range<usize>,
    /// Its kind.
    pub kind: ActKind,
    /// What its clock said.
    pub ts: Timestamp,
    /// What it means for later decisions.
    pub fact: Fact,
}

/// Reads a record in one pass without building it.
///
/// What is returned would also be accepted by [`Record::parse`](crate::audit::record::Record::parse), with the same
/// values; `None` says nothing but that the parser must decide. Records with a statement, and the genesis, are never read here.
pub fn glance(bytes: &[u8]) -> Option<Glance> {
    if bytes.len() > MAX_RECORD_BYTES || std::str::from_utf8(bytes).is_err() {
        return None;
    }
    let mut at = Cursor { bytes, at: 0 };
    let actor = at.actor()?;
    at.literal(b",\"data\":")?;
    let detail = at.data()?;
    at.literal(b",\"idem\":")?;
    at.text()?;
    at.literal(b",\"kind\":")?;
    let kind = at.kind()?;
    at.literal(b",\"log\":\"")?;
    let log = at.log_name()?;
    at.literal(b"\",\"prev\":")?;
    let prev = at.digest()?;
    at.literal(b",\"seq\":")?;
    let seq = at.integer(MAX_DIGITS)?;
    at.literal(b",\"subject\":{")?;
    let about = at.subject()?;
    at.literal(b",\"ts\":\"")?;
    let ts = at.time()?;
    at.via()?;
    // What no honest program writes is of the parser to name.
    let is_foreign = actor == "agent" && plain::is_of_owners(kind);
    let is_odd = kind == ActKind::ExecutionVerdict && !plain::is_verdict(detail.verdict);
    if is_foreign || is_odd {
        return None;
    }
    let fact = Fact::from_parts(kind, about, detail);
    (at.at == bytes.len()).then_some(Glance { seq, prev, log, kind, ts, fact })
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn has(&mut self, wanted: &[u8]) -> bool {
        let is_here = self.rest().starts_with(wanted);
        if is_here {
            self.at += wanted.len();
        }
        is_here
    }

    fn literal(&mut self, wanted: &[u8]) -> Option<()> {
        self.has(wanted).then_some(())
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.rest().get(..count)?;
        self.at += count;
        Some(taken)
    }

    /// The type of an actor without a key, which only signed records name.
    fn actor(&mut self) -> Option<&'static str> {
        self.literal(b"{\"actor\":{\"id\":")?;
        self.text()?;
        self.literal(b",\"type\":")?;
        let kind = self.one_of(&["owner", "agent", "system"])?;
        self.literal(b"}")?;
        Some(kind)
    }

    fn via(&mut self) -> Option<()> {
        self.literal(b"\",\"v\":1,\"via\":{\"session\":")?;
        self.text()?;
        self.literal(b",\"surface\":")?;
        self.one_of(&["repl", "shell", "script", "http", "mcp", "worker", "internal"])?;
        if self.has(b",\"uid\":") {
            self.integer(MAX_SHORT_DIGITS)?;
        }
        self.literal(b"}}")
    }

    /// A string as RFC 8785 writes it, short enough that its characters need not be counted.
    fn text(&mut self) -> Option<()> {
        self.literal(b"\"")?;
        let start = self.at;
        loop {
            let rest = self.rest();
            let plain = rest.iter().position(|byte| !is_plain(*byte))?;
            self.at += plain;
            match rest.get(plain)? {
                b'"' => break,
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
        // Bytes bound characters, so a text this short needs no counting; a longer one is left to the parser.
        let is_short = self.at - start <= MAX_TEXT_CHARS;
        self.at += 1;
        is_short.then_some(())
    }

    fn escape(&mut self) -> Option<()> {
        match self.take(2)? {
            [_, b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't'] => Some(()),
            [_, b'u'] => match self.take(4)? {
                [b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f']
                | [b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f'] => Some(()),
                _ => None,
            },
            _ => None,
        }
    }

    /// A string that stands as it is between its quotes.
    fn word(&mut self) -> Option<&'a [u8]> {
        self.literal(b"\"")?;
        let length = self.rest().iter().position(|byte| *byte == b'"')?;
        let word = self.take(length)?;
        self.literal(b"\"")?;
        Some(word)
    }

    fn one_of(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let word = self.word()?;
        words.iter().find(|known| known.as_bytes() == word).copied()
    }

    fn kind(&mut self) -> Option<ActKind> {
        let word = self.word()?;
        let kind = ActKind::ALL.iter().find(|kind| kind.word().as_bytes() == word).copied()?;
        (!is_weighty(kind)).then_some(kind)
    }

    fn log_name(&mut self) -> Option<Range<usize>> {
        let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'+' | b'"' | b'\\');
        let length = self.rest().iter().position(|byte| !plain(*byte))?;
        let start = self.at;
        self.at += length;
        (1..=200).contains(&length).then_some(start..self.at)
    }

    fn digest(&mut self) -> Option<Digest> {
        self.literal(b"\"sha256:")?;
        let digest = Digest::of_hex(self.take(64)?)?;
        self.literal(b"\"")?;
        Some(digest)
    }

    /// An integer that is not negative, without leading zeros.
    fn integer(&mut self, most: usize) -> Option<u64> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.take(digits)?;
        let is_plain = (1..=most).contains(&digits) && (digits == 1 || text.first() != Some(&b'0'));
        is_plain.then(|| text.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')))
    }

    /// The detail; the texts that decisions are held against are kept as they stand.
    fn data(&mut self) -> Option<Detail<'a>> {
        let mut detail = Detail::default();
        self.members(1, |key, value| {
            let place = match key {
                b"environment_digest" => &mut detail.environment,
                b"evidence_digest" => &mut detail.evidence,
                b"integrity" => &mut detail.integrity,
                b"verdict" => &mut detail.verdict,
                _ => return,
            };
            let text = value.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
            *place = text.and_then(|text| str::from_utf8(text).ok());
        })?;
        Some(detail)
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.members(depth, |_, _| {})
    }

    fn members(&mut self, depth: usize, mut see: impl FnMut(&[u8], &'a [u8])) -> Option<()> {
        self.literal(b"{")?;
        if self.has(b"}") {
            return Some(());
        }
        let mut before: &[u8] = b"";
        loop {
            let key = self.word()?;
            // In order, and none twice; the empty text before the first is smaller than any.
            let starts_well = key.first().is_some_and(u8::is_ascii_lowercase);
            let is_plain = key.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
            if !starts_well || !is_plain || key <= before {
                return None;
            }
            before = key;
            self.literal(b":")?;
            let start = self.at;
            self.value(depth)?;
            see(key, self.bytes.get(start..self.at)?);
            if self.has(b"}") {
                return Some(());
            }
            self.literal(b",")?;
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.rest().first()? {
            b'"' => self.text(),
            b'{' if depth < MAX_DEPTH => self.object(depth + 1),
            b'[' if depth < MAX_DEPTH => self.array(depth + 1),
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'-' => {
                self.at += 1;
                self.integer(MAX_DIGITS).filter(|value| *value != 0).map(drop)
            }
            _ => self.integer(MAX_DIGITS).map(drop),
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.literal(b"[")?;
        if self.has(b"]") {
            return Some(());
        }
        loop {
            self.value(depth)?;
            if self.has(b"]") {
                return Some(());
            }
            self.literal(b",")?;
        }
    }

    /// Everything up to the closing brace; its parts are all optional and in this order.
    fn subject(&mut self) -> Option<About> {
        let mut about = About::default();
        let mut is_first = true;
        for (key, part) in [
            (b"\"execution\":".as_slice(), Part::Execution),
            (b"\"proposal\":", Part::Proposal),
            (b"\"revision\":", Part::Revision),
            (b"\"revision_digest\":", Part::Content),
        ] {
            if self.rest().starts_with(b"}") {
                break;
            }
            let before = self.at;
            if !is_first {
                self.literal(b",")?;
            }
            if !self.has(key) {
                self.at = before;
                continue;
            }
            match part {
                Part::Execution => about.execution = Some(self.id("exec_")?),
                Part::Proposal => about.proposal = Some(self.id("proposal_")?),
                Part::Revision => {
                    about.revision = u32::try_from(self.integer(MAX_SHORT_DIGITS)?).ok();
                }
                Part::Content => about.content = Some(self.digest()?),
            }
            is_first = false;
        }
        self.literal(b"}")?;
        Some(about)
    }

    fn id(&mut self, prefix: &str) -> Option<u64> {
        let digits = self.word()?.strip_prefix(prefix.as_bytes())?;
        let number = |number: u64, digit: &u8| Some(number << 4 | u64::from(half(*digit)?));
        if digits.len() == 12 { digits.iter().try_fold(0, number) } else { None }
    }

    /// `2026-11-20T08:47:00.000Z`, a moment that there is.
    fn time(&mut self) -> Option<Timestamp> {
        let year = self.fixed(4, b"-")?;
        let month = self.fixed(2, b"-")?;
        let day = self.fixed(2, b"T")?;
        let (hour, minute) = (self.fixed(2, b":")?, self.fixed(2, b":")?);
        let second = self.fixed(2, b".")?;
        let milli = self.fixed(3, b"Z")?;
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        let is_day = year >= 1_000 && (1..=days).contains(&day);
        if !is_day || hour >= 24 || minute >= 60 || second >= 60 {
            return None;
        }
        let seconds = ((day_number(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
        let millis = i64::try_from(seconds * 1_000 + milli).ok()?;
        Some(Timestamp::from_millis(millis - EPOCH_MS))
    }

    fn fixed(&mut self, digits: usize, end: &[u8]) -> Option<u64> {
        let text = self.take(digits)?;
        self.literal(end)?;
        let is_number = text.iter().all(u8::is_ascii_digit);
        is_number.then(|| text.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')))
    }
}

/// Milliseconds from the first of March of the year 0, where the counting below begins, to 1970.
const EPOCH_MS: i64 = 719_468 * 86_400_000;

/// Counts the days before a day of the Gregorian calendar; years begin in March, so that a leap day is their last.
const fn day_number(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before = year * 365 + year / 4 - year / 100 + year / 400;
    before + (153 * month + 2) / 5 + day - 1
}

#[derive(Clone, Copy)]
enum Part {
    Execution,
    Proposal,
    Revision,
    Content,
}

/// A byte that stands for itself in a string.
const fn is_plain(byte: u8) -> bool {
    byte >= 0x20 && !matches!(byte, b'"' | b'\\' | 0x7f)
}

/// Kinds of which more must be checked than their form.
const fn is_weighty(kind: ActKind) -> bool {
    kind.is_owner_decision()
        || matches!(
            kind,
            ActKind::LogGenesis
                | ActKind::LogRestored
                | ActKind::StoreMigrated
                | ActKind::OwnerKeyAdded
                | ActKind::OwnerKeyRemoved
                | ActKind::OwnerChangeEndorsed
                | ActKind::PolicyChanged
                | ActKind::DecisionDismissed
                | ActKind::DecisionExpired
        )
}
