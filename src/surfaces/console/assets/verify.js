// The check of the record, from bytes alone: chain, Merkle tree (RFC 6962), signed head (C2SP). No network, no library.
const encoder = new TextEncoder();
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unbase = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const same = (left, right) => left.length === right.length && left.every((byte, at) => byte === right[at]);
const sha = async (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
};
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
  const hash = await sha(encoder.encode(`${name}\n`), raw);
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

  async add(bytes) {
    const seq = this.size;
    let record;
    try {
      record = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
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
    let hash = await leafOf(bytes);
    this.previous = hash;
    for (let count = seq; count & 1; count >>>= 1) hash = await sha(NODE, this.stack.pop(), hash);
    this.stack.push(hash);
    this.size += 1;
  }

  async root() {
    if (!this.stack.length) return sha();
    let hash = this.stack.at(-1);
    for (let at = this.stack.length - 2; at >= 0; at -= 1) hash = await sha(NODE, this.stack[at], hash);
    return hash;
  }

  async against(head) {
    if (this.size < head.size) throw new Error(`entries from ${this.size} on are cut off: the head speaks of ${head.size}`);
    if (this.size > head.size) throw new Error(`entry ${head.size} is one too many: the head speaks of ${head.size}`);
    if (!same(await this.root(), head.root)) {
      throw new Error(`the entries do not lead to the signed root: entry ${head.size - 1} was altered, or everything from some entry on was rewritten`);
    }
  }
}

// One entry: its leaf and the hashes beside the way lead to the root.
export async function included(leaf, seq, head, path) {
  let [hash, at, last] = [leaf, seq, head.size - 1];
  for (const sibling of path) {
    if (last === 0) throw new Error("the proof is too long");
    if (at % 2 === 1 || at === last) {
      hash = await sha(NODE, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = await sha(NODE, hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Error("the proof is too short");
  if (!same(hash, head.root)) throw new Error("the proof does not lead to the signed root");
}

export async function readProof(text) {
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
