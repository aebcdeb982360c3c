"""What the words of a path say about a page, in the languages of the news: tables, sorted, no code.

Collected from the address schemes of news sites and of the systems they run on (WordPress, Drupal,
Joomla, TYPO3, Escenic, Arc XP, PHP-Nuke). Compared in lower case, decoded.
"""

ARTICLE_MARKERS = frozenset(
    {"a", "article", "articles", "articleshow", "articolo", "articulo", "art", "artigo", "artikel"}
    | {"artykul", "clanek", "cikk", "detail", "details", "doc", "haber", "i", "item", "makale"}
    | {"news-story", "node", "noticia", "noticia-detalle", "nota", "nyhet", "p", "post", "posts"}
    | {"read", "stories", "story", "ty-article", "zprava"}
)
"""What stands directly after one of these is an article."""

LISTING_WORDS = frozenset(
    # by subject
    {"argomenti", "argomento", "categoria", "categorias", "categorie", "categories", "category"}
    | {"etiqueta", "etiquetas", "etiket", "hashtag", "keyword", "keywords", "label", "labels"}
    | {"onderwerp", "rubrik", "rubrique", "schlagwort", "schlagworte", "section", "sections"}
    | {"stichwort", "subject", "sujet", "sujets", "tag", "tags", "tagi", "tagy"}
    | {"taxonomy", "tema", "temas", "temat", "tematy", "thema", "themen", "theme", "themes"}
    | {"thematique", "thread", "threads", "topic", "topics", "topik", "topik-terkait"}
    # by person
    | {"auteur", "auteurs", "author", "authors", "autor", "autora", "autore", "autoren", "autores"}
    | {"autori", "autoriaus", "autorzy", "av", "bio", "by", "byline", "colonistas", "colunas"}
    | {"columnist", "columnistas", "columnists", "contributor", "contributors", "correspondents"}
    | {"firma", "firmas", "forfatter", "journalist", "journalists", "member", "members", "penulis"}
    | {"person", "profil", "profile", "profiles", "redakteure", "reporter", "reporters"}
    | {"signataires", "skribent", "staff", "szerzo", "team", "user", "users", "writer", "writers"}
    | {"yazar", "yazarlar"}
    # by time or search
    | {"agenda", "arkiv", "archiv", "archives", "archivio", "archivo", "archives-du-monde"}
    | {"buscador", "buscar", "busqueda", "calendar", "calendario", "calendrier", "cerca", "date"}
    | {"event", "events", "evenements", "find", "hemeroteca", "kalender", "ricerca", "recherche"}
    | {"search", "sok", "suche", "szukaj", "veranstaltungen", "zoeken"}
)
"""A path with one of these lists articles, or is about something else than news."""

SERVICE_WORDS = frozenset(
    # accounts and money
    {"abo", "abonnement", "abonnements", "abonneren", "abonnieren", "account", "anmelden", "assine"}
    | {"auth", "basket", "cart", "checkout", "compte", "connexion", "conta", "cuenta", "deals"}
    | {"donate", "iniciar-sesion", "inloggen", "join", "konto", "log-in", "login", "logout"}
    | {"membership", "mein-konto", "my-account", "oauth", "offers", "password", "product"}
    | {"products", "produkt", "register", "registrieren", "registro", "shop", "sign-in", "sign-up"}
    | {"signin", "signup", "store", "subscribe", "subscribers", "subscription", "subscriptions"}
    | {"suscripcion", "suscripciones", "warenkorb", "wishlist"}
    # the publisher about itself
    | {"about", "about-us", "advertise", "advertising", "agb", "aviso-legal", "barrierefreiheit"}
    | {"careers", "contact", "contact-us", "contacto", "contato", "cookies", "corrections"}
    | {"datenschutz", "disclaimer", "faq", "feedback", "help", "hilfe", "impressum", "imprint"}
    | {"info", "karriere", "kontakt", "legal", "mentions-legales", "newsletter", "newsletters"}
    | {"policies", "press-releases", "privacy", "privacidad", "quienes-somos", "sitemap", "support"}
    | {"terms", "ueber-uns", "werbung"}
    # tools and games
    | {"ajax", "api", "app", "apps", "calculator", "cdn-cgi", "compare", "comment"}
    | {"comments", "coupons", "crossword", "crosswords", "embed", "epaper", "e-paper", "feed"}
    | {"feeds", "fixtures", "forum", "forums", "horoscope", "horoskop", "iframe"}
    | {"kommentare", "live-tv", "lotto", "market-data", "print-edition", "puzzles"}
    | {"quote", "quotes", "raetsel", "redirect", "reset", "rss", "scores"}
    | {"scores-fixtures", "share", "standings", "stellenangebote", "tables", "trackback"}
    | {"tv-guide", "tv-programm", "widget"}
    # what systems serve beside pages
    | {"assets", "cgi-sys", "css", "fonts", "images", "img", "js", "media-library", "static"}
    | {"themes", "uploads", "wp-admin", "wp-content", "wp-includes", "wp-json", "wp-login.php"}
)
"""A path with one of these serves readers or machines, not news."""

SECTION_WORDS = frozenset(
    {"competitions", "games", "jobs", "meteo", "people", "radio", "results", "serie", "series"}
    | {"weather", "wetter"}
)
"""Services of some sites and sections of others: only a date or a number tells an article here."""

SERVICE_SLUG_WORDS = frozenset(
    {"agb", "cgu", "cgv", "cookie", "cookies", "datenschutz", "datenschutzerklaerung"}
    | {"impressum", "imprint", "legal", "legales", "nutzungsbedingungen", "privacidad"}
    | {"privacidade", "privacy", "terms"}
)
"""A slug at the top of a site with one of these is a legal page."""

SERVICE_HOST_LABELS = frozenset(
    {"abo", "account", "accounts", "ads", "api", "assets", "auth", "careers", "cdn", "epaper"}
    | {"events", "fonts", "forum", "games", "help", "id", "images", "img", "jobs", "karriere"}
    | {"login", "media", "my", "newsletter", "podcasts", "shop", "static", "stellen", "store"}
    | {"subscribe", "support", "tickets", "video", "videos", "weather", "wetter"}
)
"""A host that begins so is not where the articles are."""

NOT_PAGE_EXTENSIONS = frozenset(
    {"7z", "apk", "atom", "avi", "avif", "bmp", "bz2", "css", "csv", "doc", "docx", "eot", "epub"}
    | {"exe", "flv", "gif", "gz", "ico", "ics", "jpeg", "jpg", "js", "json", "m3u8", "m4a", "m4v"}
    | {"map", "mjs", "mov", "mp3", "mp4", "mpd", "mpeg", "ods", "odt", "ogg", "ogv", "otf", "pdf"}
    | {"png", "ppt", "pptx", "rar", "rdf", "rss", "rtf", "svg", "swf", "tar", "tif", "tiff", "ttf"}
    | {"txt", "wav", "webm", "webp", "wmv", "woff", "woff2", "xls", "xlsx", "xml", "zip"}
)

ARTICLE_ID_PARAMETERS = frozenset(
    {"aid", "article", "article_id", "articleid", "artid", "f", "id", "idarticle", "idnews"}
    | {"itemid", "newsid", "news_id", "nid", "p", "postid", "sid", "story", "storyid", "story_id"}
)
"""Where the path is a program or nothing, a number in one of these names an article."""

CALENDAR_WORDS = frozenset(
    {"agenda", "calendar", "calendario", "calendrier", "event", "events", "kalender", "kalendarz"}
    | {"takvim", "veranstaltungen", "veranstaltungskalender"}
)

CALENDAR_PARAMETERS = frozenset(
    {"cal", "calendar", "date", "day", "ical", "mois", "monat", "month", "tribe-bar-date"}
    | {"tribe_event_display", "week", "year", "yr"}
)
"""The Events Calendar for WordPress, Drupal Calendar, MyBB and phpBB spell them so."""

MONTHS = frozenset(
    {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
    | {"january", "february", "march", "april", "june", "july", "august", "september", "october"}
    | {"november", "december"}
)
