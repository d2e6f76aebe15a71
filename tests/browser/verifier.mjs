// Tries the stand-alone verifier from a file, with an export as it is and with every kind of tampering.
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// As many entries as an owner may have, and how long the check of them may take.
const MANY = 100_000;
const MOST_MS = 5_000;

// Each takes the lines of the record and gives those of a forgery; the words that the page must say.
const FORGERIES = {
  "an altered entry": [(lines) => lines.with(4, lines[4].replace(/"ts":"20/, '"ts":"19')), /entry 5 does not follow on entry 4/],
  "a dropped entry": [(lines) => lines.toSpliced(4, 1), /entry 4 is missing or out of place/],
  "two swapped entries": [(lines) => lines.with(4, lines[5]).with(5, lines[4]), /entry 4 is missing or out of place/],
  "an inserted entry": [(lines) => lines.toSpliced(4, 0, lines[4]), /entry 5 is missing or out of place/],
  "a cut end": [(lines) => lines.slice(0, -1), /cut off/],
  "an altered last entry": [(lines) => lines.with(-1, lines.at(-1).replace(/"ts":"20/, '"ts":"19')), /do not lead to the signed root: entry \d+/],
  "an unreadable entry": [(lines) => lines.with(4, lines[4].slice(1)), /entry 4 cannot be read/],
};

export async function verifier({ browser, address, signedIn, folder, work, fault }) {
  const own = await browser.newContext({ storageState: signedIn });
  const page = await own.newPage();
  const saved = join(work, "verify.html");
  writeFileSync(saved, await (await page.request.get(`${address}/verify.html`)).body());
  await own.close();
  const alone = await browser.newContext({ offline: true });
  const sheet = await alone.newPage();
  const check = async (records, head, key) => {
    await sheet.goto(`file://${saved}`);
    await sheet.setInputFiles("#records", records);
    await sheet.setInputFiles("#head", head);
    await sheet.setInputFiles("#key", key);
    await sheet.click("button");
    await sheet.waitForFunction(() => /record (holds|does not hold)/.test(document.getElementById("told").textContent), null, { timeout: 60_000 });
    return sheet.textContent("#told");
  };
  const [records, head, key] = ["records.jsonl", "checkpoint", "signers.vkey"].map((name) => join(folder, name));
  const good = await check(records, head, key);
  if (!good.includes("The record holds.")) fault("verify.html", good);
  const lines = readFileSync(records, "utf8").trimEnd().split("\n");
  for (const [name, [forge, wanted]] of Object.entries(FORGERIES)) {
    const forged = join(work, "forged.jsonl");
    writeFileSync(forged, `${forge(lines).join("\n")}\n`);
    const said = await check(forged, head, key);
    if (!said.includes("does not hold") || !wanted.test(said)) fault("verify.html", `${name}: ${said}`);
  }
  const last = lines.length - 1;
  for (const [name, text] of [["no last line feed", lines.join("\n")], ["a cut last line", lines.join("\n").slice(0, -40)]]) {
    const torn = join(work, "torn.jsonl");
    writeFileSync(torn, text);
    const said = await check(torn, head, key);
    if (!said.includes(`entry ${last}: the last line of records.jsonl is cut off`)) fault("verify.html", `${name}: ${said}`);
  }
  const note = readFileSync(head, "utf8");
  const other = join(work, "other-head");
  writeFileSync(other, note.replace(/\n(\d+)\n/, (_, size) => `\n${Number(size) - 1}\n`));
  const said = await check(records, other, key);
  if (!said.includes("the signature of the head does not fit")) fault("verify.html", `a changed head: ${said}`);
  const told = await check(...bigLog(MANY, work));
  const took = Number(told.match(/holds\. (\d+) ms/)?.[1] ?? Infinity);
  console.log(`${MANY} entries are checked in ${took} ms`);
  if (took > MOST_MS) fault("verify.html", `${MANY} entries: ${told}`);
  await alone.close();
  console.log(`the stand-alone page holds an export of ${lines.length} entries and names ${Object.keys(FORGERIES).length + 1} forgeries`);
}

// Makes a log of many entries with a key of its own, as the program would.
function bigLog(count, work) {
  const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const name = "example.org/big";
  const raw = Buffer.concat([Buffer.of(1), publicKey.export({ format: "der", type: "spki" }).subarray(-32)]);
  const id = sha(`${name}\n`, raw).subarray(0, 4);
  const lines = [];
  const stack = [];
  let previous = Buffer.alloc(32);
  for (let seq = 0; seq < count; seq += 1) {
    const line = JSON.stringify({ v: 1, log: "big", seq, prev: `sha256:${previous.toString("hex")}`, ts: "2026-11-20T08:47:00.000Z", kind: "execution.verdict", data: { verdict: "passed", evidence_digest: "sha256:" + "ab".repeat(32) }, subject: { proposal: "proposal_4f2a9c017be3" }, idem: String(seq) });
    lines.push(line);
    let hash = sha(Buffer.of(0), line);
    previous = hash;
    for (let rest = seq; rest & 1; rest >>>= 1) hash = sha(Buffer.of(1), stack.pop(), hash);
    stack.push(hash);
  }
  const root = stack.reduceRight((hash, left) => (hash ? sha(Buffer.of(1), left, hash) : left), null);
  const body = `${name}\n${count}\n${root.toString("base64")}\n`;
  const signature = Buffer.concat([id, sign(null, Buffer.from(body), privateKey)]).toString("base64");
  const files = { "big.jsonl": `${lines.join("\n")}\n`, "big-head": `${body}\n\u2014 ${name} ${signature}\n`, "big-key": `${name}+${id.toString("hex")}+${raw.toString("base64")}\n` };
  return Object.entries(files).map(([file, text]) => {
    writeFileSync(join(work, file), text);
    return join(work, file);
  });
}
