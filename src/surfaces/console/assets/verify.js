// The check of the record, from bytes alone: chain, Merkle tree (RFC 6962), signed head (C2SP). No network, no library.
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unbase = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const same = (left, right) => left.length === right.length && left.every((byte, at) => byte === right[at]);

// SHA-256 (FIPS 180-4), at once: a hundred thousand calls of the browser's own take longer than the hashing. It is held against the
// browser's own before anything is believed.
const fraction = (root) => (root * 2 ** 32) | 0;
const primes = [];
for (let number = 2; primes.length < 64; number += 1) {
  if (primes.every((prime) => number % prime)) primes.push(number);
}
const ROUNDS = Int32Array.from(primes, (prime) => fraction(prime ** (1 / 3)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(prime ** 0.5));
const words = new Int32Array(64);
const turn = (word, by) => (word >>> by) | (word << (32 - by));

// One buffer for all that is hashed: a new one for each hash takes a browser longer than the hash.
const scratch = new Uint8Array(1 << 16);
const view = new DataView(scratch.buffer);
const state = new Int32Array(8);

function sha(...parts) {
  let length = 0;
  for (const part of parts) {
    scratch.set(part, length);
    length += part.length;
  }
  const end = ((length + 72) >> 6) << 6;
  scratch.fill(0, length, end);
  scratch[length] = 128;
  view.setUint32(end - 4, length << 3);
  state.set(START);
  for (let from = 0; from < end; from += 64) block(from);
  const digest = new Uint8Array(32);
  for (let at = 0; at < 32; at += 1) digest[at] = state[at >> 2] >>> (24 - 8 * (at & 3));
  return digest;
}

function block(from) {
  for (let at = 0; at < 16; at += 1) words[at] = view.getInt32(from + at * 4);
  for (let at = 16; at < 64; at += 1) {
    const near = words[at - 2];
    const far = words[at - 15];
    const one = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
    const other = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3);
    words[at] = (one + words[at - 7] + other + words[at - 16]) | 0;
  }
  // Taken one by one: a pattern takes four times as long.
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let at = 0; at < 64; at += 1) {
    const mixed = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[at] + words[at]) | 0;
    const added = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + mixed) | 0;
    d = c;
    c = b;
    b = a;
    a = (mixed + added) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

async function trustHash() {
  for (const size of [0, 1, 55, 56, 63, 64, 65, 300]) {
    const bytes = new Uint8Array(size).map((_, at) => at * 7);
    if (!same(sha(bytes), new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))) {
      throw new Error("this browser computes otherwise than it should");
    }
  }
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
export const leafOf = (bytes) => sha(LEAF, bytes);

export function readKey(vkey) {
  const [name, id, ...rest] = vkey.trim().split("+");
  const raw = unbase(rest.join("+"));
  if (raw[0] !== 1 || raw.length !== 33) throw new Error("the key is of another kind than Ed25519");
  return { name, id, key: raw.slice(1), raw };
}

// A note is its lines, an empty line, and signatures; the key that is trusted has to have signed.
export async function openHead(note, vkey) {
  const { name, id, key, raw } = readKey(vkey);
  await trustHash();
  const hash = sha(encoder.encode(`${name}\n`), raw);
  if (hexOf(hash.slice(0, 4)) !== id) throw new Error("the key does not fit its own name");
  const gap = note.lastIndexOf("\n\n");
  const body = note.slice(0, gap + 1);
  const [origin, size, root] = body.split("\n");
  if (origin !== name) throw new Error(`the head is of the log ${origin}, the key of ${name}`);
  const line = note.slice(gap + 2).split("\n").find((one) => one.startsWith(`\u2014 ${name} `));
  if (!line) throw new Error("the head is not signed by this key");
  const signature = unbase(line.slice(line.lastIndexOf(" ") + 1));
  if (hexOf(signature.slice(0, 4)) !== id) throw new Error("the head is signed by another key of this name");
  const held = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  const good = await crypto.subtle.verify("Ed25519", held, signature.slice(4), encoder.encode(body));
  if (!good) throw new Error("the signature of the head does not fit");
  return { size: Number(size), root: unbase(root), name };
}

// Takes entries in order; says which one breaks, as soon as it does.
export class Log {
  size = 0;
  stack = [];
  previous = new Uint8Array(32);
  signed = 0;
  name = null;

  add(bytes) {
    const seq = this.size;
    let record;
    try {
      record = JSON.parse(decoder.decode(bytes));
    } catch {
      throw new Error(`entry ${seq} cannot be read`);
    }
    if (record.seq !== seq) throw new Error(`entry ${seq} is missing or out of place: here is ${record.seq}`);
    if (record.prev !== `sha256:${hexOf(this.previous)}`) {
      throw new Error(`entry ${seq} does not follow on entry ${seq - 1}: one of the two was altered`);
    }
    this.name ??= record.log;
    if (record.log !== this.name) throw new Error(`entry ${seq} is of another log`);
    if (record.sig) this.signed += 1;
    let hash = leafOf(bytes);
    this.previous = hash;
    for (let count = seq; count & 1; count >>>= 1) hash = sha(NODE, this.stack.pop(), hash);
    this.stack.push(hash);
    this.size += 1;
  }

  root() {
    if (!this.stack.length) return sha();
    let hash = this.stack.at(-1);
    for (let at = this.stack.length - 2; at >= 0; at -= 1) hash = sha(NODE, this.stack[at], hash);
    return hash;
  }

  against(head) {
    if (this.size < head.size) throw new Error(`entries from ${this.size} on are cut off: the head speaks of ${head.size}`);
    if (this.size > head.size) throw new Error(`entry ${head.size} is one too many: the head speaks of ${head.size}`);
    if (!same(this.root(), head.root)) {
      throw new Error(`the entries do not lead to the signed root: entry ${head.size - 1} was altered, or everything from some entry on was rewritten`);
    }
  }
}

// One entry: its leaf and the hashes beside the way lead to the root.
export function included(leaf, seq, head, path) {
  let [hash, at, last] = [leaf, seq, head.size - 1];
  for (const sibling of path) {
    if (last === 0) throw new Error("the proof is too long");
    if (at % 2 === 1 || at === last) {
      hash = sha(NODE, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = sha(NODE, hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Error("the proof is too short");
  if (!same(hash, head.root)) throw new Error("the proof does not lead to the signed root");
}

export function readProof(text) {
  const [first, index, ...rest] = text.split("\n");
  if (first !== "c2sp.org/tlog-proof@v1") throw new Error("this is no proof");
  const gap = rest.indexOf("");
  return { seq: Number(index.slice(6)), path: rest.slice(0, gap).map(unbase), note: rest.slice(gap + 1).join("\n") };
}

// Splits bytes into lines without reading them as text, so that what is hashed is what was stored.
export function* lines(bytes) {
  let from = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
    yield bytes.subarray(from, at);
    from = at + 1;
  }
  if (from < bytes.length) yield bytes.subarray(from);
}

// The records of a file: the last one ends with a line feed like all the others, or something is missing.
export function* records(bytes) {
  const end = bytes.lastIndexOf(10) + 1;
  let count = 0;
  for (const line of lines(bytes.subarray(0, end))) {
    yield line;
    count += 1;
  }
  if (end < bytes.length) throw new Error(`entry ${count}: the last line of records.jsonl is cut off`);
}
