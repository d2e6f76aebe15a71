#!/usr/bin/env python3
"""Verifies an exported record of saraphina: Python 3.8 or newer, standard library only, no network.

    python3 verify.py [FOLDER] [--key VKEY_FILE] [--since CHECKPOINT_FILE]

Exit 0: everything holds. Exit 7: the first bad or missing entry is named. Exit 2: used wrongly. Exit 3: nothing to verify, or a
file that was named is not there. Exit 6: a file that was named cannot be read. FOLDER is the folder of this file unless given. Without --key the key in the folder is believed; get it another way.
Nothing but the folder is read, no link in it is followed, and every read has a bound.
"""
import base64, hashlib, json, os, pathlib, re, stat, struct, sys, unicodedata

MAX_RECORD, MAX_STATEMENT, MAX_SHORT, MAX_SIGNERS = 16384, 8192, 16384, 4 << 20
MAX_TILE, MAX_DETACHED, MAX_INTEGER, MAX_DEPTH = 256 * (MAX_RECORD + 2), 64 << 20, 2**53 - 1, 8
SKEW_MS, SIGNING_MS = 300000, 3600000


class Broken(Exception):
    pass


def need(holds, words):
    if not holds:
        raise Broken(words)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def from_base64(text):
    """Base64 as RFC 4648 has it, in its one spelling."""
    need(isinstance(text, str) and text.isascii(), "not base64")
    blob = base64.b64decode(text, validate=True)
    need(base64.b64encode(blob).decode() == text, "not base64 in its canonical form")
    return blob


# Ed25519 (RFC 8032, 5.1), in plain integers.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)


def point(encoded):
    y, odd = int.from_bytes(encoded, "little") & (2**255 - 1), encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    need(y < P and x * x % P == square and not (x == 0 and odd), "a key or signature is no point of the curve")
    return ((P - x if x & 1 != odd else x), y, 1, (P - x if x & 1 != odd else x) * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def twice(p):
    a, b, c = p[0] * p[0] % P, p[1] * p[1] % P, 2 * p[2] * p[2] % P
    e, g = ((p[0] + p[1]) * (p[0] + p[1]) - a - b) % P, b - a
    f, h = g - c, -a - b
    return e * f % P, g * h % P, f * g % P, e * h % P


def sums(number, p, other, q):
    """number * p + other * q, in one pass over their bits."""
    both, total = add(p, q), (0, 1, 1, 0)
    for bit in reversed(range(max(number.bit_length(), other.bit_length()))):
        total = twice(total)
        first, second = number >> bit & 1, other >> bit & 1
        if first or second:
            total = add(total, both if first and second else p if first else q)
    return total


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    small = any(same(twice(twice(twice(place))), (0, 1, 1, 0)) for place in (a, r))
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return len(signature) == 64 and s < L and not small and same(sums(s, BASE, h, (P - a[0], a[1], 1, P - a[3])), r)


# ECDSA on the curves of NIST (FIPS 186-5, 6.4.2) and RSA (RFC 8017, 8.2.2), for owners' keys of these kinds.
CURVES = {  # name: (hash, prime, b, order, base point)
    b"nistp256": (hashlib.sha256, 2**256 - 2**224 + 2**192 + 2**96 - 1,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
         0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)),
    b"nistp384": (hashlib.sha384, 2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        (0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
         0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F)),
}


def plus(p, q, prime):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % prime == 0:
        return None
    slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, prime) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, prime)
    x = (slope * slope - p[0] - q[0]) % prime
    return x, (slope * (p[0] - x) - p[1]) % prime


def signed_ecdsa(curve, encoded, message, signature):
    digest, prime, b, order, base = CURVES[curve]
    width = (order.bit_length() + 7) // 8
    need(len(encoded) == 1 + 2 * width and encoded[:1] == b"\4", "a key is no point of the curve")
    x, y = (int.from_bytes(part, "big") for part in (encoded[1 : 1 + width], encoded[1 + width :]))
    need(x < prime and y < prime and (y * y - x * x * x + 3 * x - b) % prime == 0, "a key is no point of the curve")
    r, rest = ssh_number(signature)
    s, rest = ssh_number(rest)
    if rest or not 0 < r < order or not 0 < s < order:
        return False
    inverse, total = pow(s, -1, order), None
    for number, place in ((int.from_bytes(digest(message).digest(), "big") * inverse, base), (r * inverse, (x, y))):
        number %= order
        while number:
            if number & 1:
                total = plus(total, place, prime)
            place, number = plus(place, place, prime), number >> 1
    return total is not None and total[0] % order == r


def signed_rsa(modulus, sort, message, signature):
    names = {b"rsa-sha2-256": ("sha256", 1), b"rsa-sha2-512": ("sha512", 3)}
    need(sort in names, "another kind of signature")
    name, number = names[sort]
    digest = hashlib.new(name, message).digest()
    info = bytes.fromhex(f"30{len(digest) + 17:02x}300d06096086480165030402{number:02x}050004{len(digest):02x}") + digest
    length = (modulus.bit_length() + 7) // 8
    wanted = b"\0\1" + b"\xff" * (length - len(info) - 3) + b"\0" + info
    number = int.from_bytes(signature, "big")
    return len(signature) == length and number < modulus and pow(number, 65537, modulus).to_bytes(length, "big") == wanted


# The tree (RFC 6962): rows[k] holds the hashes of all complete subtrees of 2**k entries.
class Tree:
    def __init__(self):
        self.rows = [[]]

    def push(self, leaf):
        self.rows[0].append(leaf)
        level = 0
        while len(self.rows[level]) % 2 == 0:
            if level + 1 == len(self.rows):
                self.rows.append([])
            self.rows[level + 1].append(sha256(b"\1", *self.rows[level][-2:]))
            level += 1

    def root(self, size):
        if size == 0:
            return sha256()
        if size > len(self.rows[0]):
            return None
        peaks = [self.rows[k][(size >> k) - 1] for k in range(64) if size >> k & 1]
        root = peaks[0]
        for left in peaks[1:]:
            root = sha256(b"\1", left, root)
        return root


# The files of an export.
class Folder:
    """Names are looked up one by one below a folder; links and devices are refused."""

    def __init__(self, path):
        self.path = path

    def found(self, name):
        """What lies at a name; None where nothing does."""
        path = self.path
        for part in name.split("/"):
            path = path / part
            try:
                info = path.lstat()
            except (FileNotFoundError, NotADirectoryError):
                return None
            need(not stat.S_ISLNK(info.st_mode), f"{name} is a link")
        return info

    def open(self, name):
        info = self.found(name)
        if info is None:
            return None
        need(stat.S_ISREG(info.st_mode), f"{name} is not a plain file")
        return os.fdopen(os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")

    def bytes(self, name, limit):
        file = self.open(name)
        if file is None:
            return None
        with file:
            data = file.read(limit + 1)
        need(len(data) <= limit, f"{name} has more than {limit} bytes")
        return data

    def text(self, name, limit=MAX_SHORT):
        data = self.bytes(name, limit)
        try:
            return data if data is None else data.decode()
        except UnicodeDecodeError:
            raise Broken(f"{name} is not text") from None

    def is_file(self, name, wanted, limit=MAX_SHORT):
        """Holds a file against what the records say it is."""
        data = self.bytes(name, limit)
        need(data is not None, f"{name} is missing")
        need(data == wanted, f"{name} is not what was recorded")

    def names(self, folder, depth=6):
        """The plain files below a folder."""
        info = self.found(folder)
        if info is None:
            return
        need(stat.S_ISDIR(info.st_mode) and depth > 0, f"{folder} is not a folder of an export")
        for entry in sorted(os.listdir(self.path / folder)):
            name = f"{folder}/{entry}"
            mode = (self.path / name).lstat().st_mode
            if stat.S_ISDIR(mode):
                yield from self.names(name, depth - 1)
            else:
                need(stat.S_ISREG(mode), f"{name} is not a plain file")
                yield name


def read_key(text):
    """name+hash+base64(1 || key), see C2SP signed-note."""
    parts = (text[:-1] if text.endswith("\n") else text).split("+", 2)
    need(len(parts) == 3, "not a key of a log")
    name, short, blob = parts
    key = from_base64(blob)
    need(is_name(name) and len(key) == 33 and key[:1] == b"\1", "not a key of a log")
    need(sha256(name.encode(), b"\n", key)[:4].hex() == short, "not a key of a log")
    point(key[1:])
    return name, key[1:], bytes.fromhex(short)


def is_name(name):
    return 0 < len(name) <= 200 and re.fullmatch(r"[!-*,-~]+", name) is not None


def vkey(key):
    return "+".join([key[0], key[2].hex(), base64.b64encode(b"\1" + key[1]).decode()])


def split_note(note):
    """C2SP signed-note: the text, and name and blob of each signature."""
    plain = len(note.encode()) <= 8192 and not re.search("[\0-\x09\x0b-\x1f\x7f]", note)
    body, gap, lines = note.rpartition("\n\n")
    need(plain and gap and lines.endswith("\n"), "not a signed checkpoint")
    signatures = []
    for line in lines[:-1].split("\n"):
        words = line.split(" ", 2)
        need(len(words) == 3 and words[0] == "\u2014" and words[1], "not a signed checkpoint")
        signatures.append((words[1], from_base64(words[2])))
        need(len(signatures[-1][1]) > 4, "not a signed checkpoint")
    return body + "\n", signatures


def read_body(body):
    """C2SP tlog-checkpoint: origin, size and root."""
    lines = body.split("\n")
    need(len(lines) == 4 and lines[3] == "", "not a checkpoint")
    origin, size, root = lines[:3]
    need(re.fullmatch("0|[1-9][0-9]{0,19}", size) and int(size) < 2**64, "not a checkpoint")
    root = from_base64(root)
    need(len(root) == 32, "not a checkpoint")
    return origin, int(size), root


def read_checkpoint(note, key):
    body, signatures = split_note(note)
    ours = [blob[4:] for name, blob in signatures if name == key[0] and blob[:4] == key[2]]
    good = ours and len(ours[0]) == 64 and signed(key[1], body.encode(), ours[0])
    need(good, "the checkpoint is not signed by the key of the log")
    origin, size, root = read_body(body)
    need(origin == key[0], "the checkpoint is of another log")
    return size, root


# Keys and signatures of OpenSSH.
def ssh_string(blob):
    need(len(blob) >= 4, "a signature is cut off")
    length = struct.unpack(">I", blob[:4])[0]
    need(len(blob) >= 4 + length, "a signature is cut off")
    return blob[4 : 4 + length], blob[4 + length :]


def ssh_number(blob):
    """A positive number, with no zero too many."""
    number, rest = ssh_string(blob)
    need(number and number[0] < 128 and (number[0] or (len(number) > 1 and number[1] > 127)), "a number is badly written")
    return int.from_bytes(number, "big"), rest


def packed(*texts):
    return b"".join(struct.pack(">I", len(text)) + text for text in texts)


SORTS = {  # kind: (is on a curve of NIST, is held by a security key, names of its signatures)
    b"ssh-ed25519": (None, False, [b"ssh-ed25519"]),
    b"sk-ssh-ed25519@openssh.com": (None, True, [b"sk-ssh-ed25519@openssh.com"]),
    b"ecdsa-sha2-nistp256": (b"nistp256", False, [b"ecdsa-sha2-nistp256"]),
    b"ecdsa-sha2-nistp384": (b"nistp384", False, [b"ecdsa-sha2-nistp384"]),
    b"sk-ecdsa-sha2-nistp256@openssh.com": (b"nistp256", True, [b"sk-ecdsa-sha2-nistp256@openssh.com"]),
    b"ssh-rsa": (None, False, [b"rsa-sha2-512", b"rsa-sha2-256"]),
}


def owner_key(blob):
    """Kind, public part and application of a key that can sign decisions."""
    kind, rest = ssh_string(blob)
    need(kind in SORTS, "a key of another kind")
    curve, is_held, _ = SORTS[kind]
    application = b""
    if kind == b"ssh-rsa":
        exponent, rest = ssh_string(rest)
        public, rest = ssh_number(rest)
        size = public.bit_length()
        need(exponent == b"\1\0\1" and size % 8 == 0 and 2048 <= size <= 4096, "an unusual RSA key")
    elif curve:
        named, rest = ssh_string(rest)
        public, rest = ssh_string(rest)
        width = 32 if curve == b"nistp256" else 48
        need(named == curve and len(public) == 1 + 2 * width and public[:1] == b"\4", "a key of another curve")
    else:
        public, rest = ssh_string(rest)
        need(len(public) == 32, "not a key")
    if is_held:
        application, rest = ssh_string(rest)
        need(len(application) <= 200 and re.fullmatch(b"[!-~]*", application), "not a key")
    need(rest == b"", "not a key")
    return kind, public, application


def fingerprint(blob):
    return "SHA256:" + base64.b64encode(sha256(blob)).decode().rstrip("=")


def key_line(line):
    """The bytes of a public key in a line `kind base64 [comment]`."""
    need(len(line.encode()) <= 2048 and not re.search("[\n\r\0]", line.rstrip()), "not a public key")
    words = re.split("[ \t\n\x0c\r]+", line.strip(" \t\n\x0c\r"))
    need(len(words) >= 2, "not a public key")
    blob = from_base64(words[1])
    need(ssh_string(blob)[0] == words[0].encode(), "not a public key")
    owner_key(blob)
    return blob


def check_signature(statement, armour):
    """OpenSSH's SSHSIG in the namespace decision@saraphina. The fingerprint of the key that signed."""
    need(len(armour.encode()) <= 2048, "no SSH signature")
    text = armour[:-1] if armour.endswith("\n") else armour
    begin, end = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----"
    need(text.startswith(begin) and text[len(begin) :].endswith(end), "no SSH signature")
    blob = from_base64(text[len(begin) : -len(end)].replace("\n", ""))
    need(blob[:10] == b"SSHSIG\0\0\0\1", "no SSH signature")
    owner, rest = ssh_string(blob[10:])
    namespace, rest = ssh_string(rest)
    reserved, rest = ssh_string(rest)
    digest, rest = ssh_string(rest)
    signature, rest = ssh_string(rest)
    need((namespace, reserved, digest, rest) == (b"decision@saraphina", b"", b"sha512", b""), "signed for another purpose")
    kind, public, application = owner_key(owner)
    curve, is_held, names = SORTS[kind]
    sort, signature = ssh_string(signature)
    signature, presence = ssh_string(signature)
    need(sort in names, "another kind of signature")
    message = b"SSHSIG" + packed(namespace, b"", digest, hashlib.sha512(statement).digest())
    if is_held:
        need(len(presence) == 5 and presence[0] & 1, "nobody touched the security key")
        message = sha256(application) + presence + sha256(message)
    else:
        need(presence == b"", "no SSH signature")
    if kind == b"ssh-rsa":
        good = signed_rsa(public, sort, message, signature)
    elif curve:
        good = signed_ecdsa(curve, public, message, signature)
    else:
        good = len(signature) == 64 and signed(public, message, signature)
    need(good, "the signature does not fit the statement")
    return fingerprint(owner)


# Canonical JSON, in the restricted form of records.
def refuse(number):
    raise Broken(f"{number} is not an integer")


def read_json(data):
    """Text that is its own canonical form; nothing is there twice, no number is a float."""
    text = data.decode()
    value = json.loads(text, parse_float=refuse, parse_constant=refuse)
    again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    need(again == text and "\x7f" not in text, "not in canonical form")
    return value


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def is_integer(value, most=MAX_INTEGER):
    return type(value) is int and 0 <= value <= most


def is_text(value):
    return isinstance(value, str) and len(value) <= 2000


def is_digest(value):
    return isinstance(value, str) and re.fullmatch("sha256:[0-9a-f]{64}", value) is not None


def is_id(value, word):
    return isinstance(value, str) and re.fullmatch(word + "_[0-9a-f]{12}", value) is not None


def millis(text):
    """Milliseconds since 1970 of a moment that there is."""
    found = isinstance(text, str) and re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z", text, re.ASCII)
    need(found, "not a time")
    year, month, day, hour, minute, second, milli = map(int, found.groups())
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 28 + is_leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    need(1 <= month <= 12 and 1 <= day <= lengths[month - 1] and hour < 24 and minute < 60 and second < 60, "not a time")
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 + sum(lengths[: month - 1]) + day - 719163
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + milli


def restrict(value, depth=1):
    """What every serialiser writes alike, and nothing else."""
    if isinstance(value, dict):
        need(depth <= MAX_DEPTH, "it nests too deep")
        for key, inner in value.items():
            need(re.fullmatch("[a-z][a-z0-9_]*", key), "a key is badly written")
            restrict(inner, depth + 1)
    elif isinstance(value, list):
        need(depth <= MAX_DEPTH, "it nests too deep")
        for inner in value:
            restrict(inner, depth + 1)
    elif isinstance(value, str):
        need(len(value) <= 2000, "a text is too long")
    else:
        need(isinstance(value, bool) or is_integer(abs(value) if type(value) is int else value), "a value is no text or number of a record")


def has_fields(value, fields, optional=()):
    keys = set(value) if isinstance(value, dict) else None
    return keys is not None and set(fields) <= keys <= set(fields) | set(optional)


OWNERS = ("approved", "approved_despite", "rejected", "revoked", "reopened")
DECISIONS = tuple("decision." + word for word in OWNERS)
GUARDED = ("owner.key_added", "owner.key_removed", "policy.changed")
CHANGES = (*GUARDED, "owner.change_endorsed")
KINDS = set(DECISIONS + CHANGES) | set(
    """log.genesis store.migrated log.restored blob.pruned proposal.created revision.added llm.answered llm.call execution.leased
    execution.verdict execution.infra_error execution.abandoned decision.dismissed decision.expired healing.started healing.ended
    apply.started apply.finished rollback.started rollback.finished
    owner.repository_added owner.repository_removed owner.token_added owner.token_revoked
    owner.finding_dismissed owner.finding_reinstated
    concept.learned auth.denied clock.regressed head.remade daemon.started daemon.stopped export.created history.imported import.finished""".split()
)
SURFACES = ("repl", "shell", "script", "http", "mcp", "worker", "internal")
VERDICTS = ("passed", "failed", "inconclusive")
GRADES = ("broken", "suspect", "observed", "controlled", "confirmed")
ASSURANCES = ("low", "file", "agent", "hardware")


def read_record(line):
    """One entry in its only form."""
    need(len(line) <= MAX_RECORD, "the entry is too long")
    record = read_json(line)
    need(has_fields(record, "v log seq prev ts kind actor via subject data idem".split(), ("clock", "stmt", "sig")), "not an entry")
    need(type(record["v"]) is int and record["v"] == 1, "the entry has another format")
    need(isinstance(record["log"], str) and is_name(record["log"]), "the entry names no log")
    need(is_integer(record["seq"]) and is_digest(record["prev"]), "the entry names no place")
    need("clock" not in record or millis(record["clock"]) < millis(record["ts"]), "the clock is not earlier than the time")
    millis(record["ts"])
    need(isinstance(record["kind"], str) and record["kind"] in KINDS, "an entry of a kind that is not known")
    actor, via, subject = record["actor"], record["via"], record["subject"]
    need(has_fields(actor, ("type", "id"), ("key",)) and actor["type"] in ("owner", "agent", "system"), "the entry names nobody")
    need(is_text(actor["id"]) and isinstance(actor.get("key", ""), str), "the entry names nobody")
    need(has_fields(via, ("surface", "session"), ("uid",)) and via["surface"] in SURFACES, "the entry came no known way")
    need(is_text(via["session"]) and is_integer(via.get("uid", 0), 2**32 - 1), "the entry came no known way")
    need(has_fields(subject, (), ("proposal", "revision", "revision_digest", "execution")), "the entry is about nothing known")
    need(is_id(subject.get("proposal", "proposal_" + "0" * 12), "proposal"), "not a proposal")
    need(is_id(subject.get("execution", "exec_" + "0" * 12), "exec"), "not an execution")
    need(is_integer(subject.get("revision", 0), 2**32 - 1), "not a revision")
    need(is_digest(subject.get("revision_digest", "sha256:" + "0" * 64)), "not a digest")
    need(isinstance(record["data"], dict), "the entry has no detail")
    restrict(record["data"])
    need(is_text(record["idem"]) and all(isinstance(record.get(name, ""), str) for name in ("stmt", "sig")), "not an entry")
    return record


def check_plain(record):
    """What no honest program writes, whatever came before."""
    kind, actor = record["kind"], record["actor"]
    need(actor["type"] != "agent" or not kind.startswith("owner."), "an agent is named for what only an owner may do")
    need("key" not in actor or "sig" in record, "it names a key and has no signature")
    if kind == "execution.verdict":
        verdict = record["data"].get("verdict")
        need(isinstance(verdict, str) and verdict in VERDICTS, "its verdict is no verdict")


# Statements of owners.
def read_statement(text):
    """The in-toto statement in its only form: type of the predicate, name, digest, predicate."""
    data = text.encode()
    need(len(data) <= MAX_STATEMENT, "the statement is too long")
    wire = read_json(data)
    need(has_fields(wire, ("_type", "subject", "predicateType", "predicate")), "not a statement")
    need(wire["_type"] == "https://in-toto.io/Statement/v1" and isinstance(wire["subject"], list), "not a statement")
    need(len(wire["subject"]) == 1 and has_fields(wire["subject"][0], ("name", "digest")), "not a statement")
    subject = wire["subject"][0]
    need(isinstance(subject["name"], str), "not a statement")
    return wire["predicateType"], subject["name"], digest_set(subject["digest"]), wire["predicate"]


def digest_set(value):
    need(has_fields(value, ("sha256",)) and isinstance(value["sha256"], str), "not a digest")
    need(re.fullmatch("[0-9a-f]{64}", value["sha256"]), "not a digest")
    return "sha256:" + value["sha256"]


def check_seen(record, predicate):
    """The head that the owner saw, the time and the nonce, which every statement has."""
    seen = predicate["asOf"]
    need(has_fields(seen, ("origin", "size", "root")) and isinstance(seen["root"], str), "not a statement")
    need(seen["origin"] == record["log"] and is_integer(seen["size"]), "the statement is of another log")
    need(1 <= seen["size"] <= record["seq"] and len(from_base64(seen["root"])) == 32, "the statement saw a later log")
    millis(predicate["issuedAt"])
    need(isinstance(predicate["nonce"], str) and re.fullmatch("[0-9a-f]{32}", predicate["nonce"]), "not a nonce")


def read_decision(record):
    """The predicate of a decision that fits its entry."""
    sort, name, digest, said = read_statement(record["stmt"])
    is_bound = sort == "urn:saraphina:decision:v2"
    need(is_bound or sort == "urn:saraphina:decision:v1", "not a statement of a known version")
    fields = ["decision", "evidenceSet", "policyDigest", "asOf", "issuedAt", "nonce"] + ["entry"] * is_bound
    optional = ("evidence", "envDigest", "reason", "comment", "shownDigest", "expiresAt", "revokes")
    need(has_fields(said, fields, optional) and said["decision"] in OWNERS, "not a statement")
    check_seen(record, said)
    evidence, counts = said.get("evidence"), said["evidenceSet"]
    if evidence is not None or "evidence" in said:
        need(has_fields(evidence, ("execution", "digest", "verdict")) and is_id(evidence["execution"], "exec"), "not evidence")
        need(evidence["verdict"] in VERDICTS and digest_set(evidence["digest"]), "not evidence")
    need(has_fields(counts, ("count", "passed", "failed", "digest")) and is_digest(counts["digest"]), "not a set of executions")
    need(all(is_integer(counts[part]) for part in ("count", "passed", "failed")), "not a set of executions")
    need(is_digest(said["policyDigest"]), "not a digest")
    need(all(is_digest(said[part]) for part in ("envDigest", "shownDigest") if part in said), "not a digest")
    need(all(isinstance(said[part], str) for part in ("reason", "comment") if part in said), "not a text")
    millis(said.get("expiresAt", record["ts"]))
    need("revokes" not in said or isinstance(said["revokes"], str) and re.fullmatch("[0-9a-f]{32}", said["revokes"]), "not a nonce")
    least = {"approved": 0, "approved_despite": 10}.get(said["decision"], 1)
    need(least <= len(said.get("reason", "")) <= 2000 and len(said.get("comment", "")) <= 1000, "a reason is too short or too long")
    if said["decision"] in OWNERS[:2]:
        need(all(part in said for part in ("evidence", "envDigest", "shownDigest")), "an approval without grounds")
    about = record["subject"]
    proposal, _, revision = name.partition("/r")
    need(is_id(proposal, "proposal") and re.fullmatch("0|[1-9][0-9]{0,9}", revision) and int(revision) < 2**32, "not a subject")
    is_same = about.get("proposal") == proposal and about.get("revision") == int(revision) and about.get("revision_digest") == digest
    need(is_same, "the statement is about another revision")
    need(not evidence or about.get("execution") == evidence["execution"], "the statement is about another execution")
    need(record["kind"] == "decision." + said["decision"], "the statement decides otherwise")
    check_detail(record, said, is_bound)
    return said


def check_detail(record, said, is_bound):
    """The entry repeats the statement, and must not say otherwise."""
    data, evidence = record["data"], said.get("evidence")
    stated = {
        "decision": said["decision"],
        "reason": said.get("reason"),
        "comment": said.get("comment"),
        "shown_digest": said.get("shownDigest"),
        "verdict": evidence and evidence["verdict"],
        "evidence_digest": evidence and digest_set(evidence["digest"]),
        "environment_digest": said.get("envDigest"),
        "policy_digest": said["policyDigest"],
        "expires_at": said.get("expiresAt"),
        "nonce": said["nonce"],
    }
    # The earliest entries hold a part of it only.
    is_complete = is_bound or "nonce" in data and "policy_digest" in data
    for name, wanted in stated.items():
        is_held = is_complete or name in data and name != "verdict"
        need(not is_held or data.get(name) == wanted, f"the entry's {name} is not what the statement says")
    if not is_bound:
        return
    entry, via = said["entry"], record["via"]
    need(has_fields(entry, ("review", "via")) and is_id(entry["review"], "review"), "not a statement")
    need(has_fields(entry["via"], ("surface",), ("uid",)) and entry["via"]["surface"] in SURFACES, "not a statement")
    need(is_integer(entry["via"].get("uid", 0), 2**32 - 1), "not a statement")
    need(data.get("review") == entry["review"], "the entry's review is not what the statement says")
    need({part: via[part] for part in ("surface", "uid") if part in via} == entry["via"], "the entry's via is not what the statement says")
    need(record["subject"].get("execution") == (evidence and evidence["execution"]), "the entry names another execution")
    need("sig" in record, "the entry's sig is missing")


def read_change(record):
    """The predicate of a change of keys or policy, or of a restore, that fits its entry."""
    sort, name, digest, said = read_statement(record["stmt"])
    need(sort == "urn:saraphina:change:v1" and has_fields(said, ("change", "asOf", "issuedAt", "nonce")), "not a statement")
    check_seen(record, said)
    need(said["change"] == record["kind"], "the statement changes something else")
    detail = "sha256:" + hashlib.sha256(canonical(record["data"])).hexdigest()
    need(digest == detail and name == record["log"], "the statement is about other detail")
    need("sig" in record, "a change is not signed")
    return said


def check_statement(record):
    """The statement of an entry, bound to it and to the key that signed; None for entries without."""
    kind = record["kind"]
    if kind not in DECISIONS and kind not in CHANGES and not (kind == "log.restored" and "stmt" in record):
        need("stmt" not in record and "sig" not in record, "an entry of this kind has no statement")
        return None
    need("stmt" in record, "an entry of this kind has a statement")
    said = read_decision(record) if kind in DECISIONS else read_change(record)
    need(record["actor"]["type"] == "owner", "an owner decides, and nobody else")
    if "sig" in record:
        signer = check_signature(record["stmt"].encode(), record["sig"])
        need(record["actor"].get("key") == signer, "signed by another key than the entry names")
    return said


# What the log itself says of owners and decisions.
class Signers:
    """The keys of owners, as the log enrols and removes them."""

    def __init__(self):
        self.all = []  # [fingerprint, principal, line, from, until]

    def live(self):
        return [signer for signer in self.all if signer[4] is None]

    def find(self, fingerprint):
        return next((signer for signer in self.live() if signer[0] == fingerprint), None)

    def check(self, record):
        need("sig" in record, "it is not signed, although keys are enrolled")
        signer = self.find(record["actor"]["key"])
        need(signer, "signed by a key that does not count here")
        need(signer[1] == record["actor"]["id"], "signed by the key of another owner")

    def take(self, record):
        kind, data = record["kind"], record["data"]
        if kind == "owner.key_added":
            self.add(record)
        elif kind == "owner.key_removed":
            self.check(record)
            signer = self.find(data.get("fingerprint"))
            need(signer and len(self.live()) > 1, "it removes a key that does not count, or the last one")
            signer[4] = record["ts"]
        elif kind in ("policy.changed", "owner.change_endorsed") or self.live() and (kind in DECISIONS or kind == "log.restored"):
            self.check(record)

    def add(self, record):
        data = record["data"]
        name, line = data.get("principal"), data.get("key")
        need(isinstance(name, str) and re.fullmatch("[A-Za-z0-9._@+-]{1,64}", name) and isinstance(line, str), "not a key of an owner")
        need(isinstance(data.get("assurance"), str) and data["assurance"] in ASSURANCES, "not a key of an owner")
        blob = key_line(line)
        print_ = fingerprint(blob)
        need(data.get("fingerprint") == print_, "not the fingerprint of the key")
        need(not self.find(print_), "the key is enrolled already")
        if self.all:
            self.check(record)
        else:
            is_own = record["actor"].get("key") == print_ and record["actor"]["id"] == name
            need(is_own, "the first key must be enrolled by its own signature")
        kind = ssh_string(blob)[0].decode()
        self.all.append([print_, name, f"{kind} {base64.b64encode(blob).decode()}", record["ts"], None])

    def allowed_signers(self):
        """The file of OpenSSH that names them all, with the time in which each counts."""
        lines = []
        for _, name, line, since, until in self.all:
            valid = f',valid-before="{ssh_time(until, 1000)}"' if until else ""
            lines.append(f'{name} namespaces="decision@saraphina",valid-after="{ssh_time(since, 0)}"{valid} {line}\n')
        return "".join(lines)


def ssh_time(text, later):
    """YYYYMMDDHHMMSSZ of the second that a moment lies in, or of a later one."""
    total = (millis(text) + later) // 1000
    days, rest = divmod(total, 86400)
    year, left = 1, days + 719162
    for span, years in ((146097, 400), (36524, 100), (1461, 4), (365, 1)):
        count = min(left // span, 3) if years in (100, 1) else left // span
        year, left = year + count * years, left - count * span
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    month = 0
    for length in (31, 28 + is_leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31):
        month += 1
        if left < length:
            break
        left -= length
    hour, rest = divmod(rest, 3600)
    return f"{year:04}{month:02}{left + 1:02}{hour:02}{rest // 60:02}{rest % 60:02}Z"


def person(name):
    """Whom a name means, however it is spelled."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def people(names):
    return {person(name) for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def check_emergency(data):
    """Refuses an emergency whose reason is too short or too long to be one."""
    reason = data["emergency"]
    need(isinstance(reason, str) and 10 <= len(reason) <= 2000, "an emergency needs a reason of 10 to 2000 characters")


class Quorum:
    """Changes of policy and keys held against the number of owners that have to agree."""

    def __init__(self):
        self.rule, self.wanted, self.named, self.endorsed, self.emergencies = 0, 1, set(), {}, []

    def take(self, record):
        kind, data = record["kind"], record["data"]
        rule = data.get("quorum_rule")
        restores = kind == "log.restored" and "stmt" in record
        says_so = restores or kind in ("log.genesis", "store.migrated") or kind in CHANGES
        if says_so and is_integer(rule):
            self.rule = max(self.rule, rule)
        if kind == "owner.change_endorsed":
            change, digest = data.get("change"), as_digest(data.get("change_digest"))
            need(isinstance(change, str) and change in GUARDED and digest, "it does not say which change it endorses")
            self.endorsed.setdefault((change, digest), set()).add(person(record["actor"]["id"]))
        elif kind in GUARDED:
            self.check(record)
            self.endorsed = {}
            self.note(record)
            if kind == "policy.changed":
                self.raise_bar(data.get("policy"))
        elif restores:
            # Nobody can endorse a restore in the log that it leaves behind: under a quorum it is an emergency.
            if "emergency" in data:
                check_emergency(data)
            else:
                need(self.rule < 2 or self.wanted < 2, f"1 of {self.wanted} owners agreed to it")
            self.note(record)

    def note(self, record):
        if isinstance(record["data"].get("emergency"), str):
            self.emergencies.append((record["seq"], record["ts"], record["actor"]["id"], record["kind"], record["data"]["emergency"]))

    def check(self, record):
        kind, data = record["kind"], record["data"]
        if "emergency" in data:
            check_emergency(data)
            return
        digest = "sha256:" + hashlib.sha256(canonical(data)).hexdigest()
        agreed = self.endorsed.get((kind, digest), set()) | {person(record["actor"]["id"])}
        count = len(agreed & self.named if self.named else agreed)
        need(self.rule == 0 or self.wanted < 2 or count >= self.wanted, f"{count} of {self.wanted} owners agreed to it")

    def raise_bar(self, policy):
        approval = policy.get("approval") if isinstance(policy, dict) else None
        approval = approval if isinstance(approval, dict) else {}
        quorum = approval.get("quorum")
        self.wanted = max(quorum, 1) if is_integer(quorum) else 1
        self.named = people(approval.get("approvers"))
        paths = approval.get("path_owners")
        for one in paths if self.named and isinstance(paths, list) else ():
            self.named |= people(one.get("owners")) if isinstance(one, dict) else set()


class Grounds:
    """Decisions held against the entries before them."""

    def __init__(self):
        self.proposals, self.policy, self.bound, self.moment = {}, None, False, None

    def take(self, record, said):
        kind, data, subject = record["kind"], record["data"], record["subject"]
        if kind == "log.genesis" and is_integer(data.get("rules")):
            self.policy = as_digest(data.get("policy_digest"))
        elif kind == "policy.changed":
            before, self.policy = self.policy, as_digest(data.get("policy_digest"))
            need(self.policy, "it names no policy")
            need(not self.bound or before in (None, as_digest(data.get("before"))), "it does not follow the policy in force")
        elif kind == "decision.dismissed" or kind == "decision.expired":
            need(self.end(record) or not self.bound, "it ends a decision that does not stand")
        elif kind == "proposal.created" and "proposal" in subject:
            course = self.course(subject["proposal"])
            need(not course["begun"], "its proposal was begun before")
            course["begun"] = True
        elif kind == "history.imported" and "proposal" in subject:
            self.course(subject["proposal"])["imported"] = True
        elif kind == "apply.started" and "proposal" in subject:
            course = self.course(subject["proposal"])
            is_approved = any(decision in OWNERS[:2] for _, decision, _, _ in course["standing"])
            need(is_approved or not self.bound, "nobody approved what it applies")
        elif kind == "revision.added" and all(part in subject for part in ("proposal", "revision", "revision_digest")):
            course = self.course(subject["proposal"])
            # Imported revisions have no entries of their own.
            step = subject["revision"] - course["revision"]
            need(step == 1 or step > 1 and course["imported"], "its revision is not the next one of its proposal")
            course.update(revision=subject["revision"], content=subject["revision_digest"], verdicts=[])
        elif kind == "execution.verdict":
            self.judged(subject, data)
        elif kind in DECISIONS:
            self.decide(record, said)

    def course(self, proposal):
        new = {"revision": 0, "content": None, "verdicts": [], "standing": [], "begun": False, "imported": False}
        return self.proposals.setdefault(proposal, new)

    def judged(self, subject, data):
        course = self.proposals.get(subject.get("proposal"))
        parts = {
            "execution": subject.get("execution"),
            "content": subject.get("revision_digest"),
            "evidence": data.get("evidence_digest"),
            "environment": data.get("environment_digest"),
            "verdict": data.get("verdict"),
        }
        known = all(is_digest(parts[part]) for part in ("content", "evidence", "environment"))
        known = known and parts["execution"] and isinstance(parts["verdict"], str) and parts["verdict"] in VERDICTS
        if course and known and subject.get("revision") == course["revision"]:
            grade = data.get("integrity")
            parts["integrity"] = grade if isinstance(grade, str) and grade in GRADES else None
            course["verdicts"].append(parts)

    def decide(self, record, said):
        if "entry" in said:
            self.check(record, said)
            self.bound = True
        need("entry" in said or not self.bound, "its statement binds less than those before it")
        course = self.course(record["subject"]["proposal"])
        if said["decision"] not in OWNERS[:2]:
            course["standing"] = []
        if said["decision"] in OWNERS[:3]:
            review = record["data"].get("review")
            course["standing"].append((review, said["decision"], said["nonce"], said.get("expiresAt")))

    def check(self, record, said):
        subject, data, evidence = record["subject"], record["data"], said.get("evidence")
        course = self.proposals.get(subject["proposal"])
        is_newest = course and (course["revision"], course["content"]) == (subject["revision"], subject["revision_digest"])
        need(is_newest, "it is not about the newest revision of its proposal")
        verdict = None
        if evidence:
            wanted = (evidence["execution"], digest_set(evidence["digest"]), said.get("envDigest"), evidence["verdict"], course["content"])
            parts = ("execution", "evidence", "environment", "verdict", "content")
            verdict = next((one for one in course["verdicts"] if tuple(one[part] for part in parts) == wanted), None)
            need(verdict, "no verdict on record is the one it names")
        need(data.get("integrity") == (verdict and verdict["integrity"]), "its integrity is not that of the verdict it names")
        need(said["decision"] != "approved" or verdict["verdict"] == "passed", "it approves without a reason what did not pass")
        need(said["evidenceSet"] == evidence_set(course["verdicts"]), "its set of executions is not the one on record")
        need(self.policy in (None, said["policyDigest"]), "its policy is not the one in force")
        stands = [nonce for _, decision, nonce, _ in course["standing"] if decision in OWNERS[:2]]
        revoked = stands[-1] if stands and said["decision"] == "revoked" else None
        need(said.get("revokes") == revoked and (revoked or said["decision"] != "revoked"), "it does not revoke the approval that stands")
        at = millis(record["ts"])
        since = millis(record.get("clock", record["ts"])) - millis(said["issuedAt"])
        is_held = at == self.moment and "clock" not in record
        need(self.moment is None or at >= self.moment, "its time is before that of the entry before it")
        need(since >= -SKEW_MS and (is_held or since <= SIGNING_MS + SKEW_MS), "its time is not that of its statement")

    def end(self, record):
        data, course = record["data"], self.proposals.get(record["subject"].get("proposal"))
        name = "dismisses" if record["kind"] == "decision.dismissed" else "expires"
        for one in course["standing"] if course and isinstance(data.get(name), str) else ():
            review, decision, _, until = one
            if review == data[name]:
                course["standing"].remove(one)
                if name == "dismisses":
                    word = data.get("decision")
                    return not isinstance(word, str) or word == decision
                return until is not None and until == data.get("expired_at") and millis(until) <= millis(record["ts"])
        return False


def as_digest(value):
    """A digest in either of its spellings, or None."""
    text = value[7:] if isinstance(value, str) and value.startswith("sha256:") else value
    return "sha256:" + text if isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) else None


def evidence_set(verdicts):
    """Counts, and the digest of the sorted list in canonical form."""
    order = {word: place for place, word in enumerate(VERDICTS)}
    unique = {(one["execution"], one["evidence"], order[one["verdict"]]) for one in verdicts}
    listed = [
        {"digest": {"sha256": evidence[7:]}, "execution": execution, "verdict": VERDICTS[place]}
        for execution, evidence, place in sorted(unique)
    ]
    count = lambda word: sum(one["verdict"] == word for one in listed)
    digest = "sha256:" + hashlib.sha256(canonical(listed)).hexdigest()
    return {"count": len(listed), "passed": count("passed"), "failed": count("failed"), "digest": digest}


def left_behind(data):
    """The heads that a restore names as those of the history it leaves."""
    named = [(data.get("from_size"), data.get("from_root"))]
    anchored = data.get("anchored")
    for head in anchored if isinstance(anchored, list) else []:
        if isinstance(head, dict):
            named.append((head.get("size"), head.get("root")))
    return [(size, bytes.fromhex(as_digest(root)[7:])) for size, root in named if is_integer(size) and as_digest(root)]


def tile(level, index, width):
    number, rest = f"{index % 1000:03}", index // 1000
    while rest:
        number, rest = f"x{rest % 1000:03}/{number}", rest // 1000
    return f"tile/{level}/{number}" + (f".p/{width}" if width < 256 else "")


class Check:
    """One export."""

    def __init__(self, folder, key):
        self.folder, self.key = Folder(folder), key
        self.tree, self.signers, self.quorum, self.grounds = Tree(), Signers(), Quorum(), Grounds()
        self.prev, self.nonces, self.bundle = b"\0" * 32, set(), []
        self.stated, self.decisions, self.unsigned, self.restores, self.notes = {}, 0, [], {}, []
        marks = ("allowed_signers", "VERIFY.md", "verify.py")
        # Older exports held records, checkpoint and key alone.
        self.is_whole = any(os.path.lexists(folder / name) for name in marks)
        self.is_whole |= any(True for part in ("decisions", "proofs", "tile") for _ in self.folder.names(part))

    def run(self, since):
        own = self.own_key()
        self.key = self.key or own
        note = self.folder.text("checkpoint")
        self.read_records()
        entries = len(self.tree.rows[0])
        need(note is not None, "there is no signed checkpoint")
        need(self.key, "no key is known")
        # Before any other file: what a checkpoint says counts only where it is signed.
        head = read_checkpoint(note, self.key)
        need(entries >= head[0], f"entry {entries}: the log is cut off: {head[0]} entries were signed, {entries} are there")
        need(entries <= head[0], f"entry {head[0]}: the entry is not covered by the signed checkpoint of {head[0]} entries")
        need(self.tree.root(entries) == head[1], f"the entries do not lead to the signed root of {entries} entries")
        if self.is_whole:
            self.check_bundle()
            self.check_files(note)
        if since is not None:
            self.check_kept(since)
        return entries

    def own_key(self):
        for name in ("signers.vkey", "vkey"):
            text = self.folder.text(name)
            if text is not None:
                return read_key(text)
        return None

    def read_records(self):
        records = self.folder.open("records.jsonl")
        need(records is not None, "records.jsonl is missing")
        with records:
            for seq in range(2**53):
                line = records.readline(MAX_RECORD + 2)
                if not line:
                    return
                try:
                    line = self.whole_line(line)
                    self.take(seq, line)
                except (Broken, ValueError, LookupError, OSError, TypeError, AttributeError, RecursionError) as error:
                    raise Broken(f"entry {seq}: {error or type(error).__name__}") from None
                if self.is_whole:
                    self.bundle.append(line)
                    if len(self.bundle) == 256:
                        self.check_bundle()

    def whole_line(self, line):
        need(len(line) <= MAX_RECORD or line.endswith(b"\n"), "the entry is too long")
        need(line.endswith(b"\n"), "the last line of records.jsonl is cut off")
        return line[:-1]

    def take(self, seq, line):
        record = read_record(line)
        need(record["seq"] == seq, f"missing, inserted or moved: entry {record['seq']} stands here")
        need(record["prev"] == "sha256:" + self.prev.hex(), "this entry or the one before was altered")
        need((record["kind"] == "log.genesis") == (seq == 0), "not begun by one genesis")
        if seq == 0:
            named = record["data"].get("vkey")
            key = read_key(named if isinstance(named, str) else "")
            need(self.key in (None, key), "the log was begun with another key")
            self.key = key
        need(record["log"] == self.key[0], "the entry belongs to another log")
        moment = self.grounds.moment
        need(moment is None or millis(record["ts"]) >= moment, "its time is before that of the entry before it")
        said = check_statement(record)
        check_plain(record)
        self.signers.take(record)
        self.quorum.take(record)
        if record["kind"] == "log.restored":
            self.restores[seq] = left_behind(record["data"])
        if said:
            self.check_history(record, said)
        self.grounds.take(record, said)
        self.grounds.moment = millis(record["ts"])
        self.prev = sha256(b"\0", line)
        self.tree.push(self.prev)

    def check_history(self, record, said):
        seq, seen = record["seq"], said["asOf"]
        need(self.tree.root(seen["size"]) == from_base64(seen["root"]), "the owner saw another history")
        need(said["nonce"] not in self.nonces, "the statement repeats an earlier one")
        self.nonces.add(said["nonce"])
        self.stated[seq] = {"json", "sig"} if "sig" in record else {"json"}
        if record["kind"] in DECISIONS:
            self.decisions += 1
            self.unsigned += [] if "sig" in record else [seq]
        if self.is_whole:
            self.folder.is_file(f"decisions/{seq}.json", record["stmt"].encode())
            if "sig" in record:
                self.folder.is_file(f"decisions/{seq}.sig", record["sig"].encode())
            self.check_detached(seq, "page.txt", said.get("shownDigest"))
            self.check_detached(seq, "evidence.json", "evidence" in said and digest_set(said["evidence"]["digest"]))

    def check_detached(self, seq, end, digest):
        """What a decision names by digest; an export has it where the home still had it."""
        data = self.folder.bytes(f"decisions/{seq}.{end}", MAX_DETACHED)
        if data is not None:
            need(digest == "sha256:" + hashlib.sha256(data).hexdigest(), f"decisions/{seq}.{end} is not what the decision names")
            self.stated[seq].add(end)

    def check_bundle(self):
        """The bundle of the newest entries, at most 256 of them."""
        if self.bundle:
            first = len(self.tree.rows[0]) - len(self.bundle)
            parts = [struct.pack(">H", len(line)) + line for line in self.bundle]
            self.check_tile(tile("entries", first // 256, len(parts)), parts, first, 1)
            self.bundle = []

    def check_tile(self, name, parts, first, span):
        """Holds a tile against what it consists of; the entry below the first part that differs is named."""
        try:
            data = self.folder.bytes(name, MAX_TILE)
        except Broken as error:
            raise Broken(f"entry {first}: {error}") from None
        need(data is not None, f"entry {first}: {name} is missing")
        at, odd = 0, 0
        if data != b"".join(parts):
            while odd + 1 < len(parts) and data[at : at + len(parts[odd])] == parts[odd]:
                at, odd = at + len(parts[odd]), odd + 1
            raise Broken(f"entry {first + odd * span}: {name} does not fit the records")

    def check_files(self, note):
        entries = len(self.tree.rows[0])
        tiles = {tile("entries", first // 256, min(256, entries - first)) for first in range(0, entries, 256)}
        for level, row in enumerate(self.tree.rows[::8]):
            for index in range(0, len(row), 256):
                hashes = row[index : index + 256]
                name = tile(level, index // 256, len(hashes))
                tiles.add(name)
                self.check_tile(name, hashes, index << 8 * level, 1 << 8 * level)
        for seq in self.stated:
            self.check_proof(seq, note)
        self.folder.is_file("allowed_signers", self.signers.allowed_signers().encode(), MAX_SIGNERS)
        self.folder.is_file("signers.vkey", (vkey(self.key) + "\n").encode())
        named = {f"decisions/{seq}.{end}" for seq, ends in self.stated.items() for end in ends}
        named |= {f"proofs/{seq}.tlog-proof" for seq in self.stated}
        for name in [*self.folder.names("decisions"), *self.folder.names("proofs")]:
            place = re.fullmatch("[a-z]+/(0|[1-9][0-9]*)[.].*", name)
            need(name in named, (f"entry {place[1]}: " if place else "") + f"{name} was never recorded")
        need(set(self.folder.names("tile")) == tiles, "tile has files that are not part of the log")

    def check_proof(self, seq, note):
        try:
            self.folder.is_file(f"proofs/{seq}.tlog-proof", self.proof(seq, note))
        except Broken as error:
            raise Broken(f"entry {seq}: {error}") from None

    def proof(self, seq, note):
        """C2SP tlog-proof, as it must be: RFC 6962, 2.1.1."""
        path, size, low = [], len(self.tree.rows[0]), 0
        index = seq
        while size > 1:
            half = 1 << ((size - 1).bit_length() - 1)
            if index < half:
                path.append(self.span(low + half, size - half))
                size = half
            else:
                path.append(self.span(low, half))
                low, index, size = low + half, index - half, size - half
        lines = "".join(base64.b64encode(node).decode() + "\n" for node in reversed(path))
        return f"c2sp.org/tlog-proof@v1\nindex {seq}\n{lines}\n{note}".encode()

    def span(self, low, size):
        """The root over `size` entries from `low`, which begins a complete subtree."""
        peaks = []
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                peaks.append(self.tree.rows[level][low >> level])
                low += 1 << level
        root = peaks[-1]
        for left in reversed(peaks[:-1]):
            root = sha256(b"\1", left, root)
        return root

    def check_kept(self, since):
        kept, entries = read_checkpoint(since, self.key), len(self.tree.rows[0])
        explained = [seq for seq, heads in self.restores.items() if kept in heads]
        known = f" (restores on record: entries {', '.join(map(str, self.restores))})" if self.restores else ""
        need(explained or kept[0] <= entries, f"entry {entries}: rolled back, the kept checkpoint has {kept[0]} entries{known}")
        fits = explained or self.tree.root(kept[0]) == kept[1]
        need(fits, f"a fork: it does not begin with the {kept[0]} entries of the kept checkpoint{known}")
        if explained:
            self.notes.append(f"The kept checkpoint is of a history that the restore of entry {explained[0]} left behind: rolled back, on record.")


def check(folder, key_text, since):
    """What there is to say of an export that holds."""
    key = read_key(key_text) if key_text is not None else None
    found = Check(folder, key)
    entries = found.run(since)
    said = [f"All {entries} entries hold; {found.decisions - len(found.unsigned)} decisions are signed by an owner's key."]
    if found.unsigned:
        said.append(f"{len(found.unsigned)} decisions are UNSIGNED, first at entry {found.unsigned[0]}: only the log's key stands behind them.")
    for seq, heads in found.restores.items():
        said.append(f"Entry {seq} puts a restore on record, of a history of {max([size for size, _ in heads], default='unknown')} entries.")
    for seq, at, owner, kind, reason in found.quorum.emergencies:
        said.append(f"Entry {seq} ({at}): an EMERGENCY, {ascii(owner)} made {kind} without the quorum: {ascii(reason)}")
    strangers = sorted(set(os.listdir(folder)) - set(TOP))
    said += [f"{ascii(name)} is no part of an export: nothing vouches for it." for name in strangers[:10]]
    if strangers[10:]:
        said.append(f"{len(strangers[10:])} more names are no part of an export.")
    if key is None:
        said.append("The key came with the export: this shows that the log fits itself, not whose it is.")
    return said + found.notes


TOP = """checkpoint records.jsonl signers.vkey vkey allowed_signers verify.py VERIFY.md decisions proofs tile""".split()
FAULTS = (Broken, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, struct.error)


def drawn(text):
    """A text without what would act on a terminal."""
    return "".join(char if char.isprintable() else f"\\u{{{ord(char):x}}}" for char in text)


def given(path, read):
    """A file that was named, and 0; None where it cannot be used, and the exit code for that."""
    try:
        # A pipe may never begin, and a device never end.
        need(stat.S_ISREG(os.stat(path).st_mode), "not a plain file")
        with open(path, "rb") as file:
            text = file.read(MAX_SHORT).decode()
        read(text)
        return text, 0
    except FAULTS as error:
        print(drawn(f"{path}: {error}"), file=sys.stderr)
        return None, 3 if isinstance(error, FileNotFoundError) else 6 if isinstance(error, OSError) else 2


def main(words):
    options, folders = {"--key": None, "--since": None}, []
    readers = {"--key": read_key, "--since": lambda note: read_body(split_note(note)[0])}
    while words:
        word = words.pop(0)
        if word in options and words:
            options[word], code = given(words.pop(0), readers[word])
            if code:
                return code
        elif word.startswith("-") or folders:
            print(__doc__, file=sys.stderr)
            return 2
        else:
            folders.append(pathlib.Path(word))
    folder = folders[0] if folders else pathlib.Path(__file__).resolve().parent
    if folder.is_file():
        print(drawn(f"{folder} is a file: unpack it first, and give the folder that holds records.jsonl"), file=sys.stderr)
        return 3
    if not any(os.path.lexists(folder / name) for name in ("records.jsonl", "checkpoint")):
        print(drawn(f"{folder} holds neither records.jsonl nor checkpoint"), file=sys.stderr)
        return 3
    try:
        code, said = 0, check(folder, options["--key"], options["--since"])
    except FAULTS as error:
        code, said = 7, ["BROKEN: " + drawn(str(error) or type(error).__name__)]
    try:
        print("\n".join(said), flush=True)
    except (BrokenPipeError, UnicodeEncodeError):
        # The code is the answer, so it stands even where nobody reads the words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
