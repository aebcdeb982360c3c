"""The text of an opened page: from its article's places alone where they are known, else whole."""

from dataclasses import dataclass, replace

from pipelines.clean.draft import Draft
from pipelines.clean.steps import begin, clean
from pipelines.extract.body import extract_body
from pipelines.extract.metadata import read_metadata
from pipelines.fingerprint import count_words
from pipelines.model.blocks import learned_draft, runs_of
from pipelines.model.classifier import CERTAIN_KNOWN_DOUBT, BlockModel, Judged, judge_lines
from pipelines.model.outline import nothing_apart, read_outline
from pipelines.opening import OpenPage, parsed
from pipelines.page_kinds import MIN_ARTICLE_WORDS, not_an_article
from pipelines.parse import parse_flattened, parse_html
from pipelines.records import Evidence, ExtractedArticle, FetchedPage, Metadata, Reason
from pipelines.rules.fields import ruled_metadata
from pipelines.rules.obey import obey
from pipelines.rules.parts import RuledPart, apart_from, ruled_part
from pipelines.rules.records import Rule
from pipelines.rules.rulings import rule_lines
from pipelines.sites.layout import sight_layout
from pipelines.sites.learn import period_of, sample_key
from pipelines.sites.pruning import drop_furniture, is_known_layout
from pipelines.sites.records import SiteProfile
from pipelines.sites.sample import may_enter

KNOWN_LAYOUT = ", without its site's furniture"
"""What the evidence of a text adds that was read from its article's places alone."""

MIN_AGREED_CHARACTERS = 400
"""Of a page whose judgement is unsure: where trafilatura's first extractor finds so many, and no
fewer than the model keeps, its other extractors are not asked: out of fold they gave no labelled
page another text then, with the shipped model two."""

FLATTENED = "the page without its nesting"
"""What the evidence of a text says that was read from it."""

MIN_HIDDEN_WORDS = 4 * MIN_ARTICLE_WORDS
"""Of the page's body, for a second look when the first extraction found next to nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a page gave before its site's profile has its say about blocks."""

    opened: OpenPage
    """As the text was read from it."""
    draft: Draft
    reason: tuple[Reason, str] | None
    """Why it is no article. None: it is one."""
    layout: bytes = b""
    is_outside_sample: bool = False


def read_text(
    opened: OpenPage, page: FetchedPage, model: BlockModel, profile: SiteProfile | None
) -> Found:
    """The page's text: of a known site from its article's places alone, else from all of it.

    What is read as a whole depends on the page's address and date and on the profile, never on
    the text; so a site learns the same whatever it knew before.
    """
    # No field of a page can cost its text: each is read under a guard of its own.
    rules = rules_of(profile)
    metadata = metadata_of(opened, page, rules)
    if profile is None or _may_teach(page, metadata, profile):
        return _read_whole(opened, page, model, metadata, rules)
    pruned = _read_pruned(opened, page, model, metadata, profile)
    if isinstance(pruned, Found):
        return pruned
    if pruned is not None:
        tree = parsed(parse_html, opened.html, page)
        opened = opened if tree is None else replace(opened, tree=tree)
    found = _read_whole(opened, page, model, metadata, rules)
    draft = (
        found.draft
        if pruned is None
        else replace(found.draft, flag=joined(found.draft.flag, pruned))
    )
    return replace(found, draft=draft, layout=b"", is_outside_sample=True)


def _may_teach(page: FetchedPage, metadata: Metadata, profile: SiteProfile) -> bool:
    key = sample_key(page.url, metadata.canonical_url)
    return may_enter(profile.bounds, key, period_of(metadata.published_at or page.fetched_at))


def _read_pruned(
    opened: OpenPage,
    page: FetchedPage,
    model: BlockModel,
    metadata: Metadata,
    profile: SiteProfile,
) -> Found | str | None:
    """The page without what its site holds no text in; the tree is cut.

    Why it has to be read as a whole, a sentence, where what is left is not for certain an article
    in a place that is known. None: nothing was cut.
    """
    if profile.rules or not drop_furniture(opened.tree, profile.furniture, texts=profile.texts):
        return None
    outline = read_outline(opened.tree, url=page.url)
    judged = judge_lines(
        opened.tree, outline, model=model, url=page.url, certain_doubt=CERTAIN_KNOWN_DOUBT
    )
    if not judged.is_sure or not is_known_layout(judged, profile.texts):
        return "the page is not laid out as its site's profile knows it: it was read as a whole"
    draft = clean(learned_draft(judged, _with_source(metadata, judged, note=KNOWN_LAYOUT)))
    if not_an_article(draft, opened.tree, sources=opened.sources, url=page.url) is not None:
        return "without its site's furniture the page is no article: it was read as a whole"
    return Found(opened=opened, draft=draft, reason=None, is_outside_sample=True)


def _read_whole(
    opened: OpenPage,
    page: FetchedPage,
    model: BlockModel,
    metadata: Metadata,
    rules: tuple[Rule, ...],
) -> Found:
    part = ruled_part(opened.tree, rules)
    outline = read_outline(part.tree, url=page.url, is_apart=apart_from(part))
    judged = judge_lines(part.tree, outline, model=model, url=page.url)
    metadata = _with_source(metadata, judged)
    if judged.is_sure:
        draft = learned_draft(judged, metadata)
    else:
        enough = max(judged.kept_characters, MIN_AGREED_CHARACTERS)
        blocks = extract_body(part.tree, url=page.url, enough=enough)
        article = ExtractedArticle(metadata=metadata, blocks=blocks)
        draft = begin(article, runs_of(outline))
    draft = clean(obey(draft, outline, rule_lines(outline, part, rules)) if rules else draft)
    return Found(
        opened=opened,
        draft=draft,
        reason=not_an_article(draft, opened.tree, sources=opened.sources, url=page.url),
        layout=b"" if rules else sight_layout(judged, authors=metadata.authors),
    )


def rules_of(profile: SiteProfile | None) -> tuple[Rule, ...]:
    """What a person says about the site's pages."""
    return () if profile is None else profile.rules


def joined(*flags: str | None) -> str | None:
    """These sentences as one text; None if there is none."""
    return "; ".join(filter(None, flags)) or None


def metadata_of(opened: OpenPage, page: FetchedPage, rules: tuple[Rule, ...]) -> Metadata:
    """What the page says of its article, and what rules say of it."""
    metadata = read_metadata(opened.tree, page=page, sources=opened.sources)
    return ruled_metadata(metadata, opened.tree, rules, fetched_at=page.fetched_at)


def _with_source(metadata: Metadata, judged: Judged, *, note: str = "") -> Metadata:
    source = "block_model" if judged.is_sure else "trafilatura"
    return _told_of_text(metadata, source, f"doubt {judged.doubt:.2f}{note}")


def _told_of_text(metadata: Metadata, source: str, raw: str) -> Metadata:
    """With this as the only evidence of the text."""
    others = (it for it in metadata.evidence if it.field != "text")
    return replace(metadata, evidence=(*others, Evidence(field="text", source=source, raw=raw)))


def try_flattened(
    opened: OpenPage, page: FetchedPage, found: Found, rules: tuple[Rule, ...]
) -> Found | None:
    """The article of the page without its nesting; None if there is none either.

    An unclosed button or frame can swallow the text with all that follows it. Of the rules, those
    about texts hold: there are no elements to select. What a rule names as the body stands.
    """
    if ruled_part(opened.tree, rules).is_limited:
        return None
    flat = parsed(parse_flattened, opened.html, page)
    if flat is None or count_words(" ".join(flat.itertext("p"))) < MIN_HIDDEN_WORDS:
        return None
    blocks = extract_body(flat, url=page.url)
    metadata = _told_of_text(found.draft.metadata, "trafilatura", FLATTENED)
    article = ExtractedArticle(metadata=metadata, blocks=blocks)
    outline = read_outline(flat, url=page.url, is_apart=nothing_apart)
    draft = begin(article, runs_of(outline))
    if rules:
        draft = obey(draft, outline, rule_lines(outline, RuledPart(tree=flat), rules))
    draft = clean(draft)
    reason = not_an_article(draft, opened.tree, sources=opened.sources, url=page.url)
    return replace(found, draft=draft, reason=None, layout=b"") if reason is None else None
