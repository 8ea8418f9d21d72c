"""Words by which people call operations. The lists are frozen: a new word renames methods."""

from __future__ import annotations

# The verbs of REST, each with the words that mean the same.
_SYNONYMS = {
    "get": "describe fetch find load lookup read retrieve show view",
    "list": "enumerate index",
    "create": "add insert new post",
    "update": "change edit modify patch",
    "replace": "overwrite put set upsert",
    "delete": "destroy remove",
}
CRUD = {word: verb for verb, words in _SYNONYMS.items() for word in (verb, *words.split())}

# Other verbs, from the operationIds and last path segments of some 200 real documents.
_ACTIONS = """
    abort accept ack acknowledge activate advance aggregate analyze apply approve archive ask assign
    attach authenticate authorize autocomplete ban batch begin block build bulk calculate cancel
    capture chat check checkout claim classify clean clear clone close collect commit compact
    compare complete compute configure confirm connect consume contains convert copy count crawl
    deactivate decline decrypt dedupe deliver deny deploy deprecate dequeue detach detect disable
    discard disconnect discover dislike dismiss download duplicate embed enable encode encrypt
    enqueue enrich enroll estimate evaluate exchange execute exists expire explain export expunge
    extend extract fail filter finalize finish fire flag flush follow force forward freeze generate
    grant hold ignore import increment ingest initialize initiate install invalidate invite invoke
    issue join kick leave like link lock login logout mark match merge migrate mint moderate move
    mute notify open parse patch pause pay perform pin ping poll precheck predict preview process
    promote provision publish pull purge push query queue reactivate read rebalance rebuild
    recompute recover redeem refresh refund register reject release reload remix rename render renew
    reopen reorder replay reply report request rerank resend reserve reset resize resolve respond
    restart restore resume retag retire retry return reveal reverse revert revoke rollback rotate
    run sample save scan schedule scrape scroll search seek send share ship sign simulate skip sort
    split star start stop stream submit subscribe suggest suspend swap sync tag terminate test
    toggle tokenize track train transcribe transfer transform translate trigger unarchive unassign
    unban unblock undelete undo unfollow unfreeze uninstall unlink unlock unmute unpin unpublish
    unregister unstar unsubscribe unsuspend upgrade upload validate verify void vote wait watch
    withdraw write
"""
VERBS = frozenset(_ACTIONS.split()) | CRUD.keys()

# Verbs that are as often the first half of a noun: `login_links`, `batch_jobs`, `test_helpers`.
AMBIGUOUS = frozenset(
    (
        "batch", "build", "bulk", "capture", "change", "chat", "check", "checkout", "copy",
        "fetch", "filter", "hold", "import", "index", "invite", "issue", "link", "list", "lock",
        "login", "logout", "match", "merge", "new", "open", "pay", "post", "preview", "process",
        "query", "queue", "read", "refund", "report", "request", "return", "run", "sample",
        "search", "share", "ship", "sign", "sort", "split", "star", "stream", "sync",
        "tag", "test", "track", "transfer", "trigger", "update", "upload", "view", "vote", "watch",
    )
)  # fmt: skip

# Words of tags that say nothing about what the operations are about.
FILLERS = frozenset(
    (
        "api", "apis", "beta", "controller", "deprecated", "endpoint", "endpoints", "manage",
        "management", "operation", "operations", "resource", "resources", "service", "services",
    )
)  # fmt: skip
