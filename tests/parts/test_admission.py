"""What decides which requests a web server admits; the Linux half is run, with stand-ins for AWS and systemd."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from troposphere import Ref, logs

from cfngen.parts.admission import admission
from cfngen.parts.user_data import boot

SECRET = "arn:aws:secretsmanager:us-east-1:999999999999:secret:OriginSecret-AbCdEf"
LIMIT_BYTES = 16 * 1024
NO_PREVIOUS = "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS"


def scripts(secret, https_only="true"):
    admitted = admission(Ref("OriginSecretArn"), "HasCertificate")
    data = boot("IsWindows", "WebFleet", logs.LogGroup("WebLogs"), {}, admitted).to_dict()
    _, windows, linux = data["Fn::Base64"]["Fn::If"]
    assert windows["Fn::Sub"][1]["HttpsOnly"] == {"Fn::If": ["HasCertificate", "true", "false"]}
    texts = (text["Fn::Sub"][0].replace("${OriginSecretArn}", secret) for text in (windows, linux))
    filled = (text.replace("${HttpsOnly}", https_only) for text in texts)
    return dict(zip(("windows", "linux"), (re.sub(r"\$\{[\w:]+\}", "sample", text) for text in filled), strict=True))


def written(script, path):
    """Return what a script writes into a file."""
    (text,) = re.findall(rf"cat > {path} <<'END'\n(.*?)^END\n", script, flags=re.DOTALL | re.MULTILINE)
    return text


@pytest.fixture(scope="module")
def guarded():
    return scripts(SECRET)


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_a_script_fits_user_data(guarded, system):
    assert len(guarded[system].encode()) < LIMIT_BYTES / 2


def test_windows_lets_only_health_pass_without_the_header_and_refuses_all_until_it_knows_the_secret(guarded):
    script = guarded["windows"]

    assert "-Name url -Value '^(?!/?health$)'" in script
    assert "statusCode = 403" in script
    assert script.index("pattern = '^(?!)'") < script.index("& 'C:\\ProgramData\\origin-secret.ps1'")


def test_windows_installs_only_what_microsoft_has_signed(guarded):
    script = guarded["windows"]

    assert script.index("Get-AuthenticodeSignature $rewrite") < script.index("'/i', $rewrite")
    assert "throw 'URL Rewrite is not signed by Microsoft'" in script


def test_windows_accepts_both_values_and_looks_again_every_few_minutes(guarded):
    assert "foreach ($stage in 'AWSCURRENT', 'AWSPREVIOUS')" in guarded["windows"]
    assert "-RepetitionInterval (New-TimeSpan -Minutes 5)" in guarded["windows"]


def test_windows_closes_what_it_opens(guarded):
    script = guarded["windows"]

    assert all(script.count(opening) == script.count(closing) for opening, closing in ("{}", "[]"))
    assert len(re.findall(r"@'$", script, flags=re.MULTILINE)) == len(re.findall(r"^'@$", script, flags=re.MULTILINE))


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash on this machine")
class TestLinux:
    """The script that writes nginx's map, in a folder of its own."""

    @pytest.fixture
    def refresh(self, guarded, tmp_path):
        (script,) = re.findall(
            r"cat > /usr/local/sbin/origin-secret <<'END'\n(.*?)^END\n", guarded["linux"], re.S | re.M
        )
        folder = tmp_path / "bin"
        folder.mkdir()
        conf = tmp_path / "origin-secret.conf"
        script = script.replace("/etc/nginx/conf.d/origin-secret.conf", str(conf))
        (folder / "systemctl").write_text(f'#!/bin/bash\necho "$@" >> {tmp_path}/reloads\n')

        def run(current, previous):
            answers = {"AWSCURRENT": current, "AWSPREVIOUS": previous}
            cases = "".join(
                f"*{stage}*) echo {value}; exit 0;;\n"
                if value and " " not in value
                else f'*{stage}*) echo "{value}" >&2; exit 254;;\n'
                for stage, value in answers.items()
            )
            (folder / "aws").write_text(f'#!/bin/bash\ncase "$*" in\n{cases}esac\n')
            for name in ("aws", "systemctl"):
                (folder / name).chmod(0o755)
            environment = {"PATH": f"{folder}:/usr/bin:/bin"}
            done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
            reloads = (tmp_path / "reloads").read_text().count("nginx") if (tmp_path / "reloads").exists() else 0
            return done.returncode, conf.read_text() if conf.exists() else "", reloads

        return run

    def test_bash_can_parse_all_of_it(self, guarded):
        done = subprocess.run(["bash", "-n"], input=guarded["linux"], capture_output=True, text=True, check=False)

        assert (done.returncode, done.stderr) == (0, "")

    def test_both_values_are_accepted_and_nothing_else(self, refresh):
        _, conf, reloads = refresh("new1", "old1")

        assert re.findall(r'"(\w+)" 1;', conf) == ["new1", "old1"]
        assert "default 0;" in conf
        assert reloads == 1

    def test_a_secret_that_was_never_rotated_is_accepted_once(self, refresh):
        code, conf, _ = refresh("only", NO_PREVIOUS)

        assert code == 0
        assert re.findall(r'"(\w+)" 1;', conf) == ["only"]

    def test_nothing_changes_while_the_values_are_the_same(self, refresh):
        refresh("new1", "old1")

        assert refresh("new1", "old1")[2] == 1

    def test_a_failure_leaves_what_is_accepted_as_it_was(self, refresh):
        refresh("new1", "old1")
        code, conf, reloads = refresh("new2", "An error occurred: AccessDenied")

        assert code != 0
        assert re.findall(r'"(\w+)" 1;', conf) == ["new1", "old1"]
        assert reloads == 1

    def test_without_a_secret_nothing_of_it_happens(self):
        script = scripts("none")["linux"]
        (condition,) = re.findall(r"^if \[ '(\w+)' != none \]; then$", script, flags=re.MULTILINE)

        assert condition == "none"


def test_windows_sends_plain_http_to_https_with_host_and_path_and_lets_health_pass(guarded):
    (part,) = re.findall(r"  if \('true' -eq 'true'\) \{\n(.*?)\n  \}\n", guarded["windows"], flags=re.DOTALL)

    assert "url = 'https://{HTTP_HOST}{REQUEST_URI}'; appendQueryString = 'False'" in part
    assert "-Name url -Value '^(?!/?health$)'" in part
    assert "input = '{HTTPS}'; pattern = '^OFF$'" in part
    assert guarded["windows"].index("'/i', $rewrite") < guarded["windows"].index("name = 'ToHttps'")
