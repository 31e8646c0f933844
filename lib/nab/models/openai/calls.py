"""The model's calls in the forms that codex offers its shell in."""

from __future__ import annotations

import json
from typing import Any

from nab.models.conversations import Form, Tool
from nab.models.turns import Call, Shell, Wait

LONGEST_YIELD = 30_000
# The shell answers after 30 s at most, the script after its own time; the loop makes one call of it.
SCRIPT = """// @exec: {{"yield_time_ms": {patience}, "max_output_tokens": 10000}}
let r = await tools.exec_command({arguments});
let output = r.output;
while (r.exit_code == null && r.session_id != null) {{
  r = await tools.write_stdin({{session_id: r.session_id, chars: "", yield_time_ms: {longest}}});
  output += r.output;
}}
text(JSON.stringify({{exit_code: r.exit_code, output}}));
"""


def item(call: Call, tool: Tool, name: str) -> dict[str, Any]:
    """Return the output item of a call."""
    if tool.form is Form.SCRIPT and isinstance(call, Shell):
        about = {"type": "custom_tool_call", "id": f"ctc_{name}", "name": tool.name, "input": script(call)}
    else:
        asked, arguments = function(call, tool)
        text = json.dumps(arguments)
        about = {"type": "function_call", "id": f"fc_{name}", "name": asked, "arguments": text}
    namespace = {"namespace": tool.namespace} if tool.namespace else {}
    return {**about, **namespace, "call_id": f"call_{name}", "status": "completed"}


def script(call: Shell) -> str:
    """Return the JavaScript that runs a command to its end."""
    arguments = json.dumps({"cmd": call.command, "yield_time_ms": LONGEST_YIELD})
    return SCRIPT.format(arguments=arguments, patience=call.seconds * 1000, longest=LONGEST_YIELD)


def function(call: Call, tool: Tool) -> tuple[str, dict[str, Any]]:
    """Return the function that is called, and with what."""
    match call, tool.form:
        case Wait(handle), Form.SCRIPT:
            return "wait", {"cell_id": handle, "yield_time_ms": LONGEST_YIELD}
        case Wait(handle), _:
            return "write_stdin", {"session_id": int(handle), "chars": "", "yield_time_ms": LONGEST_YIELD}
        case Shell(command), Form.ANY:
            return tool.name, tool.asked(command)
        case Shell(command), Form.CMD:
            return tool.name, {"cmd": command, "yield_time_ms": LONGEST_YIELD}
        case Shell(command, seconds), Form.LIST:
            return tool.name, {"command": ["bash", "-lc", command], "timeout_ms": seconds * 1000}
        case Shell(command, seconds), _:
            return tool.name, {"command": command, "timeout_ms": seconds * 1000}
