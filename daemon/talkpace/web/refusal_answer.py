"""The answer to a refused request: JSON for the page's script, a small page for a tab of the browser."""

from __future__ import annotations

from contextlib import suppress
from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response

from ..language.sentences import Language, sentences
from .refusal import RefusedError

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""with a style within; who may frame the page is said by the guard's X-Frame-Options"""
_STYLE = (
    "body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem }"
    " a { display: inline-block; padding: 0.7rem 0 }"
)


def refusal_answer(error: RefusedError, request: Headers) -> Response:
    """The answer to a refused request with these headers."""
    headers = {"Connection": "close"} if error.status == 413 else {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    if prefers_html(request.get("accept", "")):
        page = _page(error, _language(request.get("accept-language", "")))
        return HTMLResponse(page, error.status, {**headers, "Content-Security-Policy": _POLICY})
    return JSONResponse({"error": {"message": str(error)}}, error.status, headers)


def prefers_html(accept: str) -> bool:
    """Whether an Accept header (RFC 9110, 12.5.1) puts HTML before JSON, as that of a browser's tab does."""
    weights = dict(_weight(part) for part in accept.lower().split(","))
    anything = weights.get("*/*", 0.0)
    html = weights.get("text/html", weights.get("text/*", anything))
    return html > weights.get("application/json", weights.get("application/*", anything))


def _weight(part: str) -> tuple[str, float]:
    name, *parameters = (each.strip() for each in part.split(";"))
    weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 0.0


def _language(accept: str) -> Language:
    """The first language of an Accept-Language header that there are sentences in; browsers order them."""
    for part in accept.split(","):
        with suppress(ValueError):
            return Language(part.split(";")[0].strip().split("-")[0].lower())
    return Language.ENGLISH


def _page(error: RefusedError, language: Language) -> str:
    words = sentences(language)
    title, reason, again = escape(words["refused_page.title"]), f'<p lang="en">{escape(str(error))}</p>', ""
    if error.retry_after_s is not None:
        reason = f"<p>{escape(words['refused_page.busy'].format(seconds=error.retry_after_s))}</p>"
        again = f'<p><a href="">{escape(words["refused_page.again"])}</a></p>'
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{title} · talkpace</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{reason}{again}</main></body></html>"
    )
