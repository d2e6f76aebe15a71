// A model server of the kind that OpenAI's protocol speaks to, which gives its answers in order.
import { createServer } from "node:http";

export function startModel(answers) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const { model, stream } = body ? JSON.parse(body) : {};
      if (request.url.endsWith("/models")) {
        response.setHeader("content-type", "application/json");
        return response.end(JSON.stringify({ object: "list", data: [{ id: "gpt-4o", object: "model", created: 1, owned_by: "test" }] }));
      }
      const content = answers.shift() ?? "I have no answer.";
      const usage = { prompt_tokens: 412, completion_tokens: 96, total_tokens: 508 };
      const head = { id: "chat-1", created: 1, model: model ?? "gpt-4o" };
      if (!stream) {
        response.setHeader("content-type", "application/json");
        const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
        return response.end(JSON.stringify({ ...head, object: "chat.completion", choices, usage }));
      }
      response.setHeader("content-type", "text/event-stream");
      const chunk = (more) => response.write(`data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...more })}\n\n`);
      chunk({ choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }] });
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
      chunk({ choices: [], usage });
      response.end("data: [DONE]\n\n");
    });
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready({ server, url: `http://127.0.0.1:${server.address().port}/v1` })));
}
