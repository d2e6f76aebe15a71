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

// Keys.
const rows = all("[data-row]");
let at = -1;
let leader = 0;
const shown = (element) => element.getClientRects().length > 0;
function select(to) {
  if (!rows.length) return;
  rows[at]?.classList.remove("at");
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at].classList.add("at");
  rows[at].scrollIntoView({ block: "nearest" });
  link(rows[at])?.focus({ preventScroll: true });
}
const link = (row) => row?.querySelector("a.name");
function find(step) {
  const places = all("[data-find]").filter(shown);
  if (!places.length) return;
  const now = places.findIndex((place) => place.classList.contains("found"));
  places[now]?.classList.remove("found");
  const place = places[(now + step + places.length) % places.length];
  place.classList.add("found");
  place.scrollIntoView({ block: "center" });
}
const go = (key) => one(`[data-go="${key}"]`)?.click();
const keys = {
  j: () => select(at + 1),
  k: () => select(at - 1),
  Enter: () => link(rows[at])?.click(),
  o: () => link(rows[at]) && open(link(rows[at]).href, "_blank", "noopener"),
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
function take({ seq, proposal, signing }) {
  // Somebody asked for a signature, or gave one: that is no entry, and matters where one is waited for.
  if (signing) return void (about[1] === "running" && reload());
  if (seq < seen) return;
  const size = one("[data-size]");
  if (size) size.textContent = String(seq + 1);
  one("[data-live]")?.classList.add("on");
  const isOurs = ["inbox", "record", "runs"].includes(about[0]) || proposal === about[0];
  if (!isOurs) return;
  fresh += 1;
  if (about[1] === "running") return reload();
  const news = one("[data-news]");
  news.hidden = false;
  news.firstElementChild.textContent = fresh === 1 ? "One thing happened." : `${fresh} things happened.`;
}
let reloading = 0;
function reload() {
  clearTimeout(reloading);
  reloading = setTimeout(() => location.reload(), 400);
}
channel.onmessage = ({ data }) => take(data);
async function listen() {
  const source = new EventSource(`/v1/timeline?since=${Math.max(0, seen - 1)}`);
  source.addEventListener("open", () => one("[data-live]")?.classList.add("on"));
  source.addEventListener("error", () => one("[data-live]")?.classList.remove("on"));
  source.addEventListener("act", ({ data, lastEventId }) => {
    const told = { seq: Number(lastEventId), proposal: JSON.parse(data).record?.subject?.proposal };
    channel.postMessage(told);
    take(told);
  });
  source.addEventListener("reset", () => location.reload());
  source.addEventListener("signing", () => {
    channel.postMessage({ signing: true });
    take({ signing: true });
  });
  await new Promise(() => {});
}
if (seen >= 0 && navigator.locks) navigator.locks.request("saraphina-timeline", listen);
