from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cfngen.cli.main import cli
from cfngen.environment.config import Sourced, Target, load_environment
from cfngen.errors import CfngenError, Where
from cfngen.expressions.evaluate import Resource
from cfngen.picture import draw
from cfngen.picture.dot import dot_text
from cfngen.picture.drawing import Arrow, Box, Drawing, Node, in_words, nodes
from cfngen.picture.graphviz import png_bytes, svg_text
from cfngen.picture.icons import ICONS, icon_file, icon_folder
from cfngen.picture.mermaid import mermaid_text
from cfngen.verify.world import survey

HOME = Path(__file__).parent.parent
PICTURES = HOME / "docs" / "pictures"
HOSTILE = '"]-->x</TD></TABLE>> <script>alert(1)</script> & `${x}` \x07'

needs_dot = pytest.mark.skipif(
    not shutil.which("dot") and not os.environ.get("CI"), reason="Graphviz is not installed; in CI it must be"
)


@pytest.fixture(scope="module")
def drawings():
    prod = load_environment(HOME / "params", "prod")
    return draw(prod, survey([prod], HOME / "templates_out"))


@pytest.fixture(scope="module")
def development():
    dev = load_environment(HOME / "params", "dev")
    return draw(dev, survey([dev], HOME / "templates_out"))


@pytest.fixture
def run(capfdbinary):
    """Run the command line in this process; return exit code, stdout and stderr."""

    def run_words(*words):
        with pytest.raises(SystemExit) as end:
            cli.main(list(words), prog_name="cfngen")
        out, err = capfdbinary.readouterr()
        return end.value.code, out.decode(errors="replace"), err.decode()

    return run_words


def boxes(parts):
    for part in parts:
        if isinstance(part, Box):
            yield part
            yield from boxes(part.parts)


def box_of(drawing, id_):
    return next(box for box in boxes(drawing.parts) if box.id == id_)


def labels(drawing):
    return {(arrow.source, arrow.target): arrow.label for arrow in drawing.arrows if arrow.kind == "flow"}


def hostile():
    inner = Node("a", "users", (HOSTILE,))
    outer = Box("b", "account", (HOSTILE, HOSTILE), (inner, Node(HOSTILE, "no such type", ("x",))))
    return Drawing("hostile", HOSTILE, HOSTILE, (outer,), (Arrow("a", HOSTILE, HOSTILE),))


def test_the_world_and_every_target_are_drawn(drawings):
    prod = load_environment(HOME / "params", "prod")
    assert next(iter(drawings)) == "world"
    assert {str(target) for target in prod.targets} <= set(drawings)


def test_the_world_has_each_account_with_its_active_region_above_its_standby(drawings):
    prod = load_environment(HOME / "params", "prod")
    for name, geography in prod.geographies.items():
        box = box_of(drawings["world"], name)
        assert geography.account in box.title[0]
        assert [part.title[0] for part in box.parts] == [
            f"{geography.active} · active",
            f"{geography.standby} · standby",
        ]


def test_users_are_led_to_active_regions_only(drawings):
    served = {target.rpartition("/")[0] for source, target in labels(drawings["world"]) if source == "users"}
    active = {
        f"{place.name}/{place.active}" for place in load_environment(HOME / "params", "prod").geographies.values()
    }
    edge = {each for each in served if each.startswith("edge")}
    assert served - edge == (set() if edge else active)


def test_where_there_is_an_edge_users_come_through_it():
    prod = load_environment(HOME / "params", "prod")
    world = survey([prod], HOME / "templates_out")
    (active,) = (site for site in world.sites if str(site.target) == "us/us-east-1")
    cdn = Resource("edge", "Cdn", "AWS::CloudFront::Distribution", {})
    stack = replace(active.stacks[0], resources={"Cdn": cdn})
    edge = replace(active, target=Target("edge", "us-east-1"), account="999999999999", stacks=(stack,))
    drawing = draw(prod, replace(world, sites=(edge, active)))["world"]
    door = "edge/us-east-1/AWS::CloudFront::Distribution"
    assert labels(drawing)["users", door] == "443"
    assert (door, "us/us-east-1/web.WebBalancer") in labels(drawing)
    assert ("users", "us/us-east-1/web.WebBalancer") not in labels(drawing)
    assert "999999999999" in box_of(drawing, "Edge account").title[0]


EDGE = {
    "Cdn": "AWS::CloudFront::Distribution",
    "Firewall": "AWS::WAFv2::WebACL",
    "Logs": "AWS::S3::Bucket",
    "Zone": "AWS::Route53::HostedZone",
}


@pytest.fixture(scope="module")
def with_edge():
    """Production behind an edge: a zone, a web ACL and CloudFront in an account of their own."""
    prod = load_environment(HOME / "params", "prod")
    world = survey([prod], HOME / "templates_out")
    (active,) = (site for site in world.sites if str(site.target) == "us/us-east-1")
    resources = {name: Resource("edge", name, kind, {}) for name, kind in EDGE.items()}
    stacks = (replace(active.stacks[0], resources=resources),)
    edge = replace(active, target=Target("edge", "us-east-1"), account="999999999999", stacks=stacks)
    others = (site for site in world.sites if site.target and site.target.geography != "edge")
    return draw(prod, replace(world, sites=(edge, *others)))["world"]


def test_users_ask_the_zone_and_pass_the_firewall_before_the_cdn(with_edge):
    edge = "edge/us-east-1/"
    said = {(arrow.source, arrow.target): arrow.label for arrow in with_edge.arrows if arrow.kind != "order"}
    assert said["users", f"{edge}AWS::Route53::HostedZone"] == "names"
    assert said["users", f"{edge}AWS::WAFv2::WebACL"] == "443"
    assert said[f"{edge}AWS::WAFv2::WebACL", f"{edge}AWS::CloudFront::Distribution"] == "443"


def test_the_cdn_calls_the_web_balancer_of_each_active_region(with_edge):
    door = "edge/us-east-1/AWS::CloudFront::Distribution"
    called = {target for source, target in labels(with_edge) if source == door}
    places = load_environment(HOME / "params", "prod").geographies.values()
    assert called == {f"{place.name}/{place.active}/web.WebBalancer" for place in places}


def test_a_balancer_that_everybody_may_call_is_not_drawn_as_the_cdns_alone():
    prod = load_environment(HOME / "params", "prod")
    unlisted = {
        target: {name: value for name, value in values.items() if name != "EdgePrefixListId"}
        for target, values in prod.overrides.items()
    }
    open_ = replace(prod, overrides=unlisted)
    found = labels(draw(open_, survey([open_], HOME / "templates_out"))["world"])
    door, balancer = "edge/us-east-1/AWS::CloudFront::Distribution", "eu/eu-west-1/web.WebBalancer"
    assert found["users", balancer] == "80, 443"
    assert found[door, balancer] == "443"  # its origins are https-only


def test_a_port_that_is_open_to_a_range_beside_the_prefix_list_is_entered_by_users(drawings):
    prod = load_environment(HOME / "params", "prod")
    more = {"WebTcpPort": Sourced("8443", Where()), "WebTcpIngressCidr": Sourced("0.0.0.0/0", Where())}
    beside = replace(prod, parameters={**prod.parameters, **more})
    found = labels(draw(beside, survey([beside], HOME / "templates_out"))["world"])
    door, balancer = "edge/us-east-1/AWS::CloudFront::Distribution", "eu/eu-west-1/web.WebBalancer"
    assert (found["users", balancer], found[door, balancer]) == ("8443", "443")
    assert ("users", balancer) not in labels(drawings["world"])


@needs_dot
def test_the_edge_stands_between_users_and_geographies_which_keep_their_order(with_edge):
    """Read from what Graphviz made of it: x and y of each box's title."""
    drawn = ET.fromstring(svg_text(with_edge))
    texts = {"".join(each.itertext()): each for each in drawn.iter("{http://www.w3.org/2000/svg}text")}
    at = {word: next(each for said, each in texts.items() if said.startswith(word)) for word in BOXES}
    across = [float(at[word].get("x")) for word in ("Users of", "Edge", "US ")]
    down = [float(at[word].get("y")) for word in ("US ", "EU ", "APAC ")]
    assert across == sorted(across)
    assert down == sorted(down)


BOXES = ("Users of", "Edge", "US ", "EU ", "APAC ")


def test_nothing_that_is_one_machine_is_said_to_call_itself(drawings):
    assert [arrow for drawing in drawings.values() for arrow in drawing.arrows if arrow.source == arrow.target] == []


def test_what_is_deployed_has_no_hole_and_no_arrow_is_red(drawings):
    assert [arrow for drawing in drawings.values() for arrow in drawing.arrows if arrow.kind == "surplus"] == []


@needs_dot
@pytest.mark.parametrize("zones", ["2", "3"])
@pytest.mark.parametrize("gateways", ["single", "per-zone"])
def test_networks_of_every_shape_can_be_drawn(zones, gateways):
    dev = load_environment(HOME / "params", "dev")
    chosen = {"ZoneCount": Sourced(zones, Where()), "NatGateways": Sourced(gateways, Where())}
    shaped = replace(dev, parameters={**dev.parameters, **chosen})
    drawing = draw(shaped, survey([shaped], HOME / "templates_out"))["us/us-east-1"]
    assert len([box for box in boxes(drawing.parts) if box.kind == "zone"]) == int(zones)
    assert "Zone 2" in svg_text(drawing)


def test_a_standby_region_has_no_database(drawings):
    active, standby = (
        {node.icon for node in nodes(drawings[name].parts)} for name in ("eu/eu-west-1", "eu/eu-central-1")
    )
    assert "AWS::RDS::DBInstance" in active
    assert "AWS::RDS::DBInstance" not in standby


def test_a_region_has_a_box_for_each_zone_and_each_subnet_with_its_range(drawings):
    found = list(boxes(drawings["us/us-east-1"].parts))
    assert len([box for box in found if box.kind == "zone"]) == 2
    subnets = [box for box in found if box.kind in ("public", "private")]
    assert len({box.title[1].split()[1] for box in subnets}) == len(subnets) >= 6
    assert [box.title[0] for box in subnets if box.kind == "public"] == ["WebSubnet1", "WebSubnet2"]


def test_an_empty_subnet_is_drawn_below_the_one_before_it(drawings):
    below = {arrow.target: arrow.source for arrow in drawings["us/us-west-2"].arrows if arrow.kind == "order"}
    assert below["nothing@network.DbSubnet1"].endswith("network.AppSubnet1")


def test_a_place_without_a_network_has_services_only(drawings):
    without = [drawing for name, drawing in drawings.items() if name.startswith("admin/")]
    assert all("users" not in {node.icon for node in nodes(drawing.parts)} for drawing in without)


def test_flows_carry_the_ports_that_the_proof_of_reachability_found(drawings):
    found = labels(drawings["us/us-east-1"])
    assert found["users", "internet gateway"] == "443"  # CloudFront alone, and by TLS
    assert found["web.WebFleet@network.WebFleetSubnet1", "app.AppBalancer"] == "8080"
    assert found["app.AppFleet@network.AppSubnet2", "data.Database@network.DbSubnet2"] == "1433"


def test_no_flow_leads_from_the_internet_to_anything_but_the_web_balancer(drawings):
    entered = {target for source, target in labels(drawings["us/us-east-1"]) if source == "internet gateway"}
    assert entered == {"web.WebBalancer"}


def test_who_calls_the_endpoints_is_told_in_words_and_no_line_bends_around_the_zones(drawings):
    drawing = drawings["us/us-east-1"]
    (endpoints,) = (node for node in nodes(drawing.parts) if node.id == "endpoints")
    assert endpoints.lines[-2:] == ("called by App fleet and Web fleet", "on 443")
    assert not re.search(r'-> "endpoints" .*class="(flow|surplus)"', dot_text(drawing))
    assert "Web fleet 2 of at most 4 t3.medium to 11 endpoints" in in_words(drawing)
    written = mermaid_text(drawing)
    (name,) = re.findall(r'(n\d+)\["11 endpoints', written)
    assert f'-->|"443"| {name}\n' in written  # Mermaid finds a way of its own


def test_the_endpoints_stand_beside_the_last_subnet_of_each_zone(drawings):
    order = {(arrow.source, arrow.target) for arrow in drawings["us/us-east-1"].arrows if arrow.kind == "order"}
    assert {source for source, target in order if target == "endpoints"} == {
        "app.AppFleet@network.AppSubnet1",
        "app.AppFleet@network.AppSubnet2",
    }


def test_a_call_of_an_endpoint_that_no_flow_means_is_drawn():
    dev = load_environment(HOME / "params", "dev")
    world = survey([dev], HOME / "templates_out")
    sites = tuple(replace(site, stacks=tuple(map(opened, site.stacks))) for site in world.sites)
    drawing = draw(dev, replace(world, sites=sites))["us/us-east-1"]
    assert re.search(r'-> "endpoints" .*class="surplus"', dot_text(drawing))


@needs_dot
def test_arrows_end_at_the_internet_gateways_icon(drawings):
    """Its name below is wider: an arrow that ended there would end in the middle of nowhere."""
    root = ET.fromstring(svg_text(drawings["us/us-east-1"]))
    svg = "{http://www.w3.org/2000/svg}"
    (icon,) = (each for each in root.iter(f"{svg}use") if each.get("href").endswith("icon-internet-gateway"))
    left, top, scale = map(float, re.findall(r"-?[\d.]+", icon.get("transform")))
    tips = [points(each) for each in root.iter(f"{svg}polygon") if each.get("fill") == "#414d5c"]
    near = [
        x for tip in tips for x, y in tip if top <= y <= top + 100 * scale and left - 40 <= x <= left + 100 * scale + 40
    ]
    assert len(near) >= 3
    assert min(abs(x - left) for x in near) < 3
    assert min(abs(x - left - 100 * scale) for x in near) < 3


def points(polygon):
    return [tuple(map(float, each.split(","))) for each in polygon.get("points").split()]


def test_a_hole_is_drawn_in_red(drawings):
    prod = load_environment(HOME / "params", "prod")
    world = survey([prod], HOME / "templates_out")
    (site,) = (site for site in world.sites if str(site.target) == "us/us-east-1")
    open_site = replace(site, stacks=tuple(map(opened, site.stacks)))
    drawing = draw(prod, replace(world, sites=(open_site,)))["us/us-east-1"]
    red = {(arrow.source, arrow.target) for arrow in drawing.arrows if arrow.kind == "surplus"}
    assert any(source == "app.AppBalancer" and target.startswith("data.Database") for source, target in red)
    assert 'class="surplus"' in dot_text(drawing)


@needs_dot
def test_a_network_with_every_hole_can_still_be_drawn():
    dev = load_environment(HOME / "params", "dev")
    world = survey([dev], HOME / "templates_out")
    sites = tuple(replace(site, stacks=tuple(map(opened, site.stacks))) for site in world.sites)
    for drawing in draw(dev, replace(world, sites=sites)).values():
        assert svg_text(drawing).startswith("<svg")


def opened(stack):
    """Return a stack whose security groups admit everyone and may call everyone."""
    everyone = [{"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}]
    rules = {"SecurityGroupIngress": everyone, "SecurityGroupEgress": everyone}
    found = {
        name: replace(each, properties={**each.properties, **rules}) if each.type == "AWS::EC2::SecurityGroup" else each
        for name, each in stack.resources.items()
    }
    return replace(stack, resources=found)


def test_a_single_gateway_serves_both_zones_of_development(development):
    arrows = development["us/us-east-1"].arrows
    gateways = {arrow.target for arrow in arrows if "NatGateway" in arrow.target}
    zones = {arrow.source for arrow in arrows if arrow.target in gateways and "WebFleet" in arrow.source}
    assert (len(gateways), len(zones)) == (1, 2)


def test_what_is_in_a_picture_is_also_told_in_words(drawings):
    told = in_words(drawings["us/us-east-1"])
    assert told.startswith("us/us-east-1 is active")
    assert "App fleet" in told
    assert "on 1433." in told


@pytest.mark.parametrize("file", sorted({icon_file(kind) for kind in ICONS}))
def test_every_icon_is_in_the_package(file):
    assert (icon_folder() / file).read_bytes().startswith(b"\x89PNG")


def test_the_source_of_the_readmes_picture_is_current(drawings):
    hint = "run `cfngen diagram prod --format dot --out docs/pictures/prod.dot` and again with svg and prod.svg"
    assert (PICTURES / "prod.dot").read_text(encoding="utf-8") == dot_text(drawings["world"]), hint


def test_the_readmes_picture_stands_alone():
    text = (PICTURES / "prod.svg").read_text(encoding="utf-8")
    assert set(re.findall(r'href="(.{5})', text)) == {"data:", "#worl"}


def test_the_readmes_picture_was_made_from_its_source(drawings):
    shown = "".join(ET.fromstring((PICTURES / "prod.svg").read_text(encoding="utf-8")).itertext())
    missing = [line for node in nodes(drawings["world"].parts) for line in node.lines if line.strip() not in shown]
    assert missing == []


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_source_does_not_depend_on_the_hash_seed(seed, drawings):
    words = [sys.executable, "-m", "cfngen", "diagram", "prod", "us/us-east-1", "--format", "dot"]
    surroundings = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    done = subprocess.run(words, cwd=HOME, env=surroundings, capture_output=True, check=True, timeout=120)
    assert done.stdout.decode() == dot_text(drawings["us/us-east-1"])


def test_mermaid_needs_no_graphviz_and_has_every_node_and_box(drawings, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    text = mermaid_text(drawings["world"])
    assert text.startswith("flowchart LR\n")
    assert len(re.findall(r"^ +n\d+\[", text, re.MULTILINE)) == len(list(nodes(drawings["world"].parts)))
    assert text.count("subgraph") == len(list(boxes(drawings["world"].parts)))
    assert '-->|"80, 443"|' in text


def test_hostile_text_stays_text_in_mermaid():
    text = mermaid_text(hostile())
    assert "<script" not in text
    assert set(re.findall(r"<[^>]*>", text)) == {"<br/>"}


@needs_dot
def test_hostile_text_stays_text_in_svg():
    root = ET.fromstring(svg_text(hostile()))
    assert {element.tag.rpartition("}")[2] for element in root.iter()} & {"script", "a", "foreignObject"} == set()
    assert "<script>alert(1)</script>" in "".join(root.itertext()).replace("\xa0", " ")


@needs_dot
@pytest.mark.parametrize("name", ["world", "us/us-east-1", "us/us-west-2"])
def test_an_svg_stands_alone_and_is_the_same_each_time(drawings, name):
    text = svg_text(drawings[name])
    root = ET.fromstring(text)
    links = {value for element in root.iter() for key, value in element.attrib.items() if key.endswith("href")}
    ids = {element.get("id") for element in root.iter()} - {None}
    assert {link for link in links if not link.startswith("data:image/png;base64,")} == {f"#{id_}" for id_ in ids}
    assert root.get("role") == "img"
    assert svg_text(drawings[name]) == text


@needs_dot
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_every_picture_of_every_environment_can_be_drawn(environment, run, tmp_path):
    assert run("diagram", environment, "--out", str(tmp_path / "made"))[0] == 0
    loaded = load_environment(HOME / "params", environment)
    made = {path.name for path in (tmp_path / "made").iterdir()}
    assert made >= {
        f"{environment}-world.svg",
        *(f"{environment}-{t.geography}-{t.region}.svg" for t in loaded.targets),
    }


@needs_dot
def test_a_png_is_one(development):
    assert png_bytes(development["world"]).startswith(b"\x89PNG\r\n")


def test_without_graphviz_one_is_told_how_to_get_it_and_what_works_without(development, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CfngenError) as refused:
        svg_text(development["world"])
    (problem,) = refused.value.problems
    assert "dot" in problem.what
    assert "apt-get install graphviz" in problem.hint
    assert "--format mermaid" in problem.hint


def test_a_file_gets_the_one_picture_that_is_asked_for(run, tmp_path):
    file = tmp_path / "eu.mmd"
    assert run("diagram", "prod", "eu/eu-west-1", "--format", "mermaid", "--out", str(file)) == (
        0,
        "",
        f"wrote {file}\n",
    )
    assert "eu-west-1 · active" in file.read_text(encoding="utf-8")


def test_without_a_file_the_picture_goes_to_stdout(run):
    code, out, err = run("diagram", "dev", "--format", "mermaid")
    assert (code, err) == (0, "")
    assert out.startswith("flowchart")


def test_a_target_that_is_not_there_is_refused_with_those_that_are(run):
    code, out, err = run("diagram", "dev", "eu/eu-west-1")
    assert (code, out) == (1, "")
    assert "dev has no target eu/eu-west-1" in err
    assert "us/us-east-1" in err


def test_a_file_that_cannot_be_written_is_one_sentence(run, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("diagram", "dev", "--format", "dot", "--out", str(tmp_path / "file" / "x.dot"))
    assert code == 1
    assert "cannot write" in err
