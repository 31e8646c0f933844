"""What the three agents send, shortened from real requests."""

BASH = {
    "name": "Bash",
    "input_schema": {"type": "object", "properties": {"command": {}, "timeout": {}, "description": {}}},
}
CLAUDE = {
    "model": "claude-opus-5-5",
    "stream": True,
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "<system-reminder>Attribution</system-reminder>"},
                {"type": "text", "text": "SCENARIO:basic please"},
            ],
        },
        {"role": "system", "content": [{"type": "text", "text": "# Environment"}]},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": "made"},
                {"type": "text", "text": "<system-reminder>todo</system-reminder>"},
            ],
        },
    ],
    "tools": [{"name": "Agent", "input_schema": {}}, BASH],
}
EXEC = {"type": "custom", "name": "exec", "format": {"type": "grammar"}}
WAIT = {"type": "function", "name": "wait", "parameters": {}}
CODEX = {
    "model": "gpt-6.1-sol",
    "stream": True,
    "prompt_cache_key": "thread-1",
    "input": [
        {
            "type": "additional_tools",
            "role": "developer",
            "tools": [{"type": "namespace", "name": "functions", "tools": [EXEC, WAIT]}],
        },
        {
            "type": "message",
            "role": "developer",
            "content": [{"type": "input_text", "text": "You are Codex"}],
        },
        {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": "<environment_context/>"}],
        },
        {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": "SCENARIO:basic please"}],
        },
        {"type": "custom_tool_call", "call_id": "call_1", "name": "exec", "input": "text(1)"},
        {
            "type": "custom_tool_call_output",
            "call_id": "call_1",
            "output": [{"type": "input_text", "text": "Script completed\n1"}],
        },
    ],
}
SHELL = {
    "name": "run_shell_command",
    "parametersJsonSchema": {"properties": {"command": {}, "description": {}}},
}
GEMINI = {
    "contents": [
        {
            "role": "user",
            "parts": [{"text": "<session_context>/workspace"}, {"text": "SCENARIO:basic please"}],
        },
        {"role": "model", "parts": [{"functionCall": {"name": "run_shell_command", "args": {}}}]},
        {
            "role": "user",
            "parts": [{"functionResponse": {"name": "run_shell_command", "response": {"output": "1"}}}],
        },
    ],
    "tools": [{"functionDeclarations": [{"name": "glob"}, SHELL]}],
}

CHAT = {
    "model": "a-model",
    "stream": True,
    "stream_options": {"include_usage": True},
    "messages": [
        {"role": "system", "content": "You are an agent."},
        {"role": "user", "content": "SCENARIO:basic please"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": {}}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "made"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "run",
                "parameters": {"type": "object", "properties": {"command": {"type": "string"}}},
            },
        }
    ],
}
