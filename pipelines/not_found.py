# ruff: noqa: RUF001 -- phrases of several scripts stand whole
"""Pages that answer as found and say that there is nothing."""

import re

from pipelines.clean.draft import Draft, words_in

MAX_PHRASE_WORDS = 25
"""Of a title or first paragraph that says so in a sentence."""

# Whole titles; a headline such as "404 jobs lost" goes on after the number.
TITLES = (
    r"(?:error\s*|fehler\s*|erreur\s*|errore\s*)?404(?:\s*error)?",
    r"(?:(?:the\s+)?(?:page|article|story)\s+)?(?:is\s+|was\s+)?(?:could\s+)?not\s+(?:be\s+)?found",
    r"(?:die\s+)?seite\s+(?:wurde\s+)?nicht\s+gefunden",
    r"(?:la\s+)?page\s+(?:est\s+)?(?:introuvable|non\s+trouvée)",
    r"(?:la\s+)?página\s+no\s+(?:encontrada|existe)",
    r"página\s+não\s+encontrada",
    r"pagina\s+non\s+trovata",
    r"pagina\s+niet\s+gevonden",
    r"nie\s+znaleziono\s+strony|strona\s+nie\s+istnieje",
    r"страница\s+не\s+найдена|сторінку\s+не\s+знайдено",
    r"ページが見つかりません(?:でした)?|页面不存在|找不到.{0,4}页面",
    r"sidan\s+(?:kunde\s+inte\s+hittas|hittades\s+inte)",
)

# Sentences: what was looked for, then that it is not there. Few words stand between.
_GAP = r"(?:\W+\w+){0,8}?\W+"
PHRASES = (
    rf"(?:page|article|story|content){_GAP}(?:(?:can\s?not|can['\u2019]t|could\s?n[o'\u2019]t|could\s+not)\s+be\s+found"
    r"|(?:was|is)\s+not\s+found|not\s+found|no\s+longer\s+(?:exists?|available)|does\s?n[o\u2019']t\s+exist|does\s+not\s+exist)",
    r"(?:could\s?n[\u2019']t|could\s+not|can\s?not|can['\u2019]t)\s+find\s+(?:the|that|this)\s+(?:page|article|story)",
    rf"(?:seite|artikel|inhalt|beitrag){_GAP}(?:nicht\s+(?:mehr\s+)?(?:gefunden|verfügbar|vorhanden)|existiert\s+(?:leider\s+)?nicht)",
    rf"(?:page|article){_GAP}(?:introuvable|n['\u2019](?:existe|est)\s+(?:plus|pas)(?:\s+disponible)?|n['\u2019]a\s+pas\s+été\s+trouvée?|pas\s+trouvée?)",
    rf"(?:página|artículo|noticia){_GAP}(?:no\s+(?:existe|encontrad[oa]|está\s+disponible)|no\s+(?:se\s+)?(?:ha|pudo)(?:\s+sido)?\s+encontra(?:d[oa]|r))",
    r"no\s+(?:encontramos|hemos\s+encontrado|se\s+(?:ha\s+encontrado|encontró|encuentra))\s+(?:la|el|esta|este)\s+(?:página|artículo|noticia)",
    rf"(?:pagina|articolo){_GAP}(?:non\s+(?:è\s+stat[oa]\s+)?trovat[oa]|non\s+esiste|non\s+è\s+(?:più\s+)?disponibile)",
    rf"(?:página|artigo|notícia){_GAP}não\s+(?:foi\s+)?(?:encontrad[oa]|existe|está\s+disponível)",
    rf"(?:pagina|artikel){_GAP}(?:niet\s+(?:worden\s+)?(?:gevonden|beschikbaar)|bestaat\s+niet)",
    rf"(?:strona|artykuł){_GAP}nie\s+(?:istnieje|został[ao]?\s+znalezion[ay])",
    rf"(?:страница|статья|сторінк[уа]|стаття|статтю){_GAP}?не\s+(?:найдена|существует|знайдено|існує)",
    rf"(?:sidan|artikeln){_GAP}(?:hittades\s+inte|kunde\s+inte\s+hittas|finns\s+inte)",
)
# Written without spaces: there is no border of a word to look for.
UNSPACED_PHRASES = (
    r"(?:ページ|記事)(?:は|が).{0,12}(?:見つかりません|存在しません)",
    r"(?:页面|頁面|文章)(?:不存在|未找到)",
)
_TITLE = re.compile(
    r"(?:404\W*)?(?:" + "|".join(TITLES) + r")\W*(?:404\W*)?(?:$|\s[|\u2013\u2014-]\s.*$)",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"(?<!\w)(?:" + "|".join(PHRASES) + r")(?!\w)|" + "|".join(UNSPACED_PHRASES), re.IGNORECASE
)


def not_found_title(draft: Draft) -> str | None:
    """A title that says nothing else than that the page is missing; None if there is none."""
    return next((title[:100] for title in _titles(draft) if _TITLE.match(title[:200])), None)


def not_found_sentence(draft: Draft) -> str | None:
    """A title or first block that says it in a sentence; an article may open so as well."""
    blocks = [block.text for block in draft.kept_blocks()[:2]]
    said = (text for text in [*_titles(draft), *blocks] if words_in(text) <= MAX_PHRASE_WORDS)
    return next((text[:100] for text in said if _PHRASE.search(text[:300])), None)


def _titles(draft: Draft) -> list[str]:
    return [draft.metadata.title or "", *draft.headings]
