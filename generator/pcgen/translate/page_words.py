"""The words by which pagination is recognized: names in lower case, letters and digits only."""

from __future__ import annotations

import re


def plain(name: str) -> str:
    """A name in lower case, without other characters than letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- Arguments ---------------------------------------------------------------------------------

CURSORS = _words("""
    after aftercursor afterid bookmark continuationtoken continue cursor iterator marker
    nextcursor nextpagetoken nexttoken pagecursor pagetoken paginationtoken scrollid
    startafter startcursor startingafter startingtoken
    """)
"""Arguments that take an opaque cursor."""
LAST_IDS = _words("after afterid startafter startafterid startingafter")
"""Arguments that may take the id of the last item."""
PAGES = _words("currentpage page pageindex pageno pagenum pagenumber")
OFFSETS = _words("firstresult itemoffset offset pageoffset skip start startat startindex")
SIZES = _words("""
    count itemsperpage limit maxitems maxpagesize maxrecords maxresults numresults pagelimit
    pagesize perpage resultsperpage rows size take top
    """)
_BEFORE = _words("before beforeid endbefore endingbefore")
ENDS = _words("end endtime stop to until")
"""Arguments beside which `start` begins a range."""


def chooses_page(argument: str) -> bool:
    """Whether an argument selects a page of a list, and not what is in the list."""
    return plain(argument) in CURSORS | PAGES | OFFSETS | SIZES | _BEFORE


# --- Fields of pages ---------------------------------------------------------------------------

TOKENS = _words("""
    after bookmark continuationtoken continue cursor iterator pagetoken paginationtoken
    scrollid
    """)
"""Fields with the next cursor if they have the name of their argument."""
NEXT_CURSORS = _words("""
    after continuationtoken endcursor nextcursor nextpage nextpagetoken nextpaginationtoken
    nexttoken paginationtoken
    """)
"""Fields with the next cursor, whatever the name of the argument."""
NEXT_URLS = _words("""
    nexthref nextlink nextpagelink nextpageuri nextpageurl nexturi nexturl odatanextlink
    """)
PREVIOUS = _words("prev previous previouspage prevpage")
"""Fields beside which `next` is a URL."""
MORE = _words("""
    hasmore hasmoreitems hasmorepages hasmoreresults hasnext hasnextpage istruncated more
    morepages moreresults
    """)
DONE = _words("done isdone islast islastpage last lastpage listcomplete")
TOTALS = _words("""
    total totalcount totalelements totalentries totalhits totalitems totalmatching
    totalrecords totalresults totalsize
    """)
LAST_PAGES = _words("lastpage maxpage numberofpages numpages pagecount pages totalpages")
HOLDERS = _words("""
    cursors links meta metadata next nextpage page pageinfo pages pagination paging
    responsemetadata
    """)
"""Objects with facts about the page."""
ENVELOPES = _words("data embedded payload response result")
"""Objects that may hold the items, and then also facts about the page."""
ITEMS = _words("data entries items records resources result results")
"""Arrays that hold the items rather than other arrays of the same object."""
ASIDES = _words("errors facets included links messages schemas warnings")
"""Arrays that never hold the items if there is another one."""

URL = re.compile(r"\b(ur[il]s?|links?|hyperlinks?|href)\b", re.IGNORECASE)
"""Prose of a field that holds a URL."""
ZERO_BASED = re.compile(
    r"\b(zero|0)[- ]?(based|indexed)|\bstart(s|ing)?( at| from| with)? (zero|0)\b"
    r"|\bfirst page( is|:) (zero|0)\b",
    re.IGNORECASE,
)
"""Prose of an argument that counts from 0."""
