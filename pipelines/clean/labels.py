"""Labels that sites put around articles; they count as whole blocks at an article's edge only."""

from pipelines.clean.places import text_key

# By language, sorted by code. Each is a whole block, never a part of one.
LABELS = {
    "de": ("Vorheriger Artikel", "Nächster Artikel", "Zusammenfassung anzeigen", "Lesen Sie auch",
           "Mehr zum Thema", "Das könnte Sie auch interessieren", "Anzeige"),
    "en": ("Previous Article", "Next Article", "Previous Post", "Next Post", "Previous Story",
           "Next Story", "Get a summary", "Read more", "Read also", "Related articles",
           "Related stories", "More on this story", "You may also like", "Advertisement"),
    "es": ("Artículo anterior", "Artículo siguiente", "Siguiente artículo", "Leer más",
           "Lea también", "Noticias relacionadas", "Te puede interesar", "Publicidad"),
    "fr": ("Article précédent", "Article suivant", "Lire la suite", "Lire aussi", "À lire aussi",
           "Sur le même sujet", "Publicité"),
    "it": ("Articolo precedente", "Articolo successivo", "Leggi anche", "Potrebbe interessarti"),
    "nl": ("Vorig artikel", "Volgend artikel", "Lees ook", "Lees meer", "Advertentie"),
    "pl": ("Poprzedni artykuł", "Następny artykuł", "Czytaj także", "Zobacz także", "Reklama"),
    "pt": ("Artigo anterior", "Próximo artigo", "Leia também", "Leia mais", "Publicidade"),
    "ru": ("Предыдущая статья", "Следующая статья", "Читайте также", "Реклама"),
    "uk": ("Попередня стаття", "Наступна стаття", "Читайте також", "Реклама"),
    "zh": ("上一篇", "下一篇", "相关阅读", "相关文章"),
    "ja": ("前の記事", "次の記事", "関連記事", "あわせて読みたい"),
}  # fmt: skip

_KEYS = frozenset(text_key(label) for labels in LABELS.values() for label in labels)


def is_known_label(text: str) -> bool:
    """Whether the whole text is one of the labels, whatever its case and punctuation."""
    return text_key(text) in _KEYS
