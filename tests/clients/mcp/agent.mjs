// An agent by the TypeScript SDK: proposes, fails, mends, and leaves the decision to the owner.
//
// Started by scripts/check-mcp as `node agent.mjs PROGRAM HOME FOLDER`, or as `node agent.mjs URL TOKEN`; it ends with an error at the
// first thing that is not so.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [program, home, folder] = process.argv.slice(2);
const overHttp = program.startsWith("http:");
// Over HTTP the token names the client, and the door lets so many requests of one token come at once.
const NAME = overHttp ? "ci" : "agent:typescript-agent";
const MANY = overHttp ? 40 : 100;
const TESTS = "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n";
const adder = (sign) => `"""Adds."""\n\n\ndef add(left, right):\n    """Add."""\n    return left ${sign} right\n`;

const transport = overHttp
  ? new StreamableHTTPClientTransport(new URL(`${program}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${home}` } },
    })
  : new StdioClientTransport({
      command: program,
      args: ["mcp"],
      cwd: folder,
      env: { ...process.env, SARAPHINA_HOME: home },
    });
const client = new Client({ name: "typescript agent", version: "1.0.0" });
let step = 0;
const done = (words) => console.log(`ok ${++step} ${words}`);

// Validates structured content against the output schema of the tool, as the SDK does.
async function call(name, args, onprogress) {
  const result = await client.callTool({ name, arguments: args }, undefined, { onprogress, timeout: 300_000 });
  assert.ok(!result.isError, JSON.stringify(result.content));
  return result;
}
const data = async (name, args, onprogress) => (await call(name, args, onprogress)).structuredContent;

await client.connect(transport);
assert.equal(client.getServerVersion().name, "saraphina");
assert.match(client.getInstructions(), /cannot approve/);
done("initialised");

const { tools } = await client.listTools();
const names = tools.map((tool) => tool.name);
assert.ok(names.includes("propose_code") && names.includes("sandbox_code"), names.join());
assert.deepEqual(names.filter((name) => /approve|reject|reopen|revoke|keys|policy|apply|restore|prune/.test(name)), []);
assert.ok(tools.every((tool) => tool.outputSchema.type === "object" && tool.annotations.destructiveHint === false));
done(`${names.length} tools, none of the owner's`);

const before = (await data("list_proposals", { count: true })).total;
done(`${before} proposals before`);

const proposed = await call("propose_code", {
  request: "an adder for two numbers",
  code: ["adder.py"],
  tests: ["test_adder.py"],
  contents: { "adder.py": adder("-"), "test_adder.py": TESTS },
});
const id = proposed.structuredContent.proposal_id;
const page = overHttp ? { page: `${program}/proposals/${id}` } : {};
assert.deepEqual(proposed._meta["saraphina/decision"], { command: `saraphina approve-code ${id}`, ...page });
assert.ok(proposed.content.some((block) => block.text.includes(`saraphina approve-code ${id}`)));
done(`proposed ${id}`);

const steps = [];
const failed = await data("sandbox_code", { id }, (progress) => steps.push(progress));
assert.equal(failed.verdict, "failed");
assert.ok(steps.length > 0 && steps.every((one, at) => one.progress === at + 1 && one.message), JSON.stringify(steps));
done(`failed, ${steps.length} steps of progress`);

const report = await data("report_code", { id });
const [failure] = report.tests.cases.filter((one) => one.outcome === "failed");
assert.equal(report.execution_id, failed.execution_id);
assert.match(failure.message, /assert -1 == 3/);
done("the failure with its line");

const refined = await data("refine_code", {
  id,
  feedback: "add instead of subtracting",
  code: ["adder.py"],
  contents: { "adder.py": adder("+") },
});
assert.equal(refined.revision, 2);
const passed = await data("sandbox_code", { id });
assert.equal(passed.verdict, "passed");
done("the next revision passes");

const read = async (uri) => (await client.readResource({ uri })).contents[0].text;
assert.equal(await read(`saraphina://proposals/${id}/revisions/2/adder.py`), adder("+"));
assert.equal(JSON.parse(await read(`saraphina://proposals/${id}`)).content_hash, refined.content_hash);
assert.equal(JSON.parse(await read(`saraphina://executions/${passed.execution_id}`)).verdict, "passed");
assert.equal(JSON.parse(await read("saraphina://stats")).by_status.approved, 0);
assert.match(await read("saraphina://record/checkpoint"), /^saraphina\//);
assert.ok((await client.listResources()).resources.some((one) => one.uri.endsWith(id)));
assert.equal((await client.listResourceTemplates()).resourceTemplates.length, 3);
await assert.rejects(read("saraphina://keys"), { code: -32002 });
done("resources");

const prompt = await client.getPrompt({ name: "review_for_owner", arguments: { proposal: id } });
assert.ok(prompt.messages[0].content.text.includes(passed.execution_id));
assert.equal((await client.listPrompts()).prompts.length, 3);
done("prompts");

const refusal = async (name) => {
  const error = await client.callTool({ name, arguments: { id } }).then(() => undefined, (error) => error);
  return [error.code, error.message.replace(name, "NAME")];
};
assert.deepEqual(await refusal("approve_code"), await refusal("no_such_name"));
assert.equal((await refusal("approve_code"))[0], -32602);
const network = await client.callTool({ name: "sandbox_code", arguments: { id, network: true } });
assert.equal(network._meta["saraphina/error"].kind, "forbidden");
const wrong = await client.callTool({ name: "list_proposals", arguments: { limit: "many" } });
assert.match(wrong.content[0].text, /"limit"/);
done("approving does not exist; what is the owner's is refused");

const one = (number) => ({
  request: `number ${number}`,
  code: ["number.py"],
  tests: ["test_number.py"],
  contents: { "number.py": `N = ${number}\n`, "test_number.py": `from number import N\n\n\ndef test_n():\n    assert N == ${number}\n` },
});
const started = performance.now();
const many = await Promise.all(Array.from({ length: MANY }, (_, number) => data("propose_code", one(number))));
const took = Math.round(performance.now() - started);
assert.equal(new Set(many.map((answer) => answer.proposal_id)).size, MANY);
assert.equal((await data("list_proposals", { count: true })).total, before + 1 + MANY);
done(`${MANY} proposals at once, each recorded once, in ${took} ms`);

const verified = await data("audit", { what: "verify" });
assert.deepEqual([verified.ok, verified.problem ?? null], [true, null]);
const log = await data("audit", { what: "log", proposal: id });
assert.deepEqual(new Set(log.records.map((row) => row.record.actor.id)).has(NAME), true);
assert.ok(log.records.every((row) => row.record.actor.type !== "owner"), JSON.stringify(log));
done(`the record of ${verified.entries} entries verifies`);

const endless = await data("propose_code", {
  request: "a loop",
  code: ["loop.py"],
  tests: ["test_loop.py"],
  contents: {
    "loop.py": "def spin():\n    while True:\n        pass\n",
    "test_loop.py": "from loop import spin\n\n\ndef test_spin():\n    spin()\n",
  },
});
const stop = new AbortController();
const spinning = { name: "sandbox_code", arguments: { id: endless.proposal_id, timeout: 120 } };
const cancelled = assert.rejects(client.callTool(spinning, undefined, { signal: stop.signal, timeout: 300_000 }), /enough/);
const until = async (runs) => {
  const began = performance.now();
  while ((await data("jobs", {})).jobs.some((job) => job.proposal_id === endless.proposal_id) !== runs) {
    assert.ok(performance.now() - began < 30_000, `after half a minute it ${runs ? "does not run" : "still runs"}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
  return Math.round(performance.now() - began);
};
await until(true);
stop.abort("enough");
await cancelled;
done(`a call that its client cancels ends, after ${await until(false)} ms`);

await client.close();
