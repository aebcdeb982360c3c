"""The language of a text in Latin letters by its commonest small words."""

import re
from collections import Counter

# The commonest function words, from the top of each language's frequency list (Wiktionary).
_WORDS = {
    "cs": "aby ale bude by byl do jako je jeho jsou která které který na od po podle pro se že",
    "da": "af at blev den der det efter en er et for fra har ikke med og også på som til",
    "de": "auch auf das dem den der des die ein eine für im ist mit nicht sich und von wird zu",
    "en": "and are as at by for from has have his in is it of on that the this to was with",
    "es": "como con de del el en es la las lo los más no para por que se su un una y",
    "fi": "ei että hän ja jo joka kun mukaan mutta myös olla oli on ovat se sen tai vain",
    "fr": "au aux avec dans de des du elle en est et il la le les pas pour que qui sur une",
    "hu": "a az egy el ez és hogy is meg mint nem volt ki csak már még után",
    "id": "akan dan dari dengan di ini itu ke oleh pada tersebut tidak untuk yang",
    "it": "al alla che con da dal dei del della di e gli ha i il in la nel non per sono un è",
    "nl": "aan bij dat de die door een en het hij in is met naar niet om op te van voor zijn",
    "no": "av at det den en er et etter for fra har ikke med og også på som til å",
    "pl": "ale dla do i jak jest na nie o od po przez są się tym w z za że",
    "pt": "a ao as com da das de do dos e em foi mais na no não o os para por que se um uma",
    "ro": "a au că cu de din este în la mai nu o pe pentru prin să și un",
    "sv": "att av den det du ett för från har inte med och om på som till var är",
    "tr": "ama bir bu çok da daha de gibi için ile kadar olan olarak sonra ve",
    "vi": "các cho có của được là một người những này trong và với đã không",
}
_LANGUAGES = {
    word: tuple(language for language, words in _WORDS.items() if word in words.split())
    for word in " ".join(_WORDS.values()).split()
}
_WORD = re.compile(r"[^\W\d_]+")

MIN_HITS = 8
MIN_LEAD = 1.5  # times the next language: Danish and Norwegian stay undecided
MIN_HITS_TO_OVERRULE = 25
MAX_HITS_OVERRULED = 1  # a French headline over an English footer has a few French words


def language_by_words(text: str) -> str | None:
    """The language whose small words lead clearly; None if none does or there are too few."""
    (best, hits), (_, next_hits) = [*_hits(text).most_common(2), ("", 0), ("", 0)][:2]
    return best if hits >= MIN_HITS and hits >= MIN_LEAD * next_hits else None


def contradicted_by_words(code: str, text: str) -> bool:
    """Whether a text is so clearly in another language that the label must be wrong."""
    if code not in _WORDS:
        return False
    hits = _hits(text)
    best, most = max(hits.items(), key=lambda item: item[1], default=("", 0))
    if best == code or most < MIN_HITS_TO_OVERRULE:
        return False
    only_labelled = (
        word
        for word in _WORD.findall(text.lower())
        if code in _LANGUAGES.get(word, ()) and best not in _LANGUAGES[word]
    )
    return sum(1 for _ in only_labelled) <= MAX_HITS_OVERRULED


def _hits(text: str) -> Counter[str]:
    hits: Counter[str] = Counter()
    told = Counter(map(_LANGUAGES.get, _WORD.findall(text.lower())))
    for languages, count in told.items():
        for language in languages or ():
            hits[language] += count
    return hits
