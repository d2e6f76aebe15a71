#!/usr/bin/env python3
"""Verifies an exported record of saraphina: Python 3.8 or newer, standard library only, no network.

    python3 verify.py [FOLDER] [--key VKEY_FILE] [--since CHECKPOINT_FILE]

Exit 0: everything holds. Exit 7: the first bad or missing entry is named. Exit 2: used wrongly.
FOLDER is the folder of this file unless given. Without --key the key in the folder is believed; get it another way.
"""
import base64, hashlib, json, pathlib, struct, sys


class Broken(Exception):
    pass


def need(holds, words):
    if not holds:
        raise Broken(words)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


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


def times(number, p):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, p)
        p, number = add(p, p), number >> 1
    return total


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    small = same(times(8, a), (0, 1, 1, 0)) or same(times(8, r), (0, 1, 1, 0))
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return len(signature) == 64 and s < L and not small and same(times(s, BASE), add(r, times(h, a)))


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
    r, rest = ssh_string(signature)
    s, rest = ssh_string(rest)
    r, s = int.from_bytes(r, "big"), int.from_bytes(s, "big")
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
    need(sort in names and 2048 <= modulus.bit_length() <= 4096, "another kind of signature")
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
        if size == 0 or size > len(self.rows[0]):
            return None
        peaks = [self.rows[k][(size >> k) - 1] for k in range(64) if size >> k & 1]
        root = peaks[0]
        for left in peaks[1:]:
            root = sha256(b"\1", left, root)
        return root


def included(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    fn, sn, root = index, size - 1, leaf
    for node in path:
        need(sn > 0, "a proof is too long")
        if fn & 1 or fn == sn:
            root = sha256(b"\1", node, root)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = sha256(b"\1", root, node)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "a proof is too short")
    return root


def read_key(text):
    """name+hash+base64(1 || key), see C2SP signed-note."""
    name, short, blob = text.strip().split("+", 2)
    key = base64.b64decode(blob, validate=True)
    need(key[:1] == b"\1" and sha256(name.encode(), b"\n", key)[:4].hex() == short, "not a key of a log")
    return name, key[1:], bytes.fromhex(short)


def read_checkpoint(note, key):
    """C2SP tlog-checkpoint: origin, size, root, and a signature by the key of the log."""
    body, _, lines = note.rpartition("\n\n")
    body, name = body + "\n", key[0]
    marked = [line.split(" ") for line in lines.splitlines() if line.startswith("\u2014 ")]
    ours = [base64.b64decode(line[2]) for line in marked if len(line) == 3 and line[1] == name]
    ours = [blob[4:] for blob in ours if blob[:4] == key[2]]
    need(ours and signed(key[1], body.encode(), ours[0]), "the checkpoint is not signed by the key of the log")
    origin, size, root = body.splitlines()
    need(origin == name and str(int(size)) == size, "the checkpoint is of another log")
    return int(size), base64.b64decode(root)


def ssh_string(blob):
    length = struct.unpack(">I", blob[:4])[0]
    need(len(blob) >= 4 + length, "a signature is cut off")
    return blob[4 : 4 + length], blob[4 + length :]


def packed(*texts):
    return b"".join(struct.pack(">I", len(text)) + text for text in texts)


def check_signature(statement, armour, allowed):
    """OpenSSH's SSHSIG, namespace decision@saraphina, with Ed25519, ECDSA or RSA, also of security keys. The key that signed."""
    lines = armour.strip().splitlines()
    need(lines[0] == "-----BEGIN SSH SIGNATURE-----" and lines[-1] == "-----END SSH SIGNATURE-----", "no SSH signature")
    blob = base64.b64decode("".join(lines[1:-1]), validate=True)
    need(blob[:10] == b"SSHSIG\0\0\0\1", "no SSH signature")
    key, rest = ssh_string(blob[10:])
    namespace, rest = ssh_string(rest)
    _, rest = ssh_string(rest)
    digest, rest = ssh_string(rest)
    signature, rest = ssh_string(rest)
    need((namespace, digest, rest) == (b"decision@saraphina", b"sha512", b""), "signed for another purpose")
    owner = base64.b64encode(key).decode()
    need(owner in allowed, "signed by a key that is not in allowed_signers")
    message = b"SSHSIG" + packed(namespace, b"", digest, hashlib.sha512(statement).digest())
    kind, key = ssh_string(key)
    sort, signature = ssh_string(signature)
    first, rest = ssh_string(key)
    signature, presence = ssh_string(signature)
    need(sort == kind or kind == b"ssh-rsa", "another kind of signature")
    is_ecdsa = kind in (b"ecdsa-sha2-nistp256", b"ecdsa-sha2-nistp384", b"sk-ecdsa-sha2-nistp256@openssh.com")
    place, rest = ssh_string(rest) if is_ecdsa else (first, rest)
    if kind.startswith(b"sk-"):
        need(len(presence) == 5 and presence[0] & 1, "nobody touched the security key")
        message = sha256(ssh_string(rest)[0]) + presence + sha256(message)
    if kind in (b"ssh-ed25519", b"sk-ssh-ed25519@openssh.com"):
        good = signed(place, message, signature)
    elif is_ecdsa:
        good = kind.split(b"@")[0].endswith(first) and signed_ecdsa(first, place, message, signature)
    else:
        need(kind == b"ssh-rsa" and first == b"\1\0\1", "another kind of key: use ssh-keygen")
        good = signed_rsa(int.from_bytes(ssh_string(rest)[0], "big"), sort, message, signature)
    need(good, "the signature does not fit the statement")
    return owner


def check_statement(folder, record, tree, nonces, allowed, live):
    """The statement, bound to its record, the history before it, the keys that count, and its own files. True if signed."""
    seq, text = record["seq"], record["stmt"]
    need((folder / f"decisions/{seq}.json").read_bytes() == text.encode(), f"decisions/{seq}.json is not what was recorded")
    statement = json.loads(text)
    subject, claim = statement["subject"][0], statement["predicate"]
    if record["kind"].startswith("decision."):
        about = record["subject"]
        need(subject["name"] == f"{about['proposal']}/r{about['revision']}", "the statement is about another revision")
        need("sha256:" + subject["digest"]["sha256"] == about["revision_digest"], "the statement is about other content")
        need(record["kind"] == "decision." + claim["decision"], "the statement decides otherwise")
    else:
        data = json.dumps(record["data"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        need(record["kind"] == claim["change"], "the statement changes something else")
        need(subject["digest"]["sha256"] == hashlib.sha256(data).hexdigest(), "the statement is about other detail")
    seen = claim["asOf"]
    known = seen["origin"] == record["log"] and 0 < seen["size"] <= seq
    need(known and tree.root(seen["size"]) == base64.b64decode(seen["root"]), "the owner saw another history")
    need(claim["nonce"] not in nonces, "the statement repeats an earlier one")
    nonces.add(claim["nonce"])
    if "sig" not in record:
        need(not live and record["kind"].startswith("decision."), "it is not signed, although keys are enrolled")
        need(not (folder / f"decisions/{seq}.sig").exists(), f"decisions/{seq}.sig was never recorded")
        return False
    need((folder / f"decisions/{seq}.sig").read_text() == record["sig"], f"decisions/{seq}.sig is not what was recorded")
    owner = check_signature(text.encode(), record["sig"], allowed)
    data = record["data"]
    if record["kind"] == "owner.key_added" and not live:
        live[data["fingerprint"]] = data["key"].split()[1]
    need(owner in live.values() or not live, "signed by a key that does not count here")
    if record["kind"] == "owner.key_added":
        live[data["fingerprint"]] = data["key"].split()[1]
    if record["kind"] == "owner.key_removed":
        del live[data["fingerprint"]]
    return True


def left_behind(data):
    """The heads that a restore names as those of the history it leaves."""
    heads = [(data["from_size"], data["from_root"])] if "from_size" in data else []
    heads += [(head["size"], head["root"]) for head in data.get("anchored", [])]
    return [(size, bytes.fromhex(root[7:])) for size, root in heads]


def check_proof(folder, seq, tree, note, head):
    head_line, index, *path = (folder / f"proofs/{seq}.tlog-proof").read_text().partition("\n\n")[0].split("\n")
    need(head_line == "c2sp.org/tlog-proof@v1" and index == f"index {seq}", f"proofs/{seq}.tlog-proof is of another entry")
    need((folder / f"proofs/{seq}.tlog-proof").read_text().partition("\n\n")[2] == note, "a proof has another checkpoint")
    root = included(tree.rows[0][seq], seq, head[0], [base64.b64decode(line) for line in path if line])
    need(root == head[1], f"proofs/{seq}.tlog-proof does not lead to the root")


def tile(level, index, width):
    number, rest = f"{index % 1000:03}", index // 1000
    while rest:
        number, rest = f"x{rest % 1000:03}/{number}", rest // 1000
    return f"tile/{level}/{number}" + (f".p/{width}" if width < 256 else "")


def check_tiles(folder, tree):
    for level, row in enumerate(tree.rows[::8]):
        for index in range(0, len(row), 256):
            hashes = row[index : index + 256]
            name = tile(level, index // 256, len(hashes))
            need((folder / name).read_bytes() == b"".join(hashes), f"entry {index << 8 * level}: {name} does not fit")


def check(folder, key_file, since_file):
    own = (folder / "signers.vkey").read_text()
    key = read_key(key_file.read_text() if key_file else own)
    need(own.strip() == "+".join([key[0], key[2].hex(), base64.b64encode(b"\1" + key[1]).decode()]), "signers.vkey is another key")
    note = (folder / "checkpoint").read_text()
    head = read_checkpoint(note, key)
    allowed = {line.split()[-1] for line in (folder / "allowed_signers").read_text().splitlines()}
    tree, prev, nonces, live, bundle = Tree(), b"\0" * 32, set(), {}, b""
    stated, decisions, unsigned, restores = [], 0, [], {}
    with open(folder / "records.jsonl", "rb") as records:
        for seq, line in enumerate(records):
            try:
                need(line.endswith(b"\n"), "the line is cut off")
                line = line[:-1]
                record = json.loads(line)
                again = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                need(again.encode() == line, "not in canonical form")
                need(record["seq"] == seq, f"missing, inserted or moved: entry {record['seq']} stands here")
                need(record["prev"] == "sha256:" + prev.hex(), "this entry or the one before was altered")
                need(record["log"] == key[0], "the entry belongs to another log")
                need((record["kind"] == "log.genesis") == (seq == 0), "not begun by one genesis")
                if "stmt" in record:
                    stated.append(seq)
                    decisions += record["kind"].startswith("decision.")
                    if not check_statement(folder, record, tree, nonces, allowed, live):
                        unsigned.append(seq)
                if record["kind"] == "log.restored":
                    need("sig" in record or not live, "it is not signed, although keys are enrolled")
                    restores[seq] = left_behind(record["data"])
                prev = sha256(b"\0", line)
                tree.push(prev)
                bundle += struct.pack(">H", len(line)) + line
                if (seq + 1) % 256 == 0 or seq + 1 == head[0]:
                    name = tile("entries", seq // 256, seq % 256 + 1)
                    need((folder / name).read_bytes() == bundle, f"{name} does not fit")
                    bundle = b""
            except (Broken, ValueError, KeyError, IndexError, OSError, TypeError) as error:
                raise Broken(f"entry {seq}: {error}") from None
    entries = len(tree.rows[0])
    need(entries >= head[0], f"entry {entries}: cut off, {head[0]} entries were signed for")
    need(entries <= head[0], f"entry {head[0]}: nobody signed for it")
    need(tree.root(entries) == head[1], "the entries do not lead to the signed root")
    if since_file:
        kept = read_checkpoint(since_file.read_text(), key)
        explained = [seq for seq, heads in restores.items() if kept in heads]
        known = f" (restores on record: entries {', '.join(map(str, restores))})" if restores else ""
        need(explained or kept[0] <= entries, f"entry {entries}: rolled back, the kept checkpoint has {kept[0]} entries{known}")
        fits = explained or tree.root(kept[0]) == kept[1]
        need(fits, f"a fork: it does not begin with the {kept[0]} entries of the kept checkpoint{known}")
        if explained:
            print(f"The kept checkpoint is of a history that the restore of entry {explained[0]} left behind: rolled back, on record.")
    for seq in stated:
        try:
            check_proof(folder, seq, tree, note, head)
        except (Broken, ValueError, OSError) as error:
            raise Broken(f"entry {seq}: {error}") from None
    check_tiles(folder, tree)
    named = {path.name.partition(".")[0] for part in ("decisions", "proofs") for path in (folder / part).glob("*")}
    need(named == {str(seq) for seq in stated}, "files of decisions that were never recorded or are missing")
    print(f"All {entries} entries hold; {decisions - len(unsigned)} decisions are signed by an owner's key.")
    if unsigned:
        print(f"{len(unsigned)} decisions are UNSIGNED, first at entry {unsigned[0]}: only the log's key stands behind them.")
    for seq, heads in restores.items():
        print(f"Entry {seq} puts a restore on record, of a history of {max([size for size, _ in heads], default='unknown')} entries.")
    if not key_file:
        print("The key came with the export: this shows that the log fits itself, not whose it is.")


def main(words):
    options, folders = {"--key": None, "--since": None}, []
    while words:
        word = words.pop(0)
        if word in options and words:
            options[word] = pathlib.Path(words.pop(0))
        elif word.startswith("-") or folders:
            print(__doc__, file=sys.stderr)
            return 2
        else:
            folders.append(pathlib.Path(word))
    folder = folders[0] if folders else pathlib.Path(__file__).resolve().parent
    try:
        check(folder, options["--key"], options["--since"])
    except (Broken, OSError, ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        print(f"BROKEN: {error}")
        return 7
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
