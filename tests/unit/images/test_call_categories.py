import categories
import pytest


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("api-tournament.numer.ai", "numerai-api"),
        ("numerai-datasets-us-west-2.s3.amazonaws.com", "numerai-data"),
        ("docs.numer.ai", "docs"),
        ("forum.numer.ai", "forum"),
        ("export.arxiv.org", "papers"),
        ("raw.githubusercontent.com", "code-host"),
        ("files.pythonhosted.org", "package-registry"),
        ("API.Anthropic.com", "llm"),
        ("statsig.anthropic.com", "scaffold"),
        ("browser-intake.datadoghq.com", "telemetry"),
        ("api.openai.com.", "llm"),
        ("example.org", "other"),
        ("notarxiv.org", "other"),
    ],
)
def test_a_host_has_one_kind(host, kind):
    assert categories.category(host) == kind
