"""Live blogs: pages of many short posts, which score unlike articles."""

import re
from urllib.parse import urlsplit

_LIVE_DATA = re.compile(rb"\"@type\"\s*:\s*\[?\s*\"LiveBlogPosting\"")
_LIVE_PATH = re.compile(r"(?:^|[/_-])live(?:blog|-?updates?|-?stream)?(?:[/_.-]|$)", re.IGNORECASE)


def is_live_blog(body: bytes, *, url: str) -> bool:
    """Whether the page's data or its address call it one; its gold text is not looked at."""
    return bool(_LIVE_DATA.search(body) or _LIVE_PATH.search(urlsplit(url).path))
