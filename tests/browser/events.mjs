// Tries how news come to open pages: over one connection for all tabs, and how soon.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

// A browser opens six connections to one server; without care the seventh tab would wait for ever.
const TABS = 12;
const ENTRIES = 60;
// A session may make five proposals a second.
const PAUSE = 220;

function propose({ binary, env, work }, request) {
  const [code, tests] = ["told.py", "test_told.py"].map((name) => join(work, name));
  writeFileSync(code, "def told():\n    return True\n");
  writeFileSync(tests, "from told import told\n\n\ndef test_told():\n    assert told()\n");
  execFileSync(binary, ["propose-code", "--code", code, "--tests", tests, request], { env, stdio: "pipe" });
}

export async function tabs({ address, context, watched, fault, ...rest }) {
  const own = await context({ viewport: { width: 820, height: 600 } });
  const pages = [];
  let streams = 0;
  for (let at = 0; at < TABS; at += 1) {
    const page = watched(await own.newPage(), `tab ${at}`);
    page.on("request", (request) => (streams += request.url().includes("/v1/timeline") ? 1 : 0));
    await page.goto(address, { timeout: 20_000 });
    pages.push(page);
  }
  const all = async (open, what) => {
    const waits = open.map((page) => page.waitForSelector("[data-news]:not([hidden])", { timeout: 10_000 }).then(() => true, () => false));
    const heard = (await Promise.all(waits)).filter(Boolean).length;
    if (heard !== open.length) fault("tabs", `${heard} of ${open.length} heard of ${what}`);
  };
  const alive = await Promise.all(pages.map((page) => page.waitForSelector(".live.on", { timeout: 10_000 }).then(() => true, () => false)));
  if (alive.includes(false)) fault("tabs", "a tab does not know that somebody listens");
  propose(rest, "Something for twelve tabs");
  await all(pages, "a proposal");
  if (streams !== 1) fault("tabs", `${streams} connections for ${TABS} tabs`);
  console.log(`${TABS} tabs hear of a proposal over ${streams} connection`);
  await pages.shift().close();
  for (const page of pages) await page.evaluate(() => (document.querySelector("[data-news]").hidden = true));
  await pages[0].waitForSelector(".live.on", { timeout: 10_000 });
  propose(rest, "Something after the first tab is gone");
  await all(pages, "a proposal after the listening tab was closed");
  if (streams !== 2) fault("tabs", `${streams} connections after the first tab is gone`);
  await own.close();
}

// From the moment that an entry carries, which is before it is committed, to a client of the stream and to what a page shows.
export async function told({ address, context, fault }) {
  const own = await context();
  const page = await own.newPage();
  await page.goto(address);
  await page.waitForSelector(".live.on");
  const { after, clients, shown, statuses } = await page.evaluate(async ([count, pause]) => {
    const session = await (await fetch("/v1/session", { headers: { accept: "application/json" } })).json();
    const headers = { "content-type": "application/json", "saraphina-form-token": session.data.form_token };
    const now = () => performance.timeOrigin + performance.now();
    const [made, clients, shown, statuses] = [new Map(), [], [], new Set()];
    const [heard, answered] = [new Map(), new Map()];
    const source = new EventSource("/v1/timeline");
    await new Promise((open) => source.addEventListener("open", open));
    source.addEventListener("act", ({ data, lastEventId }) => {
      const { record } = JSON.parse(data);
      made.set(Number(lastEventId), Date.parse(record.ts));
      heard.set(record.subject?.proposal, now());
      clients.push(now() - made.get(Number(lastEventId)));
    });
    const size = document.querySelector("[data-size]");
    const drawn = new Map();
    new MutationObserver(() => drawn.set(Number(size.textContent) - 1, now())).observe(size, { childList: true, characterData: true, subtree: true });
    for (let at = 0; at < count; at += 1) {
      const file = (path, role, content) => ({ path, role, content });
      const given = [file("told.py", "code", "def told():\n    return True\n"), file("test_told.py", "test", "from told import told\n\n\ndef test_told():\n    assert told()\n")];
      const body = JSON.stringify({ request: [`Told ${at}`], given });
      const answer = await fetch("/v1/commands/propose-code", { method: "POST", headers, body });
      const answeredAt = now();
      statuses.add(answer.status);
      answered.set((await answer.json()).data?.proposal_id, answeredAt);
      await new Promise((later) => setTimeout(later, pause));
    }
    source.close();
    for (const [seq, at] of drawn) if (made.has(seq)) shown.push(at - made.get(seq));
    const after = [...answered].filter(([id]) => heard.has(id)).map(([id, at]) => heard.get(id) - at);
    return { after, clients, shown, statuses: [...statuses] };
  }, [ENTRIES, PAUSE]);
  const at = (all, part) => all.sort((left, right) => left - right)[Math.floor(all.length * part)]?.toFixed(1);
  if (statuses.join() !== "200") fault("events", `the proposals were answered with ${statuses}`);
  if (clients.length < ENTRIES || !shown.length) fault("events", `${clients.length} entries reached the client, ${shown.length} the page`);
  console.log(`from the stamp of an entry, before its commit: to a client p50 ${at(clients, 0.5)}, p95 ${at(clients, 0.95)} ms of ${clients.length}; to the page p50 ${at(shown, 0.5)}, p95 ${at(shown, 0.95)} ms of ${shown.length}`);
  console.log(`from the answer to whoever made an entry, which is after its commit: to a client p50 ${at(after, 0.5)}, p95 ${at(after, 0.95)} ms of ${after.length}`);
  await own.close();
}
