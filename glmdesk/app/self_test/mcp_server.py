"""A server of tools with one tool, over standard streams: what the self-test speaks with."""

import json
import sys
from typing import Any


def serve() -> int:
    """Answer until there are no more questions; return the exit code."""
    for line in sys.stdin:
        message = json.loads(line)
        if "id" in message:
            answer = {"jsonrpc": "2.0", "id": message["id"], **_answer(message["method"])}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    return 0


def _answer(method: str) -> dict[str, Any]:
    match method:
        case "initialize":
            info = {"name": "self-test", "version": "1"}
            return {
                "result": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": info}
            }
        case "tools/list":
            tool = {"name": "say", "description": "Says something.", "inputSchema": {"type": "object"}}
            return {"result": {"tools": [tool]}}
        case "tools/call":
            return {"result": {"content": [{"type": "text", "text": "said"}]}}
        case _:
            return {"error": {"code": -32601, "message": "not known"}}
