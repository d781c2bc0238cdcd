"""Which requests nginx admits with the configuration that a Linux web server writes at boot."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request

import pytest

from tests.processes import free_ports

from .test_admission import SECRET, scripts, written

NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
HOST = "eu.app.example.com"
UNCHECKED = ssl.create_default_context()
UNCHECKED.check_hostname, UNCHECKED.verify_mode = False, ssl.CERT_NONE
MAIN = """\
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  map $http_x_origin_secret $from_cloudfront {{ default 0; "new1" 1; }}
  {server}
}}
"""

pytestmark = pytest.mark.skipif(not NGINX and "CI" not in os.environ, reason="no nginx on this machine")


class Untouched(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *args, **kwargs):
        return None


def ask(url, **headers):
    """Return the status, and the text or where a redirect leads."""
    opener = urllib.request.build_opener(Untouched, urllib.request.HTTPSHandler(context=UNCHECKED))
    try:
        with opener.open(urllib.request.Request(url, headers={"Host": HOST, **headers})) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location", "")


def prepare(folder, script, plain, tls):
    """Do in a folder what the script does below /etc, and return the server's configuration."""
    for name in ("fleet.d", "html"):
        (folder / name).mkdir()
    (folder / "html" / "page").write_text("page")
    key, certificate = str(folder / "fleet.key"), str(folder / "fleet.crt")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=fleet"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    for block in re.findall(r"^(if \[ .* \]; then\necho '.*' > /etc/nginx/fleet\.d/\S+\n)", script, flags=re.MULTILINE):
        moved = block.replace("/etc/nginx/fleet.d", str(folder / "fleet.d"))
        subprocess.run(["bash", "-c", f"{moved}fi"], check=True)
    conf = written(script, "/etc/nginx/conf.d/fleet.conf")
    moves = {
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen 443": f"listen 127.0.0.1:{tls}",
        "/etc/nginx": folder,
        "/etc/pki/tls/certs": folder,
        "/etc/pki/tls/private": folder,
        "/usr/share/nginx": folder,
    }
    for old, new in moves.items():
        assert old in conf
        conf = conf.replace(old, str(new))
    return conf


@pytest.fixture
def serve(tmp_path):
    """A function from a secret and whether there is a certificate to the ports of an nginx, until the test ends."""

    def start(secret, https_only):
        plain, tls = free_ports(2)
        server = prepare(tmp_path, scripts(secret, https_only)["linux"], plain, tls)
        (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path, server=server))
        subprocess.run([NGINX, "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")], check=True)
        return f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{tls}"

    yield start
    subprocess.run(["kill", (tmp_path / "nginx.pid").read_text().strip()], check=True)


def test_plain_http_is_sent_to_https_with_host_path_and_query_and_health_answers(serve):
    plain, tls = serve("none", "true")

    assert ask(f"{plain}/page?a=1") == (301, f"https://{HOST}/page?a=1")
    assert ask(f"{plain}/health") == (200, "ok\n")
    assert ask(f"{tls}/page") == (200, "page")


def test_without_a_certificate_there_is_nothing_to_redirect_to(serve):
    plain, _ = serve("none", "false")

    assert ask(f"{plain}/page") == (200, "page")


def test_behind_the_edge_every_path_but_health_needs_the_secret_header(serve):
    plain, tls = serve(SECRET, "true")

    assert ask(f"{tls}/page")[0] == 403
    assert ask(f"{tls}/page", **{"X-Origin-Secret": "guess"})[0] == 403
    assert ask(f"{tls}/page", **{"X-Origin-Secret": "new1"}) == (200, "page")
    assert ask(f"{tls}/health") == (200, "ok\n")
    assert ask(f"{plain}/page")[0] == 301
