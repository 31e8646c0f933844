"""What kind of place a host is. The first row whose host matches wins; a row matches subdomains too."""

from __future__ import annotations

CATEGORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("numerai-api", ("api-tournament.numer.ai",)),
    (
        "numerai-data",
        (
            "numerai-datasets-us-west-2.s3.amazonaws.com",
            "numerai-uploads-us-west-2.s3.amazonaws.com",
            "numerai-public-images.s3-us-west-2.amazonaws.com",
        ),
    ),
    (
        "telemetry",
        (
            "statsig.com",
            "statsigapi.net",
            "sentry.io",
            "datadoghq.com",
            "posthog.com",
            "segment.io",
            "play.googleapis.com",
            "google-analytics.com",
        ),
    ),
    (
        "llm",
        (
            "api.anthropic.com",
            "api.openai.com",
            "chatgpt.com",
            "generativelanguage.googleapis.com",
            "cloudcode-pa.googleapis.com",
            "aiplatform.googleapis.com",
            "openrouter.ai",
            "api.mistral.ai",
            "api.deepseek.com",
        ),
    ),
    (
        "scaffold",
        (
            "claude.ai",
            "claude.com",
            "anthropic.com",
            "auth.openai.com",
            "openai.com",
            "oauth2.googleapis.com",
        ),
    ),
    (
        "forum",
        ("forum.numer.ai", "community.numer.ai", "stackoverflow.com", "stackexchange.com", "reddit.com"),
    ),
    ("papers", ("arxiv.org", "ssrn.com", "semanticscholar.org", "openreview.net", "doi.org", "jstor.org")),
    (
        "docs",
        (
            "docs.numer.ai",
            "numer.ai",
            "readthedocs.io",
            "readthedocs.org",
            "docs.python.org",
            "numpy.org",
            "pandas.pydata.org",
            "pytorch.org",
            "scikit-learn.org",
            "wikipedia.org",
            "developer.mozilla.org",
        ),
    ),
    (
        "package-registry",
        (
            "pypi.org",
            "pythonhosted.org",
            "npmjs.org",
            "anaconda.org",
            "crates.io",
            "r-project.org",
            "deb.debian.org",
            "security.debian.org",
            "archive.ubuntu.com",
            "security.ubuntu.com",
        ),
    ),
    (
        "code-host",
        ("github.com", "githubusercontent.com", "gitlab.com", "huggingface.co", "hf.co", "kaggle.com"),
    ),
)
OTHER = "other"


def category(host: str) -> str:
    """Name the kind of place."""
    name = host.lower().rstrip(".")
    for kind, hosts in CATEGORIES:
        if any(name == known or name.endswith("." + known) for known in hosts):
            return kind
    return OTHER
