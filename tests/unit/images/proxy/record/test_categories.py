import pytest
from record import categories


@pytest.mark.parametrize(
    ("host", "path", "kind"),
    [
        ("api-tournament.numer.ai", "/", "numerai-api"),
        ("api-tournament.numer.ai", "/graphql", "numerai-api"),
        ("api-tournament.numer.ai", "/mcp", "scaffold"),
        ("api-tournament.numer.ai", "/mcp/sse", "scaffold"),
        ("api-tournament.numer.ai", "/mcp?x=1", "scaffold"),
        ("api-tournament.numer.ai", "//./%6dCP", "scaffold"),
        ("api-tournament.numer.ai", "/mcpx", "numerai-api"),
        ("numer.ai", "/install-mcp.sh", "scaffold"),
        ("numer.ai", "/tournament", "docs"),
        ("github.com", "/numerai/example-scripts.git/info/refs", "scaffold"),
        ("raw.githubusercontent.com", "/numerai/example-scripts/master/AGENTS.md", "scaffold"),
        ("github.com", "/numerai/numerapi", "code-host"),
        ("numerai-datasets-us-west-2.s3.amazonaws.com", "/v5.3/live.parquet", "numerai-data"),
        ("numerai-uploads-us-west-2.s3.amazonaws.com", "/x", "numerai-data"),
        ("s3.amazonaws.com", "/", "other"),
        ("docs.numer.ai", "/", "docs"),
        ("forum.numer.ai", "/", "forum"),
        ("export.arxiv.org", "/abs/1", "papers"),
        ("gist.github.com", "/", "code-host"),
        ("files.pythonhosted.org", "/", "package-registry"),
        ("API.Anthropic.com", "/v1/messages", "llm"),
        ("api.anthropic.com", "/api/event_logging/v2/batch", "telemetry"),
        ("statsig.anthropic.com", "/", "telemetry"),
        ("docs.anthropic.com", "/", "docs"),
        ("api.openai.com.", "/v1/responses", "llm"),
        ("us-central1-aiplatform.googleapis.com", "/", "llm"),
        ("auth.openai.com", "/oauth/token", "llm"),
        ("claude.ai", "/login", "llm"),
        ("oauth2.googleapis.com", "/token", "llm"),
        ("browser-intake.datadoghq.com", "/", "telemetry"),
        ("example.org", "/", "other"),
        ("notarxiv.org", "/", "other"),
        ("", "", "other"),
    ],
)
def test_a_call_goes_to_one_kind_of_place(host, path, kind):
    assert categories.category(host, path) == kind


def test_the_table_names_no_other_kinds_and_uses_each():
    assert {kind for kind, _, _ in categories.TABLE} == set(categories.KINDS) - {categories.OTHER}


def test_every_row_of_the_table_can_be_reached():
    for kind, host, beginning in categories.TABLE:
        assert categories.category(host.replace("*", "x"), beginning or "/") == kind, (host, beginning)


def test_the_hosts_of_our_own_providers_are_models_but_what_is_read_stays_what_it_is():
    hosts = ["vllm.models.nab.example", "router.huggingface.co", "forum.numer.ai", "docs.python.org"]
    categories.know_models(hosts)
    try:
        assert [categories.category(host, "/v1/x") for host in hosts] == ["llm", "llm", "forum", "docs"]
        assert categories.category("huggingface.co") == "code-host"
    finally:
        categories.know_models([])
    assert categories.category(hosts[0]) == "other"
