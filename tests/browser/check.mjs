// Looks at every page of a console in a browser: rules of accessibility, messages, overflow, journeys, weight, pictures.
import { spawn, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { fill } from "./fill.mjs";
import { tabs, told } from "./events.mjs";
import { verifier } from "./verifier.mjs";

const [binary, home, folder, only] = process.argv.slice(2);
const AXE = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const WIDTHS = [390, 820, 1360];
const SCHEMES = ["light", "dark"];
const LIMITS = { visit: 40_000, style: 6_000, script: 4_000 };
const MOST_PICTURE = 150_000;
const faults = [];
const fault = (place, what) => {
  faults.push(`${place}: ${what}`);
  console.log(`  FAULT ${place}: ${what}`);
};
const work = mkdtempSync(join(tmpdir(), "console-check-"));
// Drawing every page whole takes as long as all checks of it: that is done where a folder for the pictures is named.
const pictures = folder || join(work, "pictures");
mkdirSync(pictures, { recursive: true });

console.log("filling a home with proposals in every state");
// A home that was filled before is looked at again by the names that the run before kept.
const known = process.env.CONSOLE_IDS;
const ids = known ? JSON.parse(readFileSync(known, "utf8")) : await fill(binary, home, work);
writeFileSync(join(pictures, "ids.json"), JSON.stringify(ids));

const env = { ...process.env, SARAPHINA_HOME: home };
const served = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--json"], { env, stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise((ready, failed) => {
  let text = "";
  served.stdout.on("data", (part) => {
    text += part;
    if (text.includes("\n")) ready(JSON.parse(text.split("\n")[0]).data.address);
  });
  served.on("exit", (code) => failed(new Error(`the server ended with ${code}`)));
});
const link = (page = "/") =>
  JSON.parse(execFileSync(binary, ["open", "--no-browser", "--json", page], { env, encoding: "utf8" })).data.url;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const first = await browser.newContext();
const stranger = await first.newPage();
await stranger.goto(`${address}/`);
if (!(await stranger.textContent("h1")).includes("Sign in")) fault("/", "a stranger is not sent to the sign-in page");
await stranger.screenshot({ path: join(pictures, "sign-in.png") });
await stranger.goto(link());
if (new URL(stranger.url()).pathname !== "/") fault("/login", `the link leads to ${stranger.url()}`);
const signedIn = await first.storageState();
await first.close();

const pages = {
  inbox: "/",
  "inbox-decided": "/?show=decided",
  "review-tested": `/proposals/${ids.tested}`,
  "review-failed": `/proposals/${ids.failed}`,
  "review-healed": `/proposals/${ids.healed}`,
  "review-change": `/proposals/${ids.change}`,
  "review-split": `/proposals/${ids.change}?view=split`,
  "review-survivors": `/proposals/${ids.survivors}`,
  "review-weaker": `/proposals/${ids.weaker}`,
  "review-weaker-split": `/proposals/${ids.weaker}?view=split`,
  "review-applied": `/proposals/${ids.applied}`,
  "review-pending": `/proposals/${ids.pending}`,
  "review-approved": `/proposals/${ids.approved}`,
  "review-hostile": `/proposals/${ids.hostile}`,
  runs: "/runs",
  "run-script": `/runs/${ids.script ?? ids.healed}`,
  "run-healed": `/runs/${ids.healed}`,
  record: "/record",
  entry: "/record/5",
  statistics: "/statistics",
  knowledge: "/knowledge",
  concept: "/knowledge/binary%20search",
  repositories: "/repositories",
  repository: "/repositories/shop",
  "memory-files": "/repositories/shop/memory",
  memory: "/repositories/shop/memory?path=shop%2Fcart.py&line=9",
  search: "/search?q=retry",
  missing: "/nowhere",
};
const chosen = Object.entries(pages).filter(([name]) => !only || name.includes(only));

function watched(page, place) {
  page.on("console", (message) => {
    const isExpected = (place.startsWith("missing") && message.text().includes("404"))
      // A decision without its reason is refused, which the journey tries.
      || (place === "signing" && message.text().includes("400"));
    if (!isExpected) fault(place, `console: ${message.text()}`);
  });
  page.on("pageerror", (error) => fault(place, `script: ${error.message}`));
  page.on("dialog", (dialog) => fault(place, `a dialog: ${dialog.message()}`));
  return page;
}
// Stylesheet and scripts can be taken from the sources, so that a change of them is seen without a build.
const sources = process.env.CONSOLE_ASSETS;
async function context(options = {}) {
  const made = await browser.newContext({ storageState: signedIn, reducedMotion: "reduce", ...options });
  if (sources) {
    await made.route(/\/assets\//, (route) => {
      const [, name, end] = route.request().url().match(/assets\/([a-z]+)-[^.]*\.([a-z]+)$/);
      const path = join(sources, `${name}.${end}`);
      const contentType = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" }[end];
      return route.fulfill({ path, contentType });
    });
  }
  return made;
}

// Nothing that a page runs depends on the scheme, so it is loaded once for each width and shown in both.
async function lookAt(own, name, path, width) {
  const page = watched(await own.newPage(), `${name} ${width}`);
  await page.goto(address + path, { waitUntil: "load" });
  const grounds = new Set();
  for (const colorScheme of SCHEMES) {
    const place = `${name} ${colorScheme} ${width}`;
    await page.emulateMedia({ colorScheme });
    grounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if (needed > given) {
      const wide = await page.evaluate(() => [...document.querySelectorAll("main *, header *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, pre, .sections")).slice(0, 3).map((one) => `${one.tagName}.${one.className}`));
      fault(place, `overflows: ${needed} > ${given} by ${wide}`);
    }
    if (folder) {
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: width !== 1360 });
      if (width === 1360) await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-whole.png`), fullPage: true });
    }
  }
  if (grounds.size !== SCHEMES.length) fault(`${name} ${width}`, "both schemes have the same ground");
  // What the page itself says was heard by now; the rules put styles of their own into it, which its policy forbids.
  page.removeAllListeners("console");
  await page.evaluate(AXE);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    for (const one of violations) {
      fault(`${name} ${colorScheme} ${width}`, `axe ${one.id}: ${one.nodes.map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? ""})`).slice(0, 3).join("; ")}`);
    }
  }
  await page.close();
}

for (const width of WIDTHS) {
  console.log(`looking at ${chosen.length} pages, ${width} wide`);
  const own = await context({ viewport: { width, height: 900 } });
  for (const [name, path] of chosen) await lookAt(own, name, path, width);
  await own.close();
}

async function keyboard() {
  const own = await context({ viewport: { width: 1360, height: 900 } });
  const page = watched(await own.newPage(), "keyboard");
  const expect = async (what, good) => (await good()) || fault("keyboard", what);
  await page.goto(address);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await Promise.all([page.waitForURL("**/proposals/**"), page.keyboard.press("Enter")]);
  await page.keyboard.press("n");
  await expect("n finds nothing", () => page.evaluate(() => document.querySelector(".found") !== null));
  await page.keyboard.press("a");
  await expect("a does not reach the decision", () => page.evaluate(() => document.activeElement.id === "decision"));
  await page.keyboard.press("3");
  await expect("3 does not reach the code", () => page.evaluate(() => location.hash === "#code"));
  await page.keyboard.press("?");
  await expect("? shows no keys", () => page.isVisible("dialog[open]"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await Promise.all([page.waitForURL("**/record"), page.keyboard.press("a")]);
  await page.keyboard.press("/");
  await expect("/ does not reach the search", () => page.evaluate(() => document.activeElement.id === "q"));
  await page.keyboard.type("retry");
  await Promise.all([page.waitForURL("**/search?q=retry"), page.keyboard.press("Enter")]);
  await Promise.all([page.waitForURL("**/search?q=retry"), page.keyboard.press("t")]);
  await page.waitForSelector('html[data-theme="dark"]');
  await own.close();
}

async function withoutScript() {
  const own = await context({ javaScriptEnabled: false, viewport: { width: 1360, height: 900 } });
  const page = watched(await own.newPage(), "without script");
  const expect = (what, good) => good || fault("without script", what);
  await page.goto(address);
  await page.click("table.list a.name");
  expect("no way to decide", (await page.textContent("#decision")).includes("saraphina "));
  await page.click("text=Side by side");
  expect("no layout side by side", (await page.locator("table.two").count()) > 0);
  await page.click('nav[aria-label="Pages"] >> text=Record');
  await page.click("a[rel=next] >> nth=0", { timeout: 2_000 }).catch(() => {});
  await page.click("table.list a.name >> nth=0");
  expect("no proof", (await page.textContent("main")).includes("c2sp.org/tlog-proof"));
  await page.fill("#q", "retry");
  await page.press("#q", "Enter");
  expect("no search", (await page.textContent("h1")).includes("retry"));
  await page.click("#theme");
  expect("no other colours", (await page.getAttribute("html", "data-theme")) === "dark");
  await own.close();
}

async function inBrowser() {
  const own = await context({ viewport: { width: 1360, height: 900 } });
  const page = watched(await own.newPage(), "check in the browser");
  for (const path of ["/record", "/record/3"]) {
    await page.goto(address + path);
    await page.click("[data-start]");
    await page.waitForSelector("[data-start]:not([disabled])");
    const told = await page.textContent("[data-steps]");
    if (!told.includes("signed root") || (await page.locator("[data-steps] .fail").count())) fault(path, `the check said: ${told}`);
  }
  await page.goto(`${address}/record`);
  await page.click("[data-start]");
  await page.waitForSelector("[data-start]:not([disabled])");
  if (!(await page.textContent("[data-steps]")).includes("Nothing was rewritten since")) fault("/record", "the second check does not know the first");
  await page.screenshot({ path: join(pictures, "record-checked.png") });
  await own.close();
}

// From the button of a review to the record: the page asks, the terminal signs, the page turns by event.
async function signing() {
  const own = await context({ viewport: { width: 1360, height: 900 } });
  const page = watched(await own.newPage(), "signing");
  await page.goto(`${address}/proposals/${ids.tested}`);
  const hash = await page.getAttribute('input[name="expect"]', "value");
  await page.fill("#words", "read line by line");
  await Promise.all([page.waitForURL("**/sign/**"), page.click('button[value="approve"]')]);
  const phrase = (await page.textContent(".digits")).trim();
  await page.screenshot({ path: join(pictures, "sign-waiting.png") });
  execFileSync(binary, ["sign", phrase, "--yes", "--expect", hash, "--json"], { env, stdio: "pipe" });
  await page.waitForFunction(() => document.querySelector("main").textContent.includes("signed and recorded"), null, { timeout: 5_000 });
  await page.screenshot({ path: join(pictures, "sign-done.png") });
  await page.goto(`${address}/proposals/${ids.tested}`);
  if (!(await page.textContent("main")).includes("Approved")) fault("signing", "the review does not show the approval");
  // The browser holds the form back; one that does not is refused by the server.
  const revoke = page.locator('form:has(button[value="revoke"])');
  await page.click('button[value="revoke"]');
  if (!(await revoke.locator("textarea:invalid").count())) fault("signing", "the form does not ask for a reason");
  if (new URL(page.url()).pathname !== `/proposals/${ids.tested}`) fault("signing", "a form without its reason is sent");
  await revoke.evaluate((form) => { form.noValidate = true; });
  await Promise.all([page.waitForNavigation(), page.click('button[value="revoke"]')]);
  if (!(await page.textContent("main")).includes("needs a reason")) fault("signing", "a decision without its reason is asked for");
  await own.close();
}

// Small pictures for the documentation.
async function documented() {
  const own = await context({ viewport: { width: 1040, height: 680 } });
  const page = await own.newPage();
  mkdirSync(join(pictures, "docs"), { recursive: true });
  const take = async (name, path) => {
    if (path) await page.goto(address + path);
    const file = join(pictures, "docs", `${name}.png`);
    await page.screenshot({ path: file });
    if (statSync(file).size > MOST_PICTURE) fault(name, `the picture has ${statSync(file).size} bytes`);
  };
  await take("inbox", "/");
  await take("review", `/proposals/${ids.failed}`);
  await take("run", `/runs/${ids.script ?? ids.healed}`);
  await take("record", "/record");
  await take("repository", "/repositories/shop");
  await take("statistics", "/statistics");
  await page.goto(`${address}/proposals/${ids.change}`);
  await Promise.all([page.waitForURL("**/sign/**"), page.click('button[value="approve"]')]);
  await take("sign");
  await own.close();
}

async function news() {
  const own = await context({ viewport: { width: 1360, height: 900 } });
  const page = watched(await own.newPage(), "news");
  const answer = await page.request.get(`${address}/v1/timeline?since=0`, { timeout: 1_000 }).catch(() => null);
  if (answer?.status() === 404) {
    fault("news", "this build has no timeline");
    return;
  }
  await page.goto(address);
  await page.waitForSelector(".live.on");
  const [code, tests] = ["late.py", "test_late.py"].map((name) => join(work, name));
  writeFileSync(code, "def late():\n    return True\n");
  writeFileSync(tests, "from late import late\n\n\ndef test_late():\n    assert late()\n");
  execFileSync(binary, ["propose-code", "--code", code, "--tests", tests, "Something new while a page is open"], { env, stdio: "pipe" });
  await page.waitForSelector("[data-news]:not([hidden])", { timeout: 5_000 }).catch(() => fault("news", "nothing is told of a new proposal"));
  await own.close();
}

// A run that goes on says what it does, and is stopped by its button.
async function cancelling() {
  const own = await context({ viewport: { width: 1360, height: 900 } });
  const page = watched(await own.newPage(), "cancelling");
  const [code, tests] = ["slow.py", "test_slow.py"].map((name) => join(work, name));
  writeFileSync(code, "import time\n\n\ndef slow():\n    time.sleep(50)\n");
  writeFileSync(tests, "from slow import slow\n\n\ndef test_slow():\n    slow()\n");
  const made = execFileSync(binary, ["propose-code", "--json", "--code", code, "--tests", tests, "Something that takes its time"], { env, encoding: "utf8" });
  const { proposal_id: id } = JSON.parse(made).data;
  const run = spawn(binary, ["sandbox-code", id, "--json"], { env, stdio: "ignore" });
  const ended = new Promise((done) => run.on("close", done));
  await page.goto(`${address}/runs/${id}`);
  for (let tries = 0; tries < 100 && !(await page.locator("[data-progress]").count()); tries += 1) await page.reload();
  await page.screenshot({ path: join(pictures, "run-going-on.png") });
  await page.click("button.stop");
  await page.waitForFunction(() => !document.querySelector("[data-progress]"), null, { timeout: 15_000 }).catch(() => fault("cancelling", "the page still shows a run"));
  await ended;
  await page.goto(`${address}/runs`);
  if (!(await page.textContent("main")).includes("Nothing runs")) fault("cancelling", "the run is still listed");
  await own.close();
}

// The numbers of every figure come as a file.
async function numbers() {
  const own = await context();
  const page = watched(await own.newPage(), "numbers");
  await page.goto(`${address}/statistics`);
  const files = await page.locator(".take a").all();
  if (files.length < 5) fault("numbers", `${files.length} files`);
  for (const file of files) {
    const [taken] = await Promise.all([page.waitForEvent("download"), file.click()]);
    const text = readFileSync(await taken.path(), "utf8");
    if (!text.startsWith('"') || !text.includes("\r\n")) fault("numbers", `${taken.suggestedFilename()}: ${text.slice(0, 80)}`);
  }
  await own.close();
}

async function weight() {
  const sizes = {};
  const own = await context();
  const page = await own.newPage();
  const bodies = [];
  page.on("response", (response) => {
    if (response.url().includes("/v1/")) return;
    bodies.push(response.body().then((body) => [new URL(response.url()).pathname, gzipSync(body).length], () => null));
  });
  await page.goto(`${address}/proposals/${ids.tested}`, { waitUntil: "load" });
  for (const one of (await Promise.all(bodies)).filter(Boolean)) sizes[one[0]] = one[1];
  await own.close();
  const of = (part) => Object.entries(sizes).filter(([path]) => path.includes(part)).reduce((sum, [, size]) => sum + size, 0);
  const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  const found = { visit: all, style: of("/style-"), script: of("/console-") };
  console.log(`weight, gzip: first visit of a review ${found.visit} bytes, stylesheet ${found.style}, script ${found.script}`);
  for (const [what, limit] of Object.entries(LIMITS)) if (found[what] > limit) fault("weight", `${what} ${found[what]} > ${limit}`);
}

async function paint() {
  const empty = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>e</title><p>e"));
  await new Promise((ready) => empty.listen(0, "127.0.0.1", ready));
  const places = { empty: `http://127.0.0.1:${empty.address().port}/`, inbox: `${address}/`, review: `${address}/proposals/${ids.tested}`, record: `${address}/record`, statistics: `${address}/statistics` };
  const times = Object.fromEntries(Object.keys(places).map((name) => [name, []]));
  for (let round = 0; round < 9; round += 1) {
    for (const [name, place] of Object.entries(places)) {
      const own = await context();
      const page = await own.newPage();
      await page.goto(place, { waitUntil: "load" });
      const painted = await page.evaluate(() => new Promise((done) => {
        new PerformanceObserver((list) => list.getEntriesByName("first-contentful-paint").forEach((one) => done(one.startTime))).observe({ type: "paint", buffered: true });
      }));
      times[name].push(painted);
      await own.close();
    }
  }
  empty.close();
  const median = (all) => all.sort((left, right) => left - right)[Math.floor(all.length / 2)];
  const base = median(times.empty);
  const told = Object.entries(times).map(([name, all]) => `${name} ${Math.round(median(all))} ms (${(median(all) / base).toFixed(2)})`);
  console.log(`first contentful paint, median of 9, and ratio to an empty page: ${told.join(", ")}`);
}

async function paper() {
  const own = await context();
  const page = await own.newPage();
  await page.goto(`${address}/proposals/${ids.tested}`);
  const pdf = await page.pdf({ format: "A4", printBackground: true, path: join(pictures, "review.pdf") });
  const sheets = (pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;
  console.log(`printed, a review has ${sheets} pages`);
  if (sheets < 1 || sheets > 12) fault("paper", `${sheets} pages`);
  await own.close();
}

const manyTabs = () => tabs({ address, context, watched, fault, binary, env, work });
const events = () => told({ address, context, fault });
// The pictures come before whatever fills the home further.
for (const journey of [documented, keyboard, withoutScript, inBrowser, weight, paper, paint, numbers, news, cancelling, manyTabs, events, signing]) {
  console.log(`trying: ${journey.name}`);
  await journey().catch((error) => fault(journey.name, error.message.split("\n")[0]));
}
console.log("trying: the stand-alone verifier");
execFileSync(binary, ["audit", "export", join(work, "export")], { env, stdio: "pipe" });
await verifier({ browser, address, signedIn, folder: join(work, "export"), work, fault });

served.removeAllListeners("exit");
await browser.close();
execFileSync(binary, ["daemon", "stop"], { env, stdio: "pipe" });
writeFileSync(join(pictures, "faults.txt"), faults.join("\n"));
console.log(faults.length ? `${faults.length} faults` : `no fault on ${chosen.length} pages, in ${SCHEMES.length} schemes at ${WIDTHS.length} widths`);
process.exit(faults.length ? 1 : 0);
