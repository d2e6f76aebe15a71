// Checks the record, or one entry, in this browser, from bytes that are fetched as they are.
const { Log, included, leafOf, lines, openHead, readProof } = await import(
  document.querySelector("script[data-verify]").dataset.verify
);
const KEPT = "saraphina-head";
const place = document.querySelector("[data-check], [data-prove]");
const steps = place.querySelector("[data-steps]");
const button = place.querySelector("[data-start]");

function step(tone, text) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${tone}`);
  shape.append(use);
  shape.setAttribute("class", tone);
  const item = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = text;
  item.className = tone;
  item.append(shape, words);
  steps.append(item);
  return words;
}
async function bytesOf(address) {
  const answer = await fetch(address, { headers: { accept: "text/plain" } });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
const textOf = async (address) => new TextDecoder().decode(await bytesOf(address));

async function head() {
  const [vkey, note] = (await textOf("/record-head")).split(/\n\n(.*)/s);
  const found = await openHead(note, vkey);
  step("pass", `The head of ${found.size} entries is signed by ${found.name}`);
  return { ...found, vkey };
}

// What this browser saw before: a log only grows, so the older head has to be met on the way.
function kept(vkey) {
  try {
    const before = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return before?.vkey === vkey ? before : null;
  } catch {
    return null;
  }
}
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function checkAll() {
  const began = performance.now();
  const found = await head();
  const before = kept(found.vkey);
  const log = new Log();
  const told = step("wait", "Reading entries");
  while (log.size < found.size) {
    const part = await bytesOf(`/record-entries/${log.size}`);
    const from = log.size;
    for (const line of lines(part)) {
      if (log.size === found.size) break;
      log.add(line);
      if (before && log.size === before.size && hex(log.root()) !== before.root) {
        throw new Error(`the first ${before.size} entries are not those that this browser saw before`);
      }
    }
    if (log.size === from) break;
    told.textContent = `${log.size} of ${found.size} entries follow on each other`;
  }
  log.against(found);
  told.parentElement.remove();
  step("pass", `${log.size} entries follow on each other and lead to the signed root`);
  step("pass", `${log.signed} of them carry an owner's signature`);
  if (before) step("pass", `Nothing was rewritten since your last check, at ${before.size} entries`);
  localStorage.setItem(KEPT, JSON.stringify({ vkey: found.vkey, size: found.size, root: hex(found.root) }));
  const took = Math.round(performance.now() - began);
  document.querySelector("[data-checked]").textContent = `checked in this browser, ${took} ms`;
}

async function checkOne(seq) {
  const found = await head();
  const proof = readProof(await textOf(`/record/${seq}/proof`));
  const signed = await openHead(proof.note, found.vkey);
  const [bytes] = lines(await bytesOf(`/record-entries/${seq}`));
  const leaf = leafOf(bytes);
  step("pass", `Its bytes hash to leaf ${hex(leaf).slice(0, 12)}…`);
  if (proof.seq !== seq) throw new Error("the proof is of another entry");
  included(leaf, seq, signed, proof.path);
  step("pass", `${proof.path.length} hashes lead from it to the signed root`);
}

if (button && globalThis.crypto?.subtle) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    steps.replaceChildren();
    try {
      if (place.dataset.prove) await checkOne(Number(place.dataset.prove));
      else await checkAll();
    } catch (error) {
      for (const waiting of steps.querySelectorAll("li.wait")) waiting.remove();
      step("fail", error.message);
    }
    button.disabled = false;
  });
} else if (place) {
  step("warn", "This browser cannot check here; use the command below");
}
