"""Settings that cannot be are refused by name."""

import pytest
from pydantic import ValidationError

from settings import Settings

WRONG = {
    "a database that is none": ({"database_url": "mysql://x"}, "database_url"),
    "a fallback that is no locale of the site": ({"locales": "en,es:fr"}, "locales"),
    "a locale that stands twice": ({"locales": "en,en"}, "locales"),
    "a proxy that is no network": ({"trusted_proxies": "proxy.example"}, "trusted_proxies"),
    "a pattern without a slug": ({"url_patterns": "article=/{locale}/read"}, "url_patterns"),
    "a pattern with an unknown name": ({"url_patterns": "article=/{slug}/{year}"}, "url_patterns"),
    "a site that is no origin": ({"site_url": "site.example"}, "site_url"),
}


@pytest.mark.parametrize(("given", "name"), WRONG.values(), ids=WRONG)
def test_a_setting_that_cannot_be_is_refused(given, name):
    """The error names the setting, so that whoever starts a server knows what to change."""
    with pytest.raises(ValidationError) as refused:
        Settings(**given)

    assert [error["loc"] for error in refused.value.errors()] == [(name,)]


def test_locales_carry_their_fallbacks():
    """The first locale is the default."""
    settings = Settings(locales="en,es:en,pt-BR:es:en")

    assert settings.fallbacks == {"en": (), "es": ("en",), "pt-BR": ("es", "en")}
    assert settings.default_locale == "en"


@pytest.mark.parametrize("pattern", ["/{locale}/{kind}/{slug}", "/team/{slug}", "/{locale}/our-{kind}s.d/{slug}.html"])
def test_the_page_of_a_url_is_known(pattern):
    """Whatever its pattern: what made the URL comes out again, with the default locale where it has none."""
    settings = Settings(site_url="https://site.example", url_patterns={"physician": pattern})

    url = settings.url("physician", "es", "ana")

    locale = "es" if "{locale}" in pattern else "en"
    assert settings.page("physician", url) == settings.page("physician", f"{url}?from=list#top") == (locale, "ana")
    assert settings.page("physician", f"{url}/more") is None
    assert settings.page("article", url) is None
    assert settings.page("physician", url.replace("site.example", "site.example.org")) is None
    assert settings.page("physician", url.replace("https://site.example", "")) is None


def test_the_address_of_the_server_is_where_it_listens_unless_it_is_told():
    """The header Host is what anyone sends, and makes no address."""
    assert Settings(host="127.0.0.1", port=9000).address == "http://127.0.0.1:9000"
    assert Settings(public_url="https://content.example/").address == "https://content.example"
