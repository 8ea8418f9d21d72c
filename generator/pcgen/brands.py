"""Words that letters alone would split: brands, technical terms and units.

Rules of letters split a name before each capital, which is wrong for `OpenAI` and `mTLS`. No rule
can tell `GitHub` from `PetShop`, so these words are listed. The list is frozen: each addition
renames identifiers of existing packages, so it needs as good a reason as any other breaking change.
A word is listed if its owner writes it with capitals inside, and Python programmers write it as one
word in lower case.
"""

from __future__ import annotations

import re

_BRANDS = (
    "BigQuery", "BitBucket", "ChatGPT", "ChatKit", "ClickHouse", "CloudFlare", "CloudFront",
    "CloudWatch", "CosmosDB", "CouchDB", "DDoS", "DeepSeek", "DevOps", "DocuSign", "DynamoDB",
    "ElevenLabs", "FedEx", "FedRAMP", "GitHub", "GitLab", "GraphQL", "HubSpot", "IPsec", "InfluxDB",
    "JavaScript", "LaTeX", "LinkedIn", "LoRA", "LoRaWAN", "MacOS", "MariaDB", "MasterCard",
    "MongoDB", "MySQL", "NoSQL", "NuGet", "OpenAI", "OpenAPI", "OpenID", "OpenSSH", "OpenSSL",
    "OpenVPN", "PagerDuty", "PayPal", "PostgreSQL", "PowerShell", "QuickBooks", "RabbitMQ",
    "SQLite", "SendGrid", "SharePoint", "TikTok", "TypeScript", "VMware", "WebAuthn", "WebDAV",
    "WebHook", "WebRTC", "WebSocket", "WhatsApp", "WiFi", "WordPress", "YouTube", "[A-Z]+aaS",
)  # fmt: skip

# Written with a small letter first, except where the case of the name requires a capital.
_SMALL = (
    "eBay", "eBook", "eCommerce", "eIDAS", "eKYC", "eMail", "eSIM", "eTag", "gRPC", "iBeacon",
    "iCal", "iCloud", "iFrame", "iMessage", "iOS", "iPad", "iPhone", "iTunes", "mDNS", "mTLS",
    "macOS", "oEmbed", "tvOS", "vCPU", "vCard", "watchOS", "xAI",
)  # fmt: skip

# Short enough to be the end of one word and the beginning of another (`IoTLS`).
_SHORT = ("IoT", "NaN", "QoS", "SoC")

_UNITS = ("[KMGTP]iB", "[KMGT][Bb]ps", "[kKMGT]Hz", "[kKMG]Wh")

_NO_WORD_AFTER = "(?![a-z]|[A-Z](?![a-z]))"
_CAPITAL = "|".join((*_BRANDS, *(f"(?<![A-Z]){w[0].upper()}{w[1:]}" for w in _SMALL)))

BRAND = re.compile(
    f"(OAuth[0-9]*(?![a-z])|(?:{_CAPITAL})s?(?![a-z])|(?<![A-Za-z])(?:{'|'.join(_SMALL)})s?(?![a-z])"
    # No word ends in `ssm`, many end in `m`: `AccessmTLS`, but `SystemTLS`.
    f"|(?<=ss)mTLS(?![a-z])|(?:{'|'.join(_SHORT)}){_NO_WORD_AFTER}"
    f"|(?<![A-Z])(?:{'|'.join(_UNITS)})(?![a-z])"
    # Other digits belong to the letters before them.
    f"|(?<![A-Z0-9])(?:2FA|3DS?[0-9]?|10DLC){_NO_WORD_AFTER})"
)
"""Matches a listed word, which is the only group."""

CAPITALS = {word.lower(): word for word in (*_BRANDS, "OAuth", *_SHORT)}
"""Listed words by their small letters."""
