"""The profiles that a crawl cleans its pages with: as last committed, one read a site."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from pipelines.stored_profiles import read_profile

if TYPE_CHECKING:
    from db.session import Database
    from pipelines.sites.records import SiteProfile

MAX_SITES = 2_000
"""Profiles held; a few kilobytes each. What was dropped is read again."""


class ProfileBook:
    """Profiles by site, for one event loop. Holds what the database says and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._profiles: OrderedDict[str, SiteProfile] = OrderedDict()

    async def get(self, site: str) -> SiteProfile:
        """The profile of a site; an empty one for a site that nothing is known of."""
        profile = self._profiles.get(site)
        if profile is None:
            read = await asyncio.to_thread(self._read, site)
            if site not in self._profiles:  # or it was counted again meanwhile
                self.put(read)
            profile = self._profiles[site]
        self._profiles.move_to_end(site)
        return profile

    def put(self, profile: SiteProfile) -> None:
        """Clean the site's next pages with this one, which is committed."""
        self._profiles[profile.site] = profile
        self._profiles.move_to_end(profile.site)
        if len(self._profiles) > MAX_SITES:
            self._profiles.popitem(last=False)

    def _read(self, site: str) -> SiteProfile:
        with self._database.read() as session:
            return read_profile(session, site)
