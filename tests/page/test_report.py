"""The report as a person has it: a file on disk, opened in a browser that tells everything it does."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import shutil
from html.parser import HTMLParser

import jsonschema
import pytest

from cfngen.catalog import BOOTSTRAP
from cfngen.cli.main import cli
from cfngen.environment.config import load_environment
from cfngen.page.content import Cell, Page, Row, Section, Table
from cfngen.page.html import html
from cfngen.page.plans import plan_section
from cfngen.templates import load_bundle, read_template
from cfngen.text.plan_json import plan_json
from tests.bundles import EU, US, root, stack_set
from tests.text import plans

from .conftest import HOME, SCREENSHOTS, need

HOSTILE = (
    """</td></style></script><script>window.hacked = 1</script><img src="x" onerror="window.hacked = 1">"' &amp;"""
)
WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
SCHEMA = json.loads((HOME / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
NETWORK = """
Parameters: {VpcCidr: {Type: String}}
Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: {Ref: VpcCidr}}}}
"""


def a_plan(*, named, value):
    """The JSON of a plan that replaces a database and a VPC where an instance has a value of its own."""
    parameters = "Class: {Type: String, Default: a}, Encrypted: {Type: String, Default: true}"
    top = root(
        "data: {Class: {Ref: Class}, Encrypted: {Ref: Encrypted}}",
        "network: {VpcCidr: {Ref: VpcCidr}}",
        parameters=f"{{{parameters}, VpcCidr: {{Type: String, Default: 10.0.0.0/16}}}}",
    )
    layers = {"root": top, "data": plans.DATA, "network": NETWORK}
    old = stack_set("foundation", layers, {US: {}, EU: {}})
    new = stack_set("foundation", layers, {US: {"Encrypted": value, "VpcCidr": "10.65.0.0/16"}, EU: {}})
    made = json.loads(plan_json(plans.planned(old, new), named, "dev"))
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    return made


class Reader(HTMLParser):
    """Gathers what a page links to, and what it has that could be linked to or loaded."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads, self.handlers, self.tags = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        target = given.get("href") or given.get("xlink:href")
        if target:
            (self.links if tag in ("a", "use") else self.loads).append(target)
        self.loads += [given[name] for name in ("src", "srcset", "data", "action", "poster") if name in given]
        self.handlers += [name for name in given if name.startswith("on")] + (["style"] if "style" in given else [])


def run(*words):
    with pytest.raises(SystemExit) as end:
        cli.main(list(map(str, words)), prog_name="cfngen")
    return end.value.code


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    """The report on prod, as it is."""
    need("dot")
    out = tmp_path_factory.mktemp("report")
    args = ("--params", HOME / "params", "report", "prod", "--templates", HOME / "templates_out", "--out", out)
    assert run(*args) == 0
    return out / "index.html"


@pytest.fixture(scope="session")
def hostile_page(tmp_path_factory):
    """The report on dev, from templates and with a plan and evidence whose texts would like to be more than texts."""
    need("dot")
    home = tmp_path_factory.mktemp("hostile")
    shutil.copytree(HOME / "templates_out", home / "templates")
    for path in home.glob("templates/*/*.yaml"):
        quoted = HOSTILE.replace("'", "''")
        text = re.sub(r"^( +why:) [^'|>].*\n(?= +(must|mutable):)", rf"\1 '{quoted}'\n", path.read_text(), flags=re.M)
        path.write_text(re.sub(r"^Description: .*\n( .*\n)*", f"Description: '{quoted}'\n", text, count=1))
    (home / "evidence").mkdir()
    (home / "evidence" / "hipaa.md").write_text(f"# {HOSTILE}\n\n| a | b |\n| --- | --- |\n| {HOSTILE} | `x` |\n")
    (home / "plan.json").write_text(json.dumps(a_plan(named={US: HOSTILE}, value=HOSTILE)))
    given = ("--templates", home / "templates", "--evidence", home / "evidence", "--plan", home / "plan.json")
    assert run("--params", HOME / "params", "report", "dev", *given, "--out", home / "out") == 0
    return home / "out" / "index.html"


READ = "return document.readyState === 'complete' && location.href.startsWith(arguments[0])"


@pytest.fixture
def visit(browser):
    """Open a page; return what the browser logged while it did."""

    def open_page(path, *, size=(1280, 900), mode="light", anchor=""):
        width, height = size
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        features = [
            {"name": "prefers-color-scheme", "value": mode},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        browser.get("about:blank")
        for log in ("browser", "performance"):
            browser.get_log(log)
        browser.get(f"{path.as_uri()}{anchor}")
        # A new process may take over here, and `get` may return to the page while it is still being read.
        wait(browser, lambda: browser.execute_script(READ, path.as_uri()))
        return browser

    return open_page


def resources_of(environment):
    """The resources of every template but nested parents, those of the bootstrap included."""
    loaded = load_environment(HOME / "params", environment)
    bundles = [load_bundle(HOME / "templates_out", name) for name in loaded.bundles]
    children = [child for bundle in bundles for child in bundle.children.values()]
    plain = [read_template(HOME / "templates_out" / BOOTSTRAP.name / f"{name}.yaml") for name in BOOTSTRAP.layers]
    return [name for file in (*plain, *children) for name in file.resources]


def test_every_link_leads_to_something_on_the_page_and_every_id_is_used_once(page):
    found = Reader(page.read_text(encoding="utf-8"))
    assert len(found.ids) == len(set(found.ids))
    assert {link for link in found.links if not (link.startswith("#") and link[1:] in found.ids)} == set()


def test_the_page_loads_nothing_but_what_it_carries(page):
    found = Reader(page.read_text(encoding="utf-8"))
    assert {load for load in found.loads if not load.startswith("data:")} == set()
    assert found.handlers == []
    assert "@import" not in page.read_text(encoding="utf-8")


def test_a_plan_leads_only_to_resources_that_are_on_the_page(hostile_page):
    found = Reader(hostile_page.read_text(encoding="utf-8"))
    assert "#resource-network-vpc" in found.links
    assert {link for link in found.links if link[1:] not in found.ids} == set()


def test_the_overview_tells_what_serves_from_what_stands_by(page):
    said = (
        "prod serves app.example.com from 3 accounts, one for each geography: us/us-east-1, eu/eu-west-1, "
        "apac/ap-southeast-1; us/us-west-2, eu/eu-central-1 and apac/ap-northeast-1 stand by."
    )
    assert f"<figcaption>{said}</figcaption>" in page.read_text(encoding="utf-8")


def test_a_page_says_of_which_commit_it_is_or_nothing():
    made = Page("t", (("8", "targets"),), (), "cfngen 1", "commit 0123456789ab of 2026-11-29")
    assert '<p class="source">commit 0123456789ab of 2026-11-29</p>' in html(made, "")
    assert "environment files of commit 0123456789ab" in html(made, "")
    assert 'class="source"' not in html(Page("t", (), (), "cfngen 1"), "")


def test_the_name_of_an_instance_is_not_broken():
    (operations, *_) = plan_section(a_plan(named={US: "us/us-east-1"}, value="false"), ()).tables
    text = html(Page("t", (), (Section("plan", "t", tables=(operations,)),), ""), "")
    assert '<td class="whole">us/us-east-1</td>' in text
    assert ".whole { white-space: nowrap; }" in text


def test_the_policy_admits_this_style_and_this_script_alone(page):
    text = page.read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1].replace("&#39;", "'")
    allowed = dict(part.split(" ", 1) for part in policy.split("; "))
    assert allowed["default-src"] == "'none'"
    for kind in ("style", "script"):
        (content,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert allowed[f"{kind}-src"] == f"'sha256-{digest}'"


def test_every_resource_of_every_layer_is_there(page):
    text = re.sub("<wbr>", "", page.read_text(encoding="utf-8"))
    assert {name for name in resources_of("prod") if f"<code>{name}</code>" not in text} == set()


def test_every_target_has_its_picture_and_every_setting_its_origin(page):
    text = page.read_text(encoding="utf-8")
    prod = load_environment(HOME / "params", "prod")
    assert text.count("<figure>") >= 1 + len(prod.targets)
    assert "params/prod.yaml:" in re.sub("<wbr>", "", text)


def test_headings_do_not_skip_a_level_and_tables_have_captions(page):
    tags = Reader(page.read_text(encoding="utf-8")).tags
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert tags.count("caption") == tags.count("table")
    assert {"header", "nav", "main", "footer"} <= set(tags)


def test_the_same_files_make_the_same_page(page, tmp_path):
    args = ("--params", HOME / "params", "report", "prod", "--templates", HOME / "templates_out", "--out", tmp_path)
    assert run(*args) == 0
    assert (tmp_path / "index.html").read_bytes() == page.read_bytes()


def test_text_is_escaped_wherever_it_stands():
    row = Row((Cell((HOSTILE,)), Cell((HOSTILE, HOSTILE), is_code=True)), keys={"layer": HOSTILE})
    part = Section(
        "p", HOSTILE, (HOSTILE,), tables=(Table(HOSTILE, (HOSTILE,), (row,)),), filters={"layer": (HOSTILE,)}
    )
    text = html(Page(HOSTILE, ((HOSTILE, HOSTILE),), (part,), HOSTILE), "")
    found = Reader(text)
    assert "img" not in found.tags
    assert found.tags.count("script") == 1
    assert found.handlers == []


def test_the_report_opens_from_disk_without_a_word_in_the_console_or_a_request(visit, page):
    browser = visit(page)
    assert browser.title == "medapp prod – report"
    assert browser.get_log("browser") == []
    urls = requested(browser)
    assert {url for url in urls if not url.startswith(("data:", "file:"))} == set()
    assert [url for url in urls if url.startswith("file:")] == [page.as_uri()]


def requested(browser):
    messages = [json.loads(each["message"])["message"] for each in browser.get_log("performance")]
    return [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]


def test_what_may_be_lost_is_a_table_with_the_words_and_the_flag_of_the_plan():
    shown = plan_section(a_plan(named={US: "us/us-east-1"}, value="false"), {"resource-data-database"})
    (table,) = (each for each in shown.tables if each.caption == "What may be lost")
    assert table.columns == ("Bundle", "Resource", "What happens", "Afterwards", "Say --replace", "Instances")
    (row,) = table.rows
    assert [cell.lines for cell in row.cells] == [
        ("foundation",),
        ("data.Database", "AWS::RDS::DBInstance"),
        ("is replaced",),
        ("the old one is retained, outside the stack",),
        ("Database",),
        ("us/us-east-1",),
    ]
    assert row.cells[1].link == "resource-data-database"


def test_a_resource_that_may_be_replaced_is_not_perhaps_so_too():
    made = a_plan(named={}, value="false")
    for each in made["steps"][0]["groups"][0]["resources"]:
        each |= {"effect": "may replace" if each["layer"] == "data" else "replace", "perhaps": True}
    (table,) = (each for each in plan_section(made, ()).tables if each.caption == "What happens to resources")
    assert {row.keys["effect"] for row in table.rows} == {"may replace", "perhaps replace"}


def test_a_hostile_description_does_not_run(visit, hostile_page):
    browser = visit(hostile_page)
    assert browser.execute_script("return window.hacked") is None
    assert browser.execute_script("return document.images.length") == 0
    assert "<script>window.hacked = 1</script>" in browser.execute_script("return document.body.innerText")
    assert browser.get_log("browser") == []
    for section in ("plan", "compliance", "layers"):
        assert "onerror" in browser.execute_script("return document.getElementById(arguments[0]).innerText", section)


def test_the_plan_links_to_the_resources_it_changes(visit, hostile_page):
    browser = visit(hostile_page)
    browser.execute_script("document.querySelector('#plan a[href=\"#resource-network-vpc\"]').click()")
    assert (
        browser.execute_script("return document.activeElement.id || location.hash.slice(1)") == "resource-network-vpc"
    )


def type_into(browser, section, words):
    browser.execute_script(
        "const i = document.querySelector(`form[data-for=${arguments[0]}] input`);"
        "i.value = arguments[1]; i.dispatchEvent(new Event('input', {bubbles: true}))",
        section,
        words,
    )


def shown_rows(browser, section):
    script = (
        "return [...document.querySelectorAll(`#${arguments[0]} tbody tr`)].filter(r => r.checkVisibility()).length"
    )
    return browser.execute_script(script, section)


def counted(browser, section):
    script = "return document.querySelector(`form[data-for=${arguments[0]}] .count`).textContent"
    return browser.execute_script(script, section)


def test_searching_shows_only_resources_that_have_every_word_and_says_how_many(visit, page):
    browser = visit(page)
    everything = len(resources_of("prod"))
    assert shown_rows(browser, "layers") == everything
    assert counted(browser, "layers") == f"{everything} of {everything} resources"
    type_into(browser, "layers", "AWS::RDS::DBInstance")
    assert shown_rows(browser, "layers") == 1
    assert counted(browser, "layers") == f"1 of {everything} resources"
    type_into(browser, "layers", "vpc nothing-like-this")
    assert shown_rows(browser, "layers") == 0
    assert browser.execute_script("return document.querySelector('#layer-network').checkVisibility()") is False
    browser.execute_script("document.querySelector('form[data-for=layers] button').click()")
    assert wait(browser, lambda: shown_rows(browser, "layers") == everything)


def wait(browser, holds):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 20).until(lambda _: holds())


def test_resources_are_filtered_by_layer(visit, page):
    browser = visit(page)
    browser.execute_script(
        "const s = document.querySelector('form[data-for=layers] select[data-key=layer]');"
        "s.value = 'network'; s.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    network = load_bundle(HOME / "templates_out", "foundation").children["network"]
    assert shown_rows(browser, "layers") == len(network.resources)


def test_a_link_to_a_row_that_a_filter_hides_shows_it_again(visit, page):
    browser = visit(page)
    type_into(browser, "layers", "nothing-like-this")
    browser.execute_script("location.hash = '#resource-network-vpc'")
    row = "return document.getElementById('resource-network-vpc').checkVisibility()"
    assert wait(browser, lambda: browser.execute_script(row))


def test_the_first_stop_of_the_keyboard_is_the_way_to_the_content(visit, page):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    browser = visit(page)
    ActionChains(browser).send_keys(Keys.TAB).perform()
    active = browser.switch_to.active_element
    assert active.get_attribute("class") == "skip"
    assert active.rect["x"] >= 0
    active.send_keys(Keys.ENTER)
    assert wait(browser, lambda: browser.execute_script("return document.activeElement.id") == "main")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", WIDTHS)
def test_nothing_is_wider_than_the_screen_and_a_screenshot_is_left(visit, page, name, mode):
    browser = visit(page, size=WIDTHS[name], mode=mode)
    width, _ = WIDTHS[name]
    assert browser.execute_script("return document.documentElement.scrollWidth") == width
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for section in ("top", "regions", "layers", "access", "network", "proofs"):
        script = "(document.getElementById(arguments[0]) || document.body).scrollIntoView()"
        browser.execute_script(script, section)
        file = SCREENSHOTS / f"report-{name}-{mode}-{section}.png"
        assert browser.save_screenshot(str(file))


CONTRAST = """
const linear = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
const light = (c) => { const [r, g, b] = c.map(linear);
  return .2126 * r + .7152 * g + .0722 * b; };
const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
  if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
const poor = new Set();
const texts = "h1,h2,h3,p,a,th,td,caption,code,dt,dd,figcaption,label,input,select,button";
for (const e of document.querySelectorAll(texts)) {
  const [a, b] = [light(rgb(getComputedStyle(e).color).slice(0, 3)), light(behind(e))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) poor.add(`${e.tagName} ${e.className} ${((a + .05) / (b + .05)).toFixed(1)}`);
}
return [...poor];
"""


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_has_the_contrast_that_wcag_asks_for(visit, page, mode):
    assert visit(page, mode=mode).execute_script(CONTRAST) == []


def test_on_paper_there_is_neither_navigation_nor_filter(visit, page):
    browser = visit(page)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": []})
    hidden = "return [...document.querySelectorAll('nav, .filter, .skip')].filter(e => e.checkVisibility()).length"
    assert browser.execute_script(hidden) == 0
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "cannot be read as a plan"),
        ("[]", "has no steps"),
        ('{"steps": [], "schema": 99}', "is a plan of form 99"),
        ('{"steps": [], "schema": 2, "environment": "dev"}', "is a plan of dev, not prod"),
    ],
)
def test_what_is_no_plan_of_the_environment_is_refused(tmp_path, capsys, written, said):
    (tmp_path / "plan.json").write_text(written)
    code = run(
        "--params", HOME / "params", "report", "prod", "--out", tmp_path / "out", "--plan", tmp_path / "plan.json"
    )
    assert code == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
