#!/usr/bin/env python3
"""A receiver of agent-assist events that checks signatures; Python 3.8 or newer, nothing else.

    WEBHOOK_SECRET=whsec_... python3 receiver.py [PORT]

It prints each event once. With port 0 it takes any; the first line it prints says which.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

# A message that is older or newer is refused: somebody may have kept it to send it again.
TOLERANCE_SECONDS = 5 * 60
MAX_BODY_BYTES = 1024 * 1024


def is_genuine(secret, headers, body, now):
    """Whether `body` was signed with `secret` just now. Any one of the signatures will do: while a
    secret is being replaced there are several."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret[len("whsec_"):])
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    return any(
        version == "v1" and hmac.compare_digest(expected, signature.encode())
        for version, _, signature in (
            part.partition(",") for part in headers.get("webhook-signature", "").split(" ")
        )
    )


class Receiver(BaseHTTPRequestHandler):
    # Keep these where they outlive the process, in the transaction of what the event does.
    seen = set()
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        if length > MAX_BODY_BYTES:
            return self.answer(413)
        # The bytes as they came: parsed and written anew they would have another signature.
        body = self.rfile.read(length)
        if not is_genuine(os.environ["WEBHOOK_SECRET"], self.headers, body, time.time()):
            return self.answer(401)
        event = json.loads(body)
        # Events may come twice, with the same id.
        if event["id"] not in self.seen:
            print(event["id"], event["type"], event["time"], flush=True)
            self.seen.add(event["id"])
        # Only now: whatever was not acknowledged comes again.
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080), Receiver)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
