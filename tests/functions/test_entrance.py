"""The CloudFront function, run by node as CloudFront would: one request in, a request or an answer out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest

from cfngen.parts.functions import text_of

LONGEST = 10 * 1024
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions"""

NODE = shutil.which("node")
HARNESS = """
const chosen = [];
const cf = { selectRequestOriginById: (id) => chosen.push(id) };
%s
const events = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const results = events.map((event) => {
  chosen.length = 0;
  const out = handler(event);
  return { out, chosen: [...chosen] };
});
console.log(JSON.stringify(results));
"""

pytestmark = pytest.mark.skipif(
    NODE is None and not os.environ.get("CI"), reason="no node on this machine to run CloudFront's JavaScript"
)


def source(geographies):
    filled = text_of("entrance.js").replace("${DomainName}", "app.example.com").replace("${Geographies}", geographies)
    return filled.replace("import cf from 'cloudfront';\n", "")


def run(*events, geographies="us eu apac"):
    done = subprocess.run(
        [NODE or "node", "-e", HARNESS % source(geographies)],
        input=json.dumps(events),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def event(host, country="", uri="/", query=None, method="GET"):
    headers = {"host": {"value": host}}
    if country:
        headers["cloudfront-viewer-country"] = {"value": country}
    return {"request": {"method": method, "uri": uri, "querystring": query or {}, "headers": headers}}


def location(result):
    assert result["out"]["statusCode"] == 307
    assert result["chosen"] == []
    return result["out"]["headers"]["location"]["value"]


@pytest.mark.parametrize("geography", ["us", "eu", "apac"])
def test_a_host_name_reaches_its_geography_and_no_other(geography):
    (result,) = run(event(f"{geography}.app.example.com", country="DE", uri="/visit"))

    assert result["chosen"] == [geography]
    assert result["out"]["uri"] == "/visit"


def test_where_a_patient_is_does_not_matter_to_a_geographys_own_host_name():
    countries = ("US", "DE", "JP", "BR", "", "ZZ")
    results = run(*(event("eu.app.example.com", country) for country in countries))

    assert [result["chosen"] for result in results] == [["eu"]] * len(countries)


def test_the_bare_domain_only_redirects_by_the_viewers_country():
    homes = {"DE": "eu", "GB": "eu", "ZA": "eu", "US": "us", "BR": "us", "JP": "apac", "AU": "apac", "IN": "apac"}
    results = run(*(event("app.example.com", country) for country in homes))

    assert [location(result) for result in results] == [f"https://{home}.app.example.com/" for home in homes.values()]


def test_a_viewer_of_an_unknown_country_is_sent_somewhere():
    results = run(event("app.example.com"), event("app.example.com", "ZZ"))

    assert [location(result) for result in results] == ["https://us.app.example.com/"] * 2


def test_a_redirect_keeps_path_and_query_as_they_were_encoded_and_is_not_stored():
    query = {
        "q": {"value": "a%20b"},
        "flag": {"value": ""},
        "id": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]},
    }
    (result,) = run(event("app.example.com", "DE", "/find%2Fme", query, method="POST"))

    assert location(result) == "https://eu.app.example.com/find%2Fme?q=a%20b&flag&id=1&id=2"
    assert result["out"]["headers"]["cache-control"] == {"value": "no-store"}
    assert "strict-transport-security" in result["out"]["headers"]


def test_a_host_name_is_read_without_regard_to_case():
    (result,) = run(event("EU.App.Example.com"))

    assert result["chosen"] == ["eu"]


@pytest.mark.parametrize(
    "host",
    ["d111111abcdef8.cloudfront.net", "apac.app.example.com", "eu.app.example.com.evil.test", "x.app.example.com", ""],
)
def test_another_host_name_is_not_found_and_asks_no_origin(host):
    (result,) = run(event(host, "DE"), geographies="us eu ")

    assert result["out"]["statusCode"] == 404
    assert result["chosen"] == []


def test_without_a_geography_its_continents_users_go_to_the_next():
    results = run(event("app.example.com", "JP"), event("app.example.com", "US"), geographies=" eu ")

    assert [location(result) for result in results] == ["https://eu.app.example.com/"] * 2


def test_every_country_is_on_one_continent():
    lists = re.findall(r"^    (\w+): ('[A-Z '\n+]+'),$", source("us"), flags=re.MULTILINE)
    countries = [country for _, text in lists for country in re.findall("[A-Z]{2}", text)]

    assert [name for name, _ in lists] == ["europe", "africa", "asia"]
    assert len(countries) == len(set(countries)) > 150


def test_the_code_fits_cloudfront_and_fills_in_two_names():
    text = text_of("entrance.js")

    assert len(text.encode()) < LONGEST - 256
    assert set(re.findall(r"\$\{(\w+)\}", text)) == {"DomainName", "Geographies"}
    assert text.count("import cf from 'cloudfront';\n") == 1
