# ruff: noqa: E501, RUF001 -- paragraphs of several languages stand whole
"""Invented pages that carry a summary prompt, pager labels and a teaser, in three markups."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """What a site puts around the text of every article, in its language."""

    language: str
    prompt: str
    button: str
    previous: str
    following: str
    teaser: str

    def strings(self) -> tuple[str, ...]:
        return (self.prompt, self.button, self.previous, self.following, self.teaser)


FURNITURE = (
    Furniture(
        language="en",
        prompt="No time to read?",
        button="Get a summary",
        previous="Previous Article",
        following="Next Article",
        teaser="What fluids are used in automatic transmissions?",
    ),
    Furniture(
        language="de",
        prompt="Keine Zeit zum Lesen?",
        button="Zusammenfassung anzeigen",
        previous="Vorheriger Artikel",
        following="Nächster Artikel",
        teaser="Welche Flüssigkeiten gehören in ein Automatikgetriebe?",
    ),
    Furniture(
        language="fr",
        prompt="Pas le temps de lire ?",
        button="Obtenir un résumé",
        previous="Article précédent",
        following="Article suivant",
        teaser="Quels fluides utilise-t-on dans une boîte automatique ?",
    ),
    Furniture(
        language="es",
        prompt="¿No tienes tiempo de leer?",
        button="Ver un resumen",
        previous="Artículo anterior",
        following="Artículo siguiente",
        teaser="¿Qué líquidos se usan en las cajas automáticas?",
    ),
    Furniture(
        language="uk",
        prompt="Немає часу читати?",
        button="Отримати стислий виклад",
        previous="Попередня стаття",
        following="Наступна стаття",
        teaser="Які рідини використовують в автоматичних коробках передач?",
    ),
    Furniture(
        language="ja",
        prompt="読む時間がありませんか？",
        button="要約を読む",
        previous="前の記事",
        following="次の記事",
        teaser="オートマチックトランスミッションにはどの油を使うのか",
    ),
)

PARAGRAPHS = {
    "en": (
        "The council of Harrowby voted on Tuesday to reopen the old ferry line across the estuary, "
        "eleven years after the last boat was sold for scrap.",
        "Two boats, both built in the seventies and overhauled this winter, will cross every forty "
        "minutes from the first of May, the harbour office said in a short statement.",
        "Tickets cost three crowns; children and dogs travel free, and bicycles pay half.",
        "Critics of the plan point to the bridge, which they say carries twice the traffic it was "
        "meant for and needs every crown the town can find.",
        "The first crossing is open to everyone who signs up at the harbour office by Friday.",
    ),
    "de": (
        "Der Gemeinderat von Harsefeld hat am Dienstag beschlossen, die alte Fähre über die Mündung "
        "wieder fahren zu lassen, elf Jahre nachdem das letzte Boot verschrottet wurde.",
        "Zwei Boote aus den siebziger Jahren, in diesem Winter überholt, sollen ab Mai alle vierzig "
        "Minuten übersetzen, teilte das Hafenamt in einer kurzen Erklärung mit.",
        "Die Überfahrt kostet drei Kronen, Kinder und Hunde fahren frei, Fahrräder zahlen die Hälfte.",
        "Kritiker verweisen auf die Brücke, die doppelt so viel Verkehr trage wie geplant und jede "
        "Krone brauche, die die Stadt auftreiben könne.",
        "Zur ersten Fahrt kann kommen, wer sich bis Freitag beim Hafenamt anmeldet.",
    ),
    "fr": (
        "Le conseil municipal de Harbeville a voté mardi la reprise de la vieille ligne de bac, onze "
        "ans après la vente du dernier bateau à un ferrailleur.",
        "Deux bateaux des années soixante-dix, révisés cet hiver, traverseront toutes les quarante "
        "minutes à partir du premier mai, a indiqué le bureau du port.",
        "Le billet coûte trois couronnes, les enfants et les chiens voyagent gratuitement.",
        "Les opposants rappellent que le pont porte deux fois le trafic prévu et réclame toutes les "
        "couronnes que la ville peut trouver.",
        "La première traversée est ouverte à tous ceux qui s'inscrivent avant vendredi.",
    ),
    "es": (
        "El ayuntamiento de Harboleda decidió el martes reabrir la antigua línea del transbordador, "
        "once años después de que el último barco se vendiera como chatarra.",
        "Dos barcos de los años setenta, revisados este invierno, cruzarán cada cuarenta minutos a "
        "partir del primero de mayo, según la oficina del puerto.",
        "El billete cuesta tres coronas; los niños y los perros viajan gratis.",
        "Los críticos señalan el puente, que soporta el doble del tráfico previsto y necesita cada "
        "corona que la ciudad pueda encontrar.",
        "La primera travesía está abierta a quien se inscriba en el puerto antes del viernes.",
    ),
    "uk": (
        "Міська рада Гарбового у вівторок ухвалила відновити стару поромну лінію через лиман, через "
        "одинадцять років після того, як останній човен продали на брухт.",
        "Два човни сімдесятих років, відремонтовані цієї зими, ходитимуть що сорок хвилин від "
        "першого травня, повідомили в управлінні порту.",
        "Квиток коштує три крони, діти та собаки їдуть безкоштовно.",
        "Критики вказують на міст, який витримує вдвічі більше руху, ніж планували, і потребує "
        "кожної крони, яку місто може знайти.",
        "У перший рейс може вирушити кожен, хто запишеться до п'ятниці.",
    ),
    "ja": (
        "ハロビー町議会は火曜日、最後の船がくず鉄として売られてから十一年ぶりに、河口を渡る古い渡し船の路線を再開することを決めた。",
        "七十年代に造られ、この冬に整備された二隻の船が、五月一日から四十分ごとに運航する、と港湾事務所は短い声明で述べた。",
        "運賃は三クローネで、子どもと犬は無料、自転車は半額となる。",
        "計画に反対する人々は、想定の二倍の交通を支えている橋を指し、町が見つけられる資金はすべてそこに必要だと主張する。",
        "最初の便には、金曜日までに港湾事務所で申し込んだ人なら誰でも乗ることができる。",
    ),
}
TITLES = {
    "en": "Ferry returns to the estuary after eleven years",
    "de": "Nach elf Jahren fährt die Fähre wieder",
    "fr": "Le bac revient après onze ans",
    "es": "El transbordador vuelve tras once años",
    "uk": "Пором повертається через одинадцять років",
    "ja": "十一年ぶりに渡し船が戻る",
}


def theme_page(furniture: Furniture) -> str:
    """The prompt as a theme's <div> with a <button>, the pager as a theme's <div>."""
    f = furniture
    prompt = (
        f'<div class="summary-box"><span>{escape(f.prompt)}</span> '
        f'<button type="button">{escape(f.button)}</button></div>'
    )
    pager = (
        f'<div class="post-pager"><div class="prev"><span>{escape(f.previous)}</span></div>'
        f'<div class="next"><span>{escape(f.following)}</span> '
        f'<a href="/cars/what-fluids-are-used">{escape(f.teaser)}</a></div></div>'
    )
    return _page(f, f"{prompt}{_paragraphs(f)}{prompt}{pager}")


def plain_page(furniture: Furniture) -> str:
    """Everything as plain <p> and <a> inside the article's body."""
    f = furniture
    prompt = f'<p>{escape(f.prompt)}</p><p><a href="#summary">{escape(f.button)}</a></p>'
    pager = (
        f"<p>{escape(f.previous)}</p><p>{escape(f.following)}</p>"
        f'<p><a href="/cars/what-fluids-are-used">{escape(f.teaser)}</a></p>'
    )
    return _page(f, f"{prompt}{_paragraphs(f)}{prompt}{pager}")


def nav_page(furniture: Furniture) -> str:
    """The prompt as plain paragraphs with a button, the pager as a <nav> after the article."""
    f = furniture
    prompt = f"<p>{escape(f.prompt)}</p><p><button>{escape(f.button)}</button></p>"
    nav = (
        f"<nav><div><span>{escape(f.previous)}</span></div><div><span>{escape(f.following)}</span>"
        f'<a href="/cars/what-fluids-are-used">{escape(f.teaser)}</a></div></nav>'
    )
    return _page(f, f"{prompt}{_paragraphs(f)}{prompt}", after=nav)


MARKUPS = (theme_page, plain_page, nav_page)


def _paragraphs(furniture: Furniture) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in PARAGRAPHS[furniture.language])


def _page(furniture: Furniture, content: str, *, after: str = "") -> str:
    title = escape(TITLES[furniture.language])
    return (
        f'<!DOCTYPE html><html lang="{furniture.language}"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body><header><a href='/'>Harrowby Post</a></header>"
        f'<main><article><h1>{title}</h1><div class="entry-content">{content}</div></article>'
        f"{after}</main><footer><p>© Harrowby Post</p></footer></body></html>"
    )
