"""Every ISO 3166 country: its two-letter code, its name, and what else people call it."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from hashlib import blake2b

from babel import Locale
from flask import Blueprint, Flask, Response, current_app, request

from .. import current
from ..assets import A_YEAR

#: Codes that Unicode's list has beside those of ISO 3166: regions, unions and codes for testing.
_NOT_ISO_3166 = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])

#: What people call a country beside its name in the languages of the site: short, former, of a part of it, its own.
_ALSO = {
    "AE": "UAE, VAE, EAU, Emirates, Dubai, Abu Dhabi, الإمارات",
    "AT": "Österreich",
    "AU": "Oz",
    "BA": "BiH",
    "BE": "België, Belgique",
    "BG": "България",
    "BR": "Brasil",
    "BY": "Belorussia, Weißrussland, Bielorrusia",
    "CD": "DRC, DR Congo, Democratic Republic of the Congo, Demokratische Republik Kongo, Zaire",
    "CG": "Republic of the Congo, Republik Kongo, República del Congo",
    "CH": "Suisse, Svizzera, Helvetia",
    "CI": "Ivory Coast, Elfenbeinküste, Costa de Marfil",
    "CN": "PRC, People's Republic of China, Volksrepublik China, 中国",
    "CV": "Cape Verde, Kap Verde",
    "CZ": "Czech Republic, Tschechische Republik, República Checa, Česko",
    "DE": "Germany, Deutschland, BRD, Federal Republic of Germany",
    "DK": "Danmark",
    "DO": "Santo Domingo",
    "EE": "Eesti",
    "EG": "مصر",
    "ES": "España, Espanya",
    "FI": "Suomi",
    "FK": "Malvinas",
    "GB": "UK, Great Britain, Britain, England, Scotland, Wales, Northern Ireland, Großbritannien, Schottland, "
    "Nordirland, Gran Bretaña, Inglaterra, Escocia, Gales, Irlanda del Norte",
    "GR": "Hellas, Ελλάδα",
    "HK": "Hong Kong, Hongkong",
    "HR": "Hrvatska",
    "HU": "Magyarország",
    "IE": "Eire, Éire, Republic of Ireland, Republik Irland, República de Irlanda",
    "IL": "ישראל",
    "IN": "Bharat, भारत",
    "IR": "Persia, Persien",
    "IS": "Ísland",
    "IT": "Italia",
    "JP": "Nippon, 日本",
    "KH": "Kampuchea",
    "KP": "DPRK, North Korea, Nordkorea, Corea del Norte",
    "KR": "ROK, Republic of Korea, Südkorea, Corea del Sur, 한국",
    "LK": "Ceylon",
    "LT": "Lietuva",
    "LV": "Latvija",
    "MA": "المغرب",
    "MK": "Macedonia, Mazedonien",
    "MM": "Burma, Birma, Birmania",
    "MO": "Macau, Macao",
    "NL": "Holland, The Netherlands, Nederland, Holanda",
    "NO": "Norge, Noreg",
    "NZ": "Aotearoa",
    "PL": "Polska",
    "PS": "Palestine, Palästina, Palestina, Gaza, West Bank, Westjordanland, Cisjordania",
    "RO": "România",
    "RS": "Srbija, Србија",
    "RU": "Russian Federation, Russische Föderation, Federación Rusa, Россия",
    "SA": "KSA",
    "SE": "Sverige",
    "SI": "Slovenija",
    "SK": "Slovensko",
    "SZ": "Swaziland, Swasiland, Suazilandia",
    "TH": "Siam",
    "TL": "East Timor, Osttimor, Timor Oriental",
    "TR": "Turkey, Türkiye",
    "TW": "Formosa, Republic of China, 台灣",
    "UA": "Україна",
    "US": "USA, America, United States of America, The States, Amerika, Vereinigte Staaten von Amerika, América, "
    "EE. UU., EEUU, Estados Unidos de América",
    "VA": "Holy See, Heiliger Stuhl, Santa Sede",
    "VN": "Viet Nam, Việt Nam",
    "ZA": "RSA",
}

pages = Blueprint("countries", __name__)


def init_app(app: Flask) -> None:
    """Serve what else countries are called in ``app``."""
    app.register_blueprint(pages)


@cache
def countries(language: str = "en") -> dict[str, str]:
    """The name of each country in ``language`` by its code, sorted by the names."""
    names = Locale.parse(language).territories.items()
    found = [(code, name) for code, name in names if re.fullmatch("[A-Z]{2}", code) and code not in _NOT_ISO_3166]
    return dict(sorted(found, key=lambda country: _sort_key(country[1])))


def _sort_key(name: str) -> str:
    """``name`` without its accents, which would else come after every letter."""
    return "".join(part for part in unicodedata.normalize("NFKD", name) if not unicodedata.combining(part)).casefold()


@cache
def aliases(*languages: str) -> dict[str, list[str]]:
    """Return what else each country is called: by its code, by its names in these languages, and by those above."""
    found = {}
    for code in countries():
        names = [countries(language.replace("-", "_"))[code] for language in languages]
        spelt = [name.replace("&", "and").replace("St. ", "Saint ") for name in names]
        found[code] = list(dict.fromkeys([code, *names, *spelt, *filter(None, _ALSO.get(code, "").split(", "))]))
    return found


@cache
def _written(languages: tuple[str, ...]) -> tuple[str, str]:
    text = json.dumps(aliases(*languages), ensure_ascii=False, separators=(",", ":"))
    return text, blake2b(text.encode(), digest_size=3).hexdigest()


def address() -> str:
    """Return the address of the aliases, another one whenever they are others."""
    _, version = _written(tuple(current.app().config["LANGUAGES"]))
    return f"{current.request().script_root}/countries.json?v={version}"


@pages.get("/countries.json")
def show() -> Response:
    """Return the aliases as JSON, which a browser keeps for as long as they are these."""
    text, version = _written(tuple(current_app.config["LANGUAGES"]))
    response = Response(text, mimetype="application/json")
    if request.args.get("v") == version:
        response.cache_control.max_age = A_YEAR
        response.cache_control.public = response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    return response
