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
    "a site with a path": ({"site_url": "https://site.example/en"}, "site_url"),
    "an address with a query": ({"public_url": "https://content.example?x"}, "public_url"),
    "an address with a password": ({"public_url": "https://a:b@content.example"}, "public_url"),
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


def test_the_address_of_the_server_is_where_it_listens_unless_it_is_told():
    """The header Host is what anyone sends, and makes no address."""
    assert Settings(host="127.0.0.1", port=9000).address == "http://127.0.0.1:9000"
    assert Settings(public_url="https://content.example/").address == "https://content.example"
