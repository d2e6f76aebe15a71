// Keys, copying, and news of the record. Everything here can be done without it; nothing here decides anything.
const all = (what, where = document) => [...where.querySelectorAll(what)];
const one = (what) => document.querySelector(what);
const about = document.body.dataset.about.trim().split(" ");

// Copying.
for (const button of all("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}

// Keys. What names them is shown where they work.
for (const hint of all("[data-keys]")) hint.hidden = false;
const rows = all("[data-row]");
let at = -1;
let leader = 0;
// What is folded is found as well, and unfolded for it.
const shown = (element) => element.getClientRects().length > 0 || element.closest("details:not([open])");
function select(to) {
  if (!rows.length) return;
  rows[at]?.classList.remove("at");
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at].classList.add("at");
  rows[at].scrollIntoView({ block: "nearest" });
  link(rows[at])?.focus({ preventScroll: true });
}
const link = (row) => row?.querySelector("a.name, .fold > summary");
function find(step) {
  const places = all("[data-find]").filter(shown);
  if (!places.length) return;
  const now = places.findIndex((place) => place.classList.contains("found"));
  places[now]?.classList.remove("found");
  const place = places[(now + step + places.length) % places.length];
  for (let fold; (fold = place.closest("details:not([open])")); ) fold.open = true;
  place.classList.add("found");
  place.scrollIntoView({ block: "center" });
}
const go = (key) => one(`[data-go="${key}"]`)?.click();
const keys = {
  j: () => select(at + 1),
  k: () => select(at - 1),
  Enter: () => link(rows[at])?.click(),
  o: () => link(rows[at])?.href && window.open(link(rows[at]).href, "_blank", "noopener"),
  n: () => find(1),
  p: () => find(-1),
  a: () => {
    one("#decision")?.scrollIntoView({ block: "start" });
    one("#decision")?.focus();
  },
  y: () => navigator.clipboard?.writeText(one("code[data-copy]")?.dataset.copy ?? ""),
  t: () => one("#theme")?.click(),
  "/": () => one("#q")?.focus(),
  "?": () => one("#keys")?.showModal(),
};
addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches("input, textarea, select")) {
    if (key === "Escape") target.blur();
    return;
  }
  if (one("dialog[open]")) return;
  if (leader && event.timeStamp - leader < 1500) {
    leader = 0;
    event.preventDefault();
    return go(key);
  }
  if (key === "g") return void (leader = event.timeStamp);
  if (/^[1-6]$/.test(key)) return all("[data-section]")[key - 1]?.click();
  // A key that a button or a summary takes itself is left to it.
  if (key === "Enter" && target.closest("a, button, summary")) return;
  if (keys[key]) {
    event.preventDefault();
    keys[key]();
  }
});

// News: one tab of all listens, and tells the others, because a browser opens few connections to one server.
const seen = Number(document.body.dataset.entries ?? -1);
const channel = new BroadcastChannel("saraphina");
let fresh = 0;
let listening = false;
const words = "Nothing new is shown here: the engine does not answer, or you are signed out. Reload the page to see.";
function live(on) {
  one("[data-live]")?.classList.toggle("on", on);
  const silence = one("[data-silence]");
  if (silence) silence.textContent = on ? "" : words;
}
function take({ seq, proposal, signing, kind, progress, heard, who }) {
  if (progress) return void tell(progress);
  // A tab that has just come asks whether anybody listens.
  if (who) return void (listening && spread({ heard: true }));
  if (heard !== undefined) return void (live(heard), stands(heard));
  // Somebody asked for a signature, or gave one: that is no entry, and matters where one is waited for.
  if (signing) return void (about[1] === "running" && reload());
  if (seq < seen) return;
  const size = one("[data-size]");
  if (size) size.textContent = String(seq + 1);
  live(true);
  // That an engine started or stopped concerns whoever reads the record.
  if (about[0] === "inbox" && kind.startsWith("daemon.")) return;
  const isOurs = ["inbox", "record", "runs", "repositories"].includes(about[0]) || proposal === about[0];
  if (!isOurs) return;
  fresh += 1;
  stale(kind);
  if (about[1] === "running") return reload();
  const news = one("[data-news]");
  news.hidden = false;
  news.firstElementChild.textContent = fresh === 1 ? happened(kind, proposal) : `${fresh} things happened.`;
}
// A request for a signature ends with the engine that keeps it: after a gap a page that waits asks once whether it still stands.
let lost = false;
function stands(heard) {
  if (heard && lost && about[1] === "running") reload();
  lost = !heard;
}
// What became of a proposal, in words.
const fates = {
  "decision.approved": "It was approved.",
  "decision.approved_despite": "It was approved all the same.",
  "decision.rejected": "It was rejected.",
  "decision.revoked": "Its approval was taken back.",
  "decision.reopened": "It was reopened.",
  "revision.added": "It has a new revision.",
  "execution.verdict": "It has a new verdict.",
};
const happened = (kind, proposal) => (proposal === about[0] && fates[kind]) || "There is something new.";
// What a form would ask for is not what is there any more.
function stale(kind) {
  if (!fates[kind]) return;
  for (const button of all(".decide button")) button.disabled = true;
  const told = one("[data-stale]");
  if (told) told.textContent = "Something changed since this page was drawn. Load it anew to decide.";
}
// What a run does just now; the end of a reply as it streams in.
function tell({ job_id, event }) {
  const place = one(`[data-progress="${job_id}"]`);
  if (place) place.textContent = event.kind === "reply" ? `It answers: … ${event.text.slice(-160)}` : event.text;
}
let reloading = 0;
function reload() {
  clearTimeout(reloading);
  reloading = setTimeout(() => location.reload(), 400);
}
channel.onmessage = ({ data }) => take(data);
function spread(told) {
  channel.postMessage(told);
  take(told);
}
async function listen() {
  const source = new EventSource(`/v1/timeline?since=${Math.max(0, seen - 1)}`);
  source.addEventListener("open", () => spread({ heard: (listening = true) }));
  source.addEventListener("error", () => spread({ heard: (listening = false) }));
  source.addEventListener("act", ({ data, lastEventId }) => {
    const { kind = "", subject } = JSON.parse(data).record ?? {};
    spread({ seq: Number(lastEventId), proposal: subject?.proposal, kind });
  });
  source.addEventListener("progress", ({ data }) => spread({ progress: JSON.parse(data) }));
  source.addEventListener("reset", () => location.reload());
  source.addEventListener("signing", () => spread({ signing: true }));
  await new Promise(() => {});
}
channel.postMessage({ who: true });
if (seen >= 0 && navigator.locks) navigator.locks.request("saraphina-timeline", listen);
