"""Every setting, typed, with its default; the environment variable is ``CAVEAT_`` and the name in capitals."""

import re
from functools import cached_property
from ipaddress import ip_network
from string import Formatter
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SCOPES = ("content:read", "content:preview", "content:history")
URL_PATTERN = "/{locale}/{kind}/{slug}"
TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # RFC 5646, 2.1, as far as a content API needs it


def _pairs(text: str, separator: str) -> dict[str, str]:
    """``a=1,b=2`` as a mapping; an entry without the separator maps to nothing."""
    entries = (entry.partition(separator) for entry in text.split(",") if entry.strip())
    return {key.strip(): rest.strip() for key, _, rest in entries}


class Settings(BaseSettings):
    """The settings of this process. Reading them raises pydantic's ValidationError, which names the variable."""

    model_config = SettingsConfigDict(env_prefix="CAVEAT_", frozen=True)

    database_url: str = Field(
        "sqlite://var/caveat.db",
        description="The database: sqlite://PATH, or postgres://USER:PASSWORD@HOST:PORT/NAME.",
    )
    locales: str = Field(
        "en,es:en",
        description="The site's locales (BCP 47), the default first, each with its fallbacks: en,es:en,pt-BR:pt:en.",
    )
    site_url: str = Field("http://localhost:3000", description="The site that shows the content, without a path.")
    url_patterns: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description="Paths of pages by kind, by default /{locale}/{kind}/{slug}: article=/{locale}/read/{slug}.",
    )
    site_name: str = Field(
        "",
        description="The name of the publisher, as embeds and feeds give it; the host of the site where empty.",
    )
    public_url: str = Field(
        "",
        description="Where the world reaches this server, without a path: for embeds, feeds and sitemaps;"
        " http://HOST:PORT where empty.",
    )
    default_disclaimers: Annotated[dict[str, str], NoDecode] = Field(
        default={"article": "medical-information", "procedure": "medical-information", "physician": "physician-bio"},
        description="The slug of the disclaimer that content of a kind gets where it names none.",
    )
    publish_interval: float = Field(
        10.0, ge=0.1, description="How often a server looks for scheduled drafts that are due, in seconds."
    )
    engine: bool = Field(
        True, description="Whether operations run breadth-first; off leaves them all to the stock executor."
    )
    graph_cache_mb: int = Field(
        64, ge=0, description="How many megabytes of editions and links each process keeps; 0 keeps none."
    )
    response_cache_mb: int = Field(
        32, ge=0, description="How many megabytes of finished answers each process keeps; 0 keeps none."
    )
    operation_cache_mb: int = Field(
        32, ge=1, description="How many megabytes of parsed, checked and compiled operations each process keeps."
    )
    max_tokens: int = Field(
        2_000, ge=1, description="How many tokens the text of an operation may have: names, numbers, punctuation."
    )
    max_cost: int = Field(
        50_000, ge=1, description="How many fields an operation may ask for, counted by the sizes of its lists."
    )
    max_depth: int = Field(20, ge=1, description="How deep fields may be nested in an operation.")
    max_aliases: int = Field(100, ge=0, description="How many aliases an operation may have.")
    max_root_fields: int = Field(20, ge=1, description="How many fields an operation may have at the top.")
    max_directives: int = Field(50, ge=0, description="How many directives the text of an operation may have.")
    max_variables_kb: int = Field(100, ge=1, description="How many kilobytes the variables of an operation may have.")
    max_batch: int = Field(
        1, ge=1, le=50, description="How many operations one request may carry, as a JSON array; 1 allows no arrays."
    )
    automatic_documents_mb: int = Field(
        4, ge=0, description="How many megabytes of automatic persisted queries each process keeps; 0 turns them off."
    )
    document_days: int = Field(
        90, ge=0, description="How long a trusted document stays valid that is not in the newest manifest, in days."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The proxies whose X-Forwarded-For is believed: addresses and networks, as 10.0.0.0/8,::1.",
    )
    redis_url: str = Field(
        "", description="The Redis in which processes share budgets: redis://HOST:PORT/0. Each has its own where empty."
    )
    fresh_seconds: int = Field(
        60, ge=0, description="How long browsers and CDNs may keep an answer without asking again, in seconds."
    )
    stale_seconds: int = Field(
        60, ge=0, description="How long after that they may still show it while they ask for a newer, in seconds."
    )
    tags_header: str = Field(
        "",
        pattern="^([A-Za-z][A-Za-z-]*)?$",
        description="The header with the tags of an answer, for CDNs: Surrogate-Key or Cache-Tag; none where empty.",
    )
    stock_runs: int = Field(
        1, ge=1, description="How many operations the stock executor runs at once, where the engine gave up on them."
    )
    stock_seconds: float = Field(
        2.0, gt=0, description="How long such an operation may wait and run, in seconds, before it is refused."
    )
    min_revision_seconds: float = Field(
        2.0, ge=0, description="How long an answer waits for the revision in Caveat-Min-Revision, in seconds."
    )
    webhooks: bool = Field(
        True, description="Whether this server posts releases to webhooks; off where it may not reach them."
    )
    webhook_seconds: float = Field(
        15.0, gt=0, le=60, description="How long a webhook may take to answer a post, in seconds."
    )
    webhook_attempts: int = Field(
        10, ge=1, description="How often a release is posted to a webhook that fails before it is a dead letter."
    )
    webhook_private: bool = Field(
        False, description="Whether webhooks may be plain http, and at private addresses: for intranets and tests."
    )
    bundle_key: str = Field(
        "",
        description="The file with the private key that bundles are signed with: Ed25519, PKCS 8, PEM. Never the key"
        " itself.",
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias=AliasChoices("CAVEAT_HOST", "HOST"),
        description="The address that the server listens on; HOST is read too.",
    )
    port: int = Field(
        8000,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("CAVEAT_PORT", "PORT"),
        description="The port that the server listens on; PORT is read too.",
    )
    max_connections: int = Field(
        900, ge=1, description="How many connections a process has at once; the rest of 1024 files is for the database."
    )
    max_headers: int = Field(100, ge=1, description="How many headers a request may have.")
    max_headers_kb: int = Field(32, ge=1, description="How many kilobytes the headers of a request may have.")
    max_target_kb: int = Field(16, ge=1, description="How many kilobytes the address of a request may have.")
    head_seconds: float = Field(
        10.0, gt=0, description="How long a connection may stay silent, and the head of a request may take, in seconds."
    )
    request_seconds: float = Field(
        30.0, gt=0, description="How long a request may take to come, with its body, in seconds."
    )
    send_seconds: float = Field(
        60.0, gt=0, description="How long a client may leave an answer unread that waits to be sent, in seconds."
    )
    keep_alive_seconds: int = Field(
        75, ge=1, description="How long a connection stays open between requests, in seconds; longer than a proxy's."
    )
    drain_seconds: float = Field(
        1.0,
        ge=0,
        description="How long a stopping server fails /readyz and takes requests still, in seconds.",
    )
    shutdown_seconds: int = Field(
        20, ge=0, description="How long a stopping server lets running requests finish, in seconds."
    )

    log_requests: bool = Field(True, description="Whether a server writes one line for each request.")
    log_format: Literal["auto", "plain", "json"] = Field(
        "auto", description="How a server writes its log: plain or json; auto is plain on a terminal, json elsewhere."
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite://", "postgres://", "postgresql://", "asyncpg://")):
            raise ValueError("must start with sqlite:// or postgres://")
        return re.sub("^(postgresql|asyncpg)://", "postgres://", url)

    @field_validator("bundle_key")
    @classmethod
    def _no_key(cls, path: str) -> str:
        if "\n" in path or "PRIVATE KEY" in path:
            raise ValueError("must be the path of a file, and never the key itself")
        return path

    @field_validator("url_patterns", "default_disclaimers", mode="before")
    @classmethod
    def _mapping(cls, given: Any) -> Any:
        return _pairs(given, "=") if isinstance(given, str) else given

    @field_validator("url_patterns")
    @classmethod
    def _with_slug(cls, patterns: dict[str, str]) -> dict[str, str]:
        for kind, pattern in patterns.items():
            names = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
            if names.count("slug") != 1 or not set(names) <= {"slug", "kind", "locale"} or pattern[:1] != "/":
                raise ValueError(
                    f"{kind}={pattern} must be a path with {{slug}} once, and {{locale}} and {{kind}} if wanted"
                )
        return patterns

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, given: Any) -> Any:
        listed = [s.strip() for s in given.split(",") if s.strip()] if isinstance(given, str) else given
        return tuple(str(ip_network(each)) for each in listed)

    @field_validator("locales")
    @classmethod
    def _well_formed_locales(cls, given: str) -> str:
        entries = [entry.strip().split(":") for entry in given.split(",")]
        listed = [entry[0] for entry in entries]
        if len(set(listed)) < len(listed):
            raise ValueError("a locale stands twice")
        for tag in (tag for entry in entries for tag in entry):
            if not TAG.fullmatch(tag):
                raise ValueError(f"not a language tag: {tag!r}")
            if tag not in listed:
                raise ValueError(f"{tag!r} is a fallback but not a locale of the site")
        return given

    @field_validator("site_url", "public_url")
    @classmethod
    def _origin_only(cls, given: str, info: ValidationInfo) -> str:
        if not given and info.field_name == "public_url":
            return given
        parts = urlsplit(given.rstrip("/"))
        origin = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme not in {"http", "https"} or not parts.hostname or origin != given.rstrip("/") or "@" in origin:
            raise ValueError("must be an http or https URL of a site, without a path")
        return origin

    @cached_property
    def fallbacks(self) -> dict[str, tuple[str, ...]]:
        """Each locale of the site with its fallbacks, in order; the first key is the default locale."""
        entries = (entry.strip().split(":") for entry in self.locales.split(","))
        return {locale: tuple(rest) for locale, *rest in entries}

    @property
    def default_locale(self) -> str:
        """The locale of those who ask for none."""
        return next(iter(self.fallbacks))

    @property
    def publisher(self) -> str:
        """Who publishes the site, by name."""
        return self.site_name or urlsplit(self.site_url).netloc

    @property
    def address(self) -> str:
        """The address of this server, as the world knows it."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def url(self, kind: str, locale: str, slug: str) -> str:
        """The URL of the page that shows a node."""
        pattern = self.url_patterns.get(kind, URL_PATTERN)
        return self.site_url + pattern.format(locale=locale, kind=kind, slug=slug)
