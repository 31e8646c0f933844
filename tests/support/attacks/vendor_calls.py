"""Calls to the models' vendors that no key is for: other addresses by kind, and near misses of a listed call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

CLAUDE, GPT, CHATGPT = "api.anthropic.com", "api.openai.com", "chatgpt.com"
GEMINI = "generativelanguage.googleapis.com"


@dataclass(frozen=True)
class Made:
    """One call's head, but for the key."""

    method: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(default=())

    def __str__(self) -> str:
        return " ".join(
            (self.method, self.host + self.path, *(f"{name}={value}" for name, value in self.headers))
        )


# One of each listed call, as a program writes it.
LISTED = (
    Made("POST", CLAUDE, "/v1/messages?beta=true"),
    Made("POST", CLAUDE, "/v1/messages/count_tokens?beta=true"),
    Made("POST", GPT, "/v1/responses"),
    Made("POST", GEMINI, "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse"),
    Made("POST", GEMINI, "/v1beta/models/gemini-3.8-flash:generateContent"),
    Made("POST", GEMINI, "/v1beta/models/gemini-3.8-flash:countTokens"),
)

OTHERS: dict[str, dict[str, str]] = {
    CLAUDE: {
        "files": "GET /v1/files, POST /v1/files, GET /v1/files/file_1/content, DELETE /v1/files/file_1",
        "batches": "POST /v1/messages/batches, GET /v1/messages/batches, GET /v1/messages/batches/b1/results,"
        " POST /v1/messages/batches/b1/cancel, DELETE /v1/messages/batches/b1",
        "models": "GET /v1/models, GET /v1/models/claude-opus-5-5",
        "skills": "GET /v1/skills, POST /v1/skills, POST /v1/skills/s1/versions",
        "agents": "POST /v1/agents, POST /v1/sessions, POST /v1/environments, GET /v1/vaults, GET /v1/memory_stores",
        "organisation": "GET /v1/organizations/me, GET /v1/organizations/users, POST /v1/organizations/invites,"
        " POST /v1/organizations/workspaces, GET /v1/organizations/usage_report/messages,"
        " GET /v1/organizations/cost_report",
        "keys": "GET /v1/organizations/api_keys, POST /v1/organizations/api_keys/k1",
        "minting": "POST /api/oauth/claude_cli/create_api_key, POST /v1/oauth/token, GET /api/oauth/profile",
        "old": "POST /v1/complete, POST /v1/experimental/generate_prompt",
        "telemetry": "POST /api/event_logging/v2/batch, GET /api/claude_code/organizations/metrics_enabled",
    },
    GPT: {
        "files": "GET /v1/files, POST /v1/files, GET /v1/files/f1/content, DELETE /v1/files/f1, POST /v1/uploads",
        "batches": "GET /v1/batches, POST /v1/batches, POST /v1/batches/b1/cancel",
        "fine-tuning": "POST /v1/fine_tuning/jobs, GET /v1/fine_tuning/jobs, DELETE /v1/models/ft:x, GET /v1/models,"
        " POST /v1/fine_tuning/alpha/graders/run",
        "organisation": "GET /v1/organization/users, POST /v1/organization/projects, GET /v1/organization/costs,"
        " POST /v1/organization/invites, GET /v1/organization/audit_logs, GET /v1/organization/usage/completions",
        "keys": "GET /v1/organization/admin_api_keys, POST /v1/organization/admin_api_keys,"
        " POST /v1/organization/projects/p1/service_accounts, GET /v1/organization/projects/p1/api_keys",
        "minting": "POST /v1/realtime/client_secrets, POST /v1/realtime/sessions, POST /v1/chatkit/sessions,"
        " POST /v1/realtime/transcription_sessions, POST /v1/realtime/calls, GET /v1/realtime",
        "conversations": "POST /v1/conversations, GET /v1/conversations/c1/items, DELETE /v1/conversations/c1",
        "stored answers": "GET /v1/responses, GET /v1/responses/r1, DELETE /v1/responses/r1,"
        " POST /v1/responses/r1/cancel, GET /v1/responses/r1/input_items, POST /v1/responses/compact,"
        " POST /v1/responses/input_tokens, GET /v1/chat/completions, DELETE /v1/chat/completions/c1",
        "containers": "POST /v1/containers, GET /v1/containers/c1/files, POST /v1/skills",
        "stores": "POST /v1/vector_stores, POST /v1/vector_stores/v1/search, DELETE /v1/vector_stores/v1",
        "assistants": "POST /v1/assistants, POST /v1/threads, POST /v1/threads/runs, GET /v1/threads/t1/messages",
        "media": "POST /v1/videos, GET /v1/videos/v1/content, POST /v1/images/generations, POST /v1/images/edits,"
        " POST /v1/audio/speech, POST /v1/audio/transcriptions, POST /v1/audio/translations",
        "evals": "POST /v1/evals, POST /v1/evals/e1/runs, GET /v1/evals",
        "other models": "POST /v1/chat/completions, POST /v1/completions, POST /v1/embeddings, POST /v1/moderations",
    },
    CHATGPT: {
        "answers": "POST /backend-api/codex/responses, GET /backend-api/codex/models",
        "account": "GET /backend-api/me, GET /backend-api/accounts/check, POST /backend-api/conversation,"
        " GET /backend-api/conversations, POST /backend-api/files, GET /api/auth/session",
    },
    GEMINI: {
        "files": "POST /upload/v1beta/files, GET /v1beta/files, DELETE /v1beta/files/f1, GET /v1beta/generatedFiles,"
        " POST /v1beta/files:register",
        "caches": "POST /v1beta/cachedContents, GET /v1beta/cachedContents, PATCH /v1beta/cachedContents/c1",
        "tuning": "POST /v1beta/tunedModels, GET /v1beta/tunedModels, POST /v1beta/tunedModels/t1:generateContent,"
        " POST /v1beta/tunedModels/t1/permissions",
        "batches": "POST /v1beta/models/gemini-3.8-flash:batchGenerateContent, GET /v1beta/batches,"
        " POST /v1beta/models/gemini-3.8-flash:asyncBatchEmbedContent, POST /v1beta/batches/b1:cancel",
        "minting": "POST /v1alpha/auth_tokens, POST /v1beta/auth_tokens",
        "stores": "POST /v1beta/corpora, POST /v1beta/fileSearchStores, GET /v1beta/fileSearchStores,"
        " POST /v1beta/interactions, GET /v1beta/interactions/i1, POST /v1beta/agents, POST /v1beta/webhooks",
        "media": "POST /v1beta/models/imagen-4:predict, POST /v1beta/models/veo-3:predictLongRunning,"
        " GET /v1beta/models/veo-3/operations/o1, GET /v1beta/operations/o1",
        "other models": "GET /v1beta/models, GET /v1beta/models/gemini-3.8-flash,"
        " POST /v1beta/models/gemini-3.8-flash:embedContent, POST /v1beta/models/gemini-3.8-flash:batchEmbedContents,"
        " POST /v1beta/models/gemini-3.8-flash:generateAnswer, POST /v1beta/openai/chat/completions,"
        " POST /v1/models/gemini-3.8-flash:generateContent, POST /v1beta/dynamic/d1:generateContent",
    },
}


def others(of_a_kind: int | None = None) -> Iterator[Made]:
    """Yield every other address, or so many of each kind."""
    for host, kinds in OTHERS.items():
        for calls in kinds.values():
            for call in calls.split(", ")[:of_a_kind]:
                method, path = call.split(" ")
                yield Made(method, host, path)


def near_misses(listed: Made) -> Iterator[Made]:
    """Yield what is nearly a listed call: some servers read some of these as another call than it looks like."""
    place, mark, query = listed.path.partition("?")
    first, *_, last = place.strip("/").split("/")
    for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "post", "Post", "POSTS"):
        yield replace(listed, method=method)
    for path in (
        *(
            place + end
            for end in ("/", "//", "/.", "/..", "/x", ";", ";a=b", "%2f", "%00", "%20", "\\", "#x", ".json")
        ),
        *(
            place.replace(f"/{first}/", f"/{step}/")
            for step in (f"{first}/.", f"x/../{first}", f"/{first}", first.upper())
        ),
        place.replace(f"/{first}/", f"/%{ord(first[0]):02x}{first[1:]}/"),
        place.replace(f"/{first}/", f"/{first}%2f"),
        place.replace(f"/{first}/", f"/{first};a=b/"),
        place.replace(f"/{last}", f"/files/%2e%2e/{last}"),
        place.replace(f"/{last}", f"/files/..%2f{last}"),
        place.upper(),
        place.replace(last, last[:-1] + f"%{ord(last[-1]):02x}"),
    ):
        yield replace(listed, path=path + mark + query)
    extra = (
        "$httpMethod=DELETE",
        "%24alt=json",
        "alt=media",
        "beta=false",
        "uploadType=media",
        "fields=*",
        "",
        "a",
    )
    for pair in extra:
        yield replace(listed, path=f"{listed.path}{'&' if mark else '?'}{pair}")
    if query:
        yield replace(listed, path=f"{listed.path}&{query}")
        yield replace(listed, path=f"{place}?{query.upper()}")
        yield replace(listed, path=f"{place}?{query.replace('=', '%3d')}")
    for header in OVERRIDES:
        yield replace(listed, headers=(header,))


OVERRIDES = (
    ("X-HTTP-Method-Override", "DELETE"),
    ("x-http-method", "DELETE"),
    ("X_HTTP_Method_Override", "DELETE"),
    ("X-Method-Override", "GET"),
    ("X-Original-URL", "/v1/files"),
    ("X-Rewrite-URL", "/v1/files"),
    ("X-Forwarded-Uri", "/v1/files"),
    ("X-Forwarded-Host", "evil.example"),
    ("Upgrade", "websocket"),
    ("Upgrade", "h2c"),
    ("Content-Type", "application/x-protobuf"),
    ("Content-Type", "application/grpc-web+proto"),
    ("Accept", "application/X-Protobuf"),
    ("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA"),
)
