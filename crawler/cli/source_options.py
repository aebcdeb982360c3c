"""The options that say something about a source, for `sources add` and `edit`."""

from __future__ import annotations

from typing import Annotated

import typer

KINDS = ("feed", "sitemap", "sitemap_index", "news_sitemap", "section")

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="As `sources list` shows it.")]
EveryOption = Annotated[
    str | None, typer.Option("--every", metavar="TIME", help="How often to look: 30m.")
]
SourceDelayOption = Annotated[
    str | None, typer.Option("--delay", metavar="TIME", help="Between two fetches from its hosts.")
]
SectionOption = Annotated[
    str | None, typer.Option("--section", help="For articles whose page names no section.")
]
NameOption = Annotated[str | None, typer.Option("--name", help="For people; else its host.")]
UserAgentOption = Annotated[
    str | None, typer.Option("--user-agent", metavar="TEXT", help="For this source alone.")
]
ProxyOption = Annotated[
    str | None, typer.Option("--proxy", metavar="URL", help="HTTP proxy: http://HOST:PORT.")
]
CookiesOption = Annotated[
    bool | None, typer.Option("--cookies/--no-cookies", help="Keep cookies during a crawl.")
]
InsecureOption = Annotated[
    bool | None, typer.Option("--insecure/--secure", help="Accept certificates that are not valid.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="How far back dated links go: 7d.")
]
MaxOption = Annotated[
    str | None, typer.Option("--max", metavar="N", help="At most N pages a run: 200.")
]
RevisitOption = Annotated[
    str | None,
    typer.Option(
        "--revisit", metavar="AGES", help="Look at articles again at these ages, or off: 15m 1h 1d."
    ),
]
IncludeOption = Annotated[
    list[str] | None,
    typer.Option("--include", metavar="REGEX", help="Follow only links that match one of these."),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="REGEX", help="Follow no link that matches one of these."),
]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help=f"What stands there: {', '.join(KINDS)}."),
]


def given_words(context: typer.Context) -> dict[str, object]:
    """The options of this command that are words of a source."""
    from crawler.source_fields import FIELD_WORDS

    params = context.params
    given = {word: params[word] for word in FIELD_WORDS if word in params}
    given["max"] = params["max_pages"]
    given["include"], given["exclude"] = params["include"] or None, params["exclude"] or None
    given["verify_tls"] = None if params["insecure"] is None else not params["insecure"]
    if "new_key" in params:
        given["key"] = params["new_key"]
    return given
