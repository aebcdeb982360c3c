"""What a URL carries that does not change which article it leads to: tables, sorted, no code.

Names and values are compared in lower case. A name stands here only if its vendor's manual (named
at the group) says it is for measuring; what merely looks like tracking stays, because a parameter
kept too many costs one fetch and one dropped too many loses an article.
"""

MIRROR_LABELS = frozenset({"amp", "m", "mobile", "www"})
"""Labels left of the registered domain that lead to the same articles; by plain custom."""

DEFAULT_PORTS = {"http": 80, "https": 443}  # RFC 9110 §4.2

# --- query parameters that are always tracking -------------------------------------------------

TRACKING_PREFIXES = (
    "_hs",  # HubSpot, "Tracking code cookies and parameters": _hsenc, _hsmi, _hsfp
    "_sp_",  # Snowplow cross-domain linker, docs.snowplow.io
    "at_bbc_",  # BBC in-house fields on top of Piano Analytics
    "at_creation",  # Piano Analytics (AT Internet), "Marketing campaigns", to at_variant
    "at_custom",
    "at_link",
    "at_ptr_",
    "at_variant",
    "cx_art",  # Piano (Cxense) onsite recommendations, to cx_test
    "cx_camp",
    "cx_exp",
    "cx_mod",
    "cx_test",
    "elq",  # Oracle Eloqua, "Query strings": elqTrackId, elqaid, elqat, elqCampaignId
    "fb_action_",  # Meta, Open Graph actions
    "guce_referrer",  # Yahoo consent redirect
    "hsa_",  # HubSpot Ads
    "matomo_",  # Matomo, "Campaign tracking", to pk_ and piwik_
    "mtm_",
    "ns_",  # Comscore, "Digital Analytix labels": ns_mchannel, ns_campaign, ns_source
    "oly_",  # Omeda: oly_enc_id, oly_anon_id
    "piwik_",
    "pk_",
    "sb_referer_",  # StoryBlok bridge
    "sms_",  # Shareaholic share links
    "spot_im_",  # OpenWeb comments
    "trk_",  # Listrak
    "utm_",  # Google Analytics, "Custom campaigns"
    "vero_",  # Vero
    "wt.",  # Webtrends: WT.mc_id, WT.rss_f
    "wt_",  # Mapp Intelligence (Webtrekk): wt_zmc, wt_mc, wt_ref
)

TRACKING_PARAMETERS = frozenset(
    # Google: Ads, Analytics, Merchant Centre, AMP viewer (ampproject.org, "Linker")
    {"_ga", "_gac", "_gl", "amp_gsa", "amp_js_v", "amp_lite", "aoh", "dclid", "gad_campaignid"}
    | {"gad_source", "gbraid", "gclid", "gclsrc", "srsltid", "usqp", "wbraid"}
    # Meta: Facebook, Instagram, Threads
    | {"fb_comment_id", "fb_ref", "fb_source", "fbclid", "igsh", "igshid", "mibextid", "xmt"}
    # Other advertising networks: Microsoft, X, TikTok, LinkedIn, Pinterest, Snap, Reddit
    | {"epik", "li_fat_id", "msclkid", "rdt_cid", "sccid", "ttclid", "twclid"}
    # Yandex, Mail.ru, Openstat
    | {"_openstat", "mt_click_id", "yclid", "ymclid", "ysclid"}
    # Outbrain, Taboola, Adobe, Kenshoo, Branch, Bronto, Klaviyo, AWeber-style click ids
    | {"_branch_match_id", "_bta_c", "_bta_tid", "_ke", "_kx", "adobe_mc", "adobe_mc_ref"}
    | {"adobe_mc_sdid", "dicbo", "ef_id", "obclick", "oborigurl", "s_kwcid", "tblci", "wickedid"}
    # Mail: Mailchimp, Marketo, Dotdigital, MailerLite, EveryAction, Silverpop, SharpSpring
    | {"dm_i", "emci", "emdi", "mc_cid", "mc_eid", "mkt_tok", "ml_subscriber"}
    | {"ml_subscriber_hash", "spjobid", "spmailingid", "spreportid", "spuserid"}
    | {"ss_campaign_id", "ss_campaign_name", "ss_email_id", "ss_source"}
    # AT Internet / Piano Analytics, "Marketing campaigns" (xtor is its older spelling)
    | {"at_campaign", "at_campaign_type", "at_channel", "at_detail", "at_emailtype", "at_format"}
    | {"at_general", "at_medium", "at_network", "at_platform", "at_recipient_id"}
    | {"at_recipient_list", "at_send_date", "at_term", "xtcr", "xtmc", "xtnp", "xtor", "xtref"}
    # Adobe Analytics campaign codes as publishers spell them
    | {"cmp", "cmpid", "icid", "icmp", "intcid", "intcmp", "itm_campaign", "itm_content"}
    | {"itm_medium", "itm_source", "itm_term", "ncid", "ocid", "s_cid"}
    # Share links of publishers: New York Times, Washington Post, CNBC, CBS, Condé Nast, Daily Mail,
    # Bloomberg, Wall Street Journal, Reuters, Forbes, Yahoo, BBC, Bild, Süddeutsche, Frankfurter
    | {"__source", "__twitter_impression", "bxid", "carta-url", "cndid", "emc", "esrc", "ftag"}
    | {"gepc", "guccounter", "hpid", "itid", "ito", "leadsource", "mbid", "pwapi_token", "reflink"}
    | {"sara_ecid", "sara_ref", "sh_kit", "smid", "smtyp", "soc_src", "soc_trk", "sr_share", "sref"}
    | {"taid", "tsrc", "unlocked_article_code", "wpisrc", "wpmm", "wprov"}
    # Social and reader tools: AddThis, Hootsuite, Buffer, Blogger, WordPress comments and cron
    | {"awesm", "doing_wp_cron", "hootpostid", "ref_src", "ref_url", "replytocom", "spref"}
)

SITE_PARAMETERS: dict[str, frozenset[str]] = {
    "bbc.co.uk": frozenset({"pinned_post_type", "xtor"}),
    "cnbc.com": frozenset({"par"}),
    "forbes.com": frozenset({"sh", "ss"}),
    "linkedin.com": frozenset({"refid", "trackingid", "trk"}),
    "marketwatch.com": frozenset({"mod"}),
    "nytimes.com": frozenset(
        {"campaign_id", "instance_id", "nl", "partner", "regi_id", "segment_id", "te", "user_id"}
    ),
    "reddit.com": frozenset({"context", "rdt", "share_id"}),
    "theguardian.com": frozenset({"dcr"}),
    "twitter.com": frozenset({"s", "t"}),
    "washingtonpost.com": frozenset({"tid"}),
    "wsj.com": frozenset({"mod", "st"}),
    "x.com": frozenset({"s", "t"}),
    "youtube.com": frozenset({"ab_channel", "feature", "pp", "si"}),
}
"""By registered domain: names too general to drop anywhere else."""

# --- query parameters that are noise with some values only ---------------------------------------

_YES = frozenset({"", "1", "on", "true", "y", "yes"})

PARAMETER_VALUES: dict[str, frozenset[str]] = {
    # AMP: WordPress AMP plugin, Arc XP (outputType), Brightspot, Escenic
    "amp": _YES | {"amp"},
    "_amp": _YES,
    "ampmode": _YES,
    "isamp": _YES,
    "noamp": _YES | {"available", "mobile"},
    "output": frozenset({"amp", "print"}),
    "outputtype": frozenset({"amp", "default-amp", "print"}),
    # Print: Joomla, Drupal print module, TYPO3, New York Times, Escenic
    "action": frozenset({"print", "printable"}),
    "do": frozenset({"print"}),
    "format": frozenset({"amp", "print", "printable"}),
    "layout": frozenset({"amp", "print"}),
    "mode": frozenset({"amp", "drucken", "print"}),
    "pagewanted": frozenset({"all", "print"}),
    "print": _YES | {"print"},
    "printable": _YES,
    "printer": _YES,
    "printer_friendly": _YES,
    "printerfriendly": _YES,
    "printversion": _YES,
    "template": frozenset({"amp", "print", "printart", "printpicart"}),
    "tpl": frozenset({"amp", "print"}),
    "version": frozenset({"amp", "print"}),
    "view": frozenset({"amp", "print", "printable"}),
    # Mobile: WPtouch, MediaWiki (mobileaction, useformat)
    "mobileaction": frozenset({"toggle_view_desktop", "toggle_view_mobile"}),
    "useformat": frozenset({"desktop", "mobile"}),
    # Feed readers and share buttons: New York Times partner=rss, Jetpack share=twitter
    "partner": frozenset({"feedburner", "rss", "rssnyt"}),
    "share": frozenset({"email", "facebook", "linkedin", "pinterest", "reddit", "telegram"})
    | {"tumblr", "twitter", "whatsapp", "x"},
}

REFERRER_PARAMETERS = frozenset(
    {"feed", "from", "ref", "referer", "referrer", "rss", "source", "src", "via"}
)
"""May name where the reader came from, or the article's own source: dropped only with one of the
values below, and never where that would leave a script or the front page without a query."""

REFERRER_VALUES = frozenset(
    {"amp", "android", "app", "atom", "bluesky", "email", "facebook", "fb", "feed", "feedburner"}
    | {"feedly", "flipboard", "front", "frontpage", "google", "googlenews", "home", "homepage"}
    | {"hp", "instagram", "ios", "linkedin", "mail", "mastodon", "menu", "messenger", "mobile"}
    | {"nav", "newsletter", "nl", "push", "reddit", "related", "rss", "rss2", "share", "sharebar"}
    | {"sharing", "sidebar", "sitemap", "social", "telegram", "threads", "tw", "twitter", "upday"}
    | {"whatsapp", "widget", "www"}
)

# --- session ids ----------------------------------------------------------------------------------

SESSION_PARAMETERS = frozenset(
    # Jakarta Servlet §7.1.3, PHP session.name, ColdFusion, osCommerce, Zen Cart, vBulletin
    {"cfid", "cftoken", "jsessionid", "oscsid", "phpsessid", "zenid"}
)
SESSION_PREFIXES = ("aspsessionid",)  # Classic ASP adds eight letters to its name
MAYBE_SESSION_PARAMETERS = frozenset({"s", "session", "session_id", "sessionid", "sess", "sid"})
"""Session ids when the value is a long token; `sid` is PHP-Nuke's story number otherwise."""

# --- paths ----------------------------------------------------------------------------------------

PRINT_SEGMENTS = frozenset(
    # English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish
    {"print", "printable", "printarticle", "printer", "printer-friendly", "printversion"}
    | {"print-version", "drucken", "druckansicht", "druckversion", "version-imprimable"}
    | {"imprimer", "imprimir", "stampa", "afdrukken", "drukuj", "skriv-ut"}
)

PRINT_LEADS = frozenset({"print", "printable", "printarticle", "drucken", "imprimir"})
"""Those of the above that also stand first, before the path of the article."""

LABEL_SEGMENTS = frozenset(
    {"archive", "author", "authors", "autor", "business", "categories", "category", "culture"}
    | {"etiqueta", "kultur", "label", "media", "medien", "news", "schlagwort", "search", "section"}
    | {"sections", "stichwort", "subject", "tag", "tags", "tech", "technology", "tema", "thema"}
    | {"themen", "theme", "topic", "topics", "wiki"}
)
"""After one of these, `amp` and `print` are a subject and not a version of the page."""

INDEX_STEMS = frozenset({"default", "home", "index"})  # Apache DirectoryIndex, IIS, nginx index
INDEX_EXTENSIONS = frozenset(
    {"asp", "aspx", "cfm", "htm", "html", "jsp", "php", "php3", "php5", "phtml", "shtml", "xhtml"}
)
SCRIPT_EXTENSIONS = frozenset(
    {"asp", "aspx", "cfm", "cgi", "dll", "do", "exe", "jsp", "php", "php3", "php5", "phtml", "pl"}
)
"""A path that ends so is a program: its query may say which article is meant."""
