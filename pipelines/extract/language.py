"""The language of a page as ISO 639-1: declared, unless its script or small words contradict."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from pipelines.extract.evidence import Found
from pipelines.extract.function_words import contradicted_by_words, language_by_words
from pipelines.extract.jsonld import Node, strings_in
from pipelines.extract.sources import PageSources

MIN_LETTERS = 20  # a script says nothing below this many letters
SURE_SHARE = 0.7  # of the letters in one script before it overrules a label

KANA_SHARE = 0.1  # Japanese has at least so many kana for its kanji, Chinese none

_LATIN_RUN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_NOT_LATIN = re.compile(r"[^\W\d_\u0000-\u024f]")

# ISO 639-1, the two-letter codes. Source: Library of Congress, ISO 639-2 code list.
_CODES = frozenset(
    {
        "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be",
        "bg", "bh", "bi", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs",
        "cu", "cv", "cy", "da", "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu",
        "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha",
        "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik",
        "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn",
        "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt",
        "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb",
        "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os",
        "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd",
        "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv",
        "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw",
        "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za",
        "zh", "zu",
    }
)  # fmt: skip
# Three-letter codes, withdrawn codes and names of languages that pages declare instead.
_ALIASES = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cmn": "zh", "cze": "cs",
    "dan": "da", "deu": "de", "deutsch": "de", "dut": "nl", "ell": "el", "eng": "en",
    "english": "en", "espanol": "es", "español": "es", "est": "et", "fas": "fa", "fil": "tl",
    "fin": "fi", "fra": "fr", "français": "fr", "fre": "fr", "french": "fr", "ger": "de",
    "german": "de", "gre": "el", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "in": "id",
    "ind": "id", "indonesian": "id", "isl": "is", "ita": "it", "italian": "it", "italiano": "it",
    "iw": "he", "japanese": "ja", "ji": "yi", "jpn": "ja", "kor": "ko", "lav": "lv", "lit": "lt",
    "may": "ms", "msa": "ms", "nld": "nl", "nob": "nb", "nor": "no", "per": "fa", "pol": "pl",
    "polski": "pl", "por": "pt", "portuguese": "pt", "ron": "ro", "rum": "ro", "rus": "ru",
    "russian": "ru", "slk": "sk", "slv": "sl", "spa": "es", "spanish": "es", "srp": "sr",
    "swe": "sv", "tha": "th", "tur": "tr", "turkish": "tr", "ukr": "uk", "urd": "ur", "vie": "vi",
    "xho": "xh", "zho": "zh", "zul": "zu",
}  # fmt: skip

# The first word of a letter's Unicode name, and the languages written so; the first one is meant
# when nothing else is known, "" where several are likely. Source: Unicode CLDR, supplemental data.
_SCRIPT_LANGUAGES = {
    "ARABIC": ("", "ar ckb fa ks ku ms ps sd ug ur"),
    "ARMENIAN": ("hy", "hy"),
    "BENGALI": ("bn", "as bn"),
    "CJK": ("zh", "ja ko zh"),
    "CYRILLIC": ("", "ab ba be bg ce cu cv kk kv ky mk mn os ru sr tg tk tt uk uz"),
    "DEVANAGARI": ("hi", "hi mr ne sa sd"),
    "ETHIOPIC": ("am", "am ti"),
    "GEORGIAN": ("ka", "ka os"),
    "GREEK": ("el", "el"),
    "GUJARATI": ("gu", "gu"),
    "GURMUKHI": ("pa", "pa"),
    "HANGUL": ("ko", "ko"),
    "HEBREW": ("he", "he yi"),
    "HIRAGANA": ("ja", "ja"),
    "KANNADA": ("kn", "kn"),
    "KATAKANA": ("ja", "ja"),
    "KHMER": ("km", "km"),
    "LAO": ("lo", "lo"),
    "MALAYALAM": ("ml", "ml"),
    "MYANMAR": ("my", "my"),
    "ORIYA": ("or", "or"),
    "SINHALA": ("si", "si"),
    "TAMIL": ("ta", "ta"),
    "TELUGU": ("te", "te"),
    "THAI": ("th", "th"),
    "TIBETAN": ("bo", "bo dz"),
}
_UNMISTAKABLE_CYRILLIC = {
    "ћ": "sr",
    "ђ": "sr",
    "ї": "uk",
    "є": "uk",
    "ў": "be",
    "ѓ": "mk",
    "ы": "ru",
}
_UNMISTAKABLE_ARABIC = {"پ": "fa", "گ": "fa", "ٹ": "ur", "ے": "ur", "ة": "ar", "ي": "ar"}
MAX_SAMPLE_CHARACTERS = 2_000


def choose_language(sources: PageSources, *, article: Node, sample: str) -> Found[str] | None:
    """The first declared language that the sample can be in; else the one it most likely is in.

    The sample is some of the page's text. None: nothing believable is declared, and neither the
    sample's script nor its small words tell.
    """
    script = script_of(sample)
    for source, raw in _declared(sources, article):
        code = language_code(raw)
        if code and _can_be(code, script) and not contradicted_by_words(code, sample):
            return Found(code, source, raw)
    if script == "LATIN":
        words = language_by_words(sample)
        return Found(words, "words", sample) if words else None
    likely = _likely_language(script, sample)
    return Found(likely, "script", script) if likely else None


def language_code(text: str) -> str | None:
    """`de` for "de", "de-AT", "deu", "ger", "German"; None for what names no language."""
    first = text[:50].strip().lower().replace("_", "-").split(",")[0].split("-")[0].strip()
    first = _ALIASES.get(first, first)
    return first if first in _CODES else None


def script_of(text: str) -> str:
    """The script most letters are in, e.g. CYRILLIC; empty if too few or too mixed to tell."""
    text = text[:MAX_SAMPLE_CHARACTERS]
    others = [] if text.isascii() else _NOT_LATIN.findall(text)
    latin = sum(map(len, _LATIN_RUN.findall(text)))
    if latin + len(others) < MIN_LETTERS:
        return ""
    if len(others) < (1 - SURE_SHARE) * latin:
        return "LATIN"
    scripts = Counter({"LATIN": latin})
    for letter, count in Counter(others).items():
        scripts[unicodedata.name(letter, "").partition(" ")[0]] += count
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    if kana > KANA_SHARE * scripts["CJK"]:
        scripts["HIRAGANA"] = kana + scripts.pop("CJK", 0)
    script, count = scripts.most_common(1)[0]
    return script if count >= SURE_SHARE * (latin + len(others)) else ""


def _declared(sources: PageSources, article: Node) -> Iterator[tuple[str, str]]:
    if sources.html_language:
        yield "html:lang", sources.html_language
    for name, raw in sources.meta("og:locale"):
        yield f"meta:{name}", raw
    for raw in strings_in(article.get("inLanguage")):
        yield "json-ld:inLanguage", raw
    for name, raw in sources.meta("content-language", "language", "dc.language", "inlanguage"):
        yield f"meta:{name}", raw


def _can_be(code: str, script: str) -> bool:
    """Whether a language can be written so. Latin overrules nothing: headlines are transcribed."""
    if script not in _SCRIPT_LANGUAGES:
        return True
    return code in _SCRIPT_LANGUAGES[script][1].split()


def _likely_language(script: str, sample: str) -> str:
    if script not in _SCRIPT_LANGUAGES:
        return ""
    letters = {"CYRILLIC": _UNMISTAKABLE_CYRILLIC, "ARABIC": _UNMISTAKABLE_ARABIC}.get(script, {})
    told = next((letters[c] for c in letters if c in sample[:MAX_SAMPLE_CHARACTERS].lower()), "")
    return told or _SCRIPT_LANGUAGES[script][0]
