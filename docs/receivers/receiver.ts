// A receiver of agent-assist events that checks signatures. No packages; Node.js 22.18 or newer runs it
// as it is:
//
//     WEBHOOK_SECRET=whsec_... node receiver.ts [PORT]
//
// It prints each event once. With port 0 it takes any; the first line it prints says which.

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

// A message that is older or newer is refused: somebody may have kept it to send it again.
const TOLERANCE_SECONDS = 5 * 60;
const MAX_BODY_BYTES = 1024 * 1024;

interface AgentAssistEvent {
  id: string;
  type: string;
  time: string;
  schema: number;
  seq?: number;
  data: Record<string, unknown>;
}

/** Whether `body` was signed with `secret` just now. Any one of the signatures will do: while a secret is
 * being replaced there are several. */
function isGenuine(secret: string, headers: IncomingHttpHeaders, body: Buffer, now: number): boolean {
  const header = (name: string) => String(headers[name] ?? "");
  const timestamp = header("webhook-timestamp");
  if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE_SECONDS) {
    return false;
  }
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const expected = createHmac("sha256", key)
    .update(`${header("webhook-id")}.${timestamp}.`)
    .update(body)
    .digest();
  return header("webhook-signature").split(" ").some((part) => {
    const [version, signature] = part.split(",", 2);
    const given = Buffer.from(signature ?? "", "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** The bytes as they came: parsed and written anew they would have another signature. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const secret = process.env.WEBHOOK_SECRET ?? "";
// Keep these where they outlive the process, in the transaction of what the event does.
const seen = new Set<string>();

const server = createServer(async (request, response) => {
  const body = await read(request);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  if (!isGenuine(secret, request.headers, body, Date.now() / 1000)) {
    response.writeHead(401).end();
    return;
  }
  const event = JSON.parse(body.toString("utf8")) as AgentAssistEvent;
  // Events may come twice, with the same id.
  if (!seen.has(event.id)) {
    console.log(event.id, event.type, event.time);
    seen.add(event.id);
  }
  // Only now: whatever was not acknowledged comes again.
  response.writeHead(204).end();
});

server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
