"""Labels that sites put around articles; they count as whole blocks at an article's edge only."""

from collections.abc import Mapping

from pipelines.letters import text_key

# By language, sorted by code. Each is a whole block, never a part of one. The first table's
# introduce another story.
OF_OTHER_STORIES = {
    "de": ("Vorheriger Artikel", "Nächster Artikel", "Vorheriger Beitrag", "Nächster Beitrag",
           "Ältere Beiträge", "Neuere Beiträge", "Lesen Sie auch", "Mehr zum Thema",
           "Das könnte Sie auch interessieren", "Auch interessant"),
    "en": ("Previous Article", "Next Article", "Previous Post", "Next Post", "Previous Story",
           "Next Story", "Older Posts", "Newer Posts", "Older Post", "Newer Post", "Older Story",
           "Newer Story", "Up Next", "Read Next", "Read also", "Related articles",
           "Related stories", "Related posts", "More on this story", "You may also like",
           "You might also like"),
    "es": ("Artículo anterior", "Artículo siguiente", "Siguiente artículo", "Entrada anterior",
           "Entrada siguiente", "Entradas anteriores", "Lea también", "Noticias relacionadas",
           "Te puede interesar"),
    "fr": ("Article précédent", "Article suivant", "Articles plus anciens",
           "Articles plus récents", "Lire aussi", "À lire aussi", "Sur le même sujet"),
    "it": ("Articolo precedente", "Articolo successivo", "Leggi anche", "Potrebbe interessarti"),
    "ja": ("前の記事", "次の記事", "前の投稿", "次の投稿", "過去の投稿", "新しい投稿", "関連記事",
           "あわせて読みたい"),
    "nl": ("Vorig artikel", "Volgend artikel", "Vorig bericht", "Volgend bericht", "Lees ook"),
    "pl": ("Poprzedni artykuł", "Następny artykuł", "Poprzedni wpis", "Następny wpis",
           "Starsze wpisy", "Nowsze wpisy", "Czytaj także", "Zobacz także"),
    "pt": ("Artigo anterior", "Próximo artigo", "Post anterior", "Próximo post",
           "Posts mais antigos", "Posts mais recentes", "Leia também"),
    "ru": ("Предыдущая статья", "Следующая статья", "Предыдущая запись", "Следующая запись",
           "Более старые записи", "Читайте также"),
    "uk": ("Попередня стаття", "Наступна стаття", "Попередній запис", "Наступний запис",
           "Читайте також"),
    "zh": ("上一篇", "下一篇", "相关阅读", "相关文章"),
}  # fmt: skip
OTHERS = {
    "de": ("Zusammenfassung anzeigen", "Anzeige"),
    "en": ("Get a summary", "Read more", "Advertisement"),
    "es": ("Leer más", "Publicidad"),
    "fr": ("Lire la suite", "Publicité"),
    "nl": ("Lees meer", "Advertentie"),
    "pl": ("Reklama",),
    "pt": ("Leia mais", "Publicidade"),
    "ru": ("Реклама",),
    "uk": ("Реклама",),
}


def _keys(table: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(text_key(label) for labels in table.values() for label in labels)


_OF_OTHER_STORIES = _keys(OF_OTHER_STORIES)
_ALL = _OF_OTHER_STORIES | _keys(OTHERS)


def is_known_label(text: str) -> bool:
    """Whether the whole text is one of the labels, whatever its case and punctuation."""
    return text_key(text) in _ALL


def introduces_another_story(text: str) -> bool:
    """Whether it is one of those that stand above or before the title of another story."""
    return text_key(text) in _OF_OTHER_STORIES
