"""Share bars: lines of nothing but names of networks and words for sharing."""

import re

from pipelines.clean.draft import Draft, Verdict, words_in

MIN_WORDS = 2
MAX_WORDS = 12

# Names are the same in every language.
NETWORKS = frozenset(
    [
        "facebook",
        "twitter",
        "x",
        "whatsapp",
        "linkedin",
        "pinterest",
        "reddit",
        "telegram",
        "flipboard",
        "pocket",
        "tumblr",
        "viber",
        "vkontakte",
        "vk",
        "xing",
        "line",
        "wechat",
        "weibo",
        "messenger",
        "instagram",
        "threads",
        "bluesky",
        "mastodon",
        "youtube",
        "tiktok",
        "sms",
        "email",
        "mail",
        "pdf",
        "rss",
        "google",
        "kakaotalk",
    ]
)
# Words of share bars; they count only beside a network or another of them.
SHARE_WORDS = frozenset(
    [
        "share",
        "sharing",
        "tweet",
        "print",
        "copy",
        "link",
        "post",
        "send",
        "save",
        "follow",
        "this",
        "article",
        "on",
        "via",
        "by",
        "to",
        "us",
        "teilen",
        "drucken",
        "kopieren",
        "merken",
        "auf",
        "per",
        "senden",
        "artikel",
        "partager",
        "imprimer",
        "envoyer",
        "copier",
        "lien",
        "sur",
        "par",
        "le",
        "la",
        "cet",
        "compartir",
        "imprimir",
        "enviar",
        "copiar",
        "enlace",
        "en",
        "por",
        "compartilhar",
        "partilhar",
        "condividi",
        "stampa",
        "copia",
        "invia",
        "su",
        "delen",
        "afdrukken",
        "kopieer",
        "op",
        "deel",
        "dela",
        "del",
        "udskriv",
        "skriv",
        "ut",
        "jaa",
        "tulosta",
        "udostępnij",
        "sdílet",
        "paylaş",
        "bagikan",
        "поделиться",
        "поділитися",
        "на",
        "в",
    ]
)
_WORD = re.compile(r"[^\W\d_]+")


def cut_share_bars(draft: Draft) -> Draft:
    """Cut lines at either edge whose every word belongs to sharing."""
    found: dict[int, Verdict] = {}
    for index in (*draft.opening(), *draft.ending()):
        if _is_share_bar(draft.blocks[index].text):
            reason = f"Every word of “{draft.blocks[index].text[:80]}” belongs to a share bar."
            found[index] = Verdict(rule="share_bar", reason=reason)
    return draft.with_verdicts(found)


def _is_share_bar(text: str) -> bool:
    if words_in(text) > MAX_WORDS:
        return False
    words = _WORD.findall(text.casefold().replace("e-mail", "email"))
    networks = sum(word in NETWORKS for word in words)
    shares = sum(word in SHARE_WORDS for word in words)
    return networks + shares == len(words) >= MIN_WORDS
