"""User data: what an instance does at its first boot, on Windows with IIS and on Linux with nginx.

Both serve a static `/health` on 80 and 443 before any release is there, ship their logs, and tell
CloudFormation with `cfn-signal` whether they succeeded: without it a broken boot is a successful stack.
The certificate on 443 is each instance's own; balancers encrypt to it without checking its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troposphere import AWSHelperFn, Base64, If, Ref, Sub, logs

WINDOWS = r"""<powershell>
$ErrorActionPreference = 'Stop'
$result = 1
try {
@VARIABLES@
  Install-WindowsFeature -Name Web-Server -IncludeManagementTools | Out-Null
  Import-Module WebAdministration
  $site = 'Default Web Site'
  $root = 'C:\inetpub\wwwroot'
  Set-Content -Path "$root\health" -Value 'ok'
  # IIS refuses files without an ending unless the ending '.' has a type.
  $plain = @{ fileExtension = '.'; mimeType = 'text/plain' }
  $content = 'system.webServer/staticContent'
  Add-WebConfigurationProperty -PSPath MACHINE/WEBROOT/APPHOST -Filter $content -Name . -Value $plain
  $store = 'Cert:\LocalMachine\My'
  $years = (Get-Date).AddYears(10)
  $certificate = New-SelfSignedCertificate -DnsName $env:COMPUTERNAME -CertStoreLocation $store -NotAfter $years
  New-WebBinding -Name $site -Protocol https -Port 443
  (Get-WebBinding -Name $site -Protocol https).AddSslCertificate($certificate.Thumbprint, 'My')
@ADDITION@
  $agent = "$env:TEMP\amazon-cloudwatch-agent.msi"
  $source = 'https://amazoncloudwatch-agent-${AWS::Region}.s3.${AWS::Region}.${AWS::URLSuffix}'
  [Net.ServicePointManager]::SecurityProtocol = 'Tls12'
  Invoke-WebRequest -UseBasicParsing -Uri "$source/windows/amd64/latest/amazon-cloudwatch-agent.msi" -OutFile $agent
  Start-Process -FilePath msiexec.exe -ArgumentList '/i', $agent, '/qn' -Wait
  Set-Content -Path 'C:\ProgramData\fleet-agent.json' -Encoding ASCII -Value @'
{"metrics": {"metrics_collected": {
   "Memory": {"measurement": ["% Committed Bytes In Use"]},
   "LogicalDisk": {"measurement": ["% Free Space"], "resources": ["C:"]}}},
 "logs": {"logs_collected": {
   "files": {"collect_list": [
     {"file_path": "C:\\inetpub\\logs\\LogFiles\\W3SVC1\\*.log",
      "log_group_name": "${LogGroup}", "log_stream_name": "{instance_id}/iis"}]},
   "windows_events": {"collect_list": [
     {"event_name": "System", "event_levels": ["WARNING", "ERROR", "CRITICAL"],
      "log_group_name": "${LogGroup}", "log_stream_name": "{instance_id}/system"},
     {"event_name": "Security", "event_levels": ["INFORMATION", "WARNING", "ERROR", "CRITICAL"],
      "log_group_name": "${LogGroup}", "log_stream_name": "{instance_id}/security"}]}}}}
'@
  $control = 'C:\Program Files\Amazon\AmazonCloudWatchAgent\amazon-cloudwatch-agent-ctl.ps1'
  & $control -a fetch-config -m ec2 -s -c 'file:C:\ProgramData\fleet-agent.json'

  Invoke-WebRequest -UseBasicParsing -Uri 'http://localhost/health' | Out-Null
  $result = 0
} catch {
  Write-Output $_
} finally {
  cfn-signal.exe --exit-code $result --stack '${AWS::StackName}' --resource '${Fleet}' --region '${AWS::Region}'
}
</powershell>
"""
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-windows-stacks-bootstrapping.html"""

LINUX = r"""#!/bin/bash
set -euo pipefail
signal() {
  /opt/aws/bin/cfn-signal --exit-code "$1" --stack '${AWS::StackName}' --resource '${Fleet}' --region '${AWS::Region}'
}
trap 'signal $?' EXIT
cat >> /etc/environment <<'END'
@VARIABLES@
END
dnf install --assumeyes aws-cfn-bootstrap nginx openssl amazon-cloudwatch-agent
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$(hostname)" \
  -keyout /etc/pki/tls/private/fleet.key -out /etc/pki/tls/certs/fleet.crt
mkdir --parents /etc/nginx/fleet.d
cat > /etc/nginx/conf.d/fleet.conf <<'END'
server {
  listen 80 default_server;
  listen 443 ssl default_server;
  ssl_certificate /etc/pki/tls/certs/fleet.crt;
  ssl_certificate_key /etc/pki/tls/private/fleet.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  root /usr/share/nginx/html;
  location / { include /etc/nginx/fleet.d/*.conf; }
  location = /health { default_type text/plain; return 200 "ok\n"; }
}
END
@ADDITION@systemctl enable --now nginx

cat > /etc/fleet-agent.json <<'END'
{"metrics": {"metrics_collected": {
   "mem": {"measurement": ["mem_used_percent"]},
   "disk": {"measurement": ["used_percent"], "resources": ["/"]}}},
 "logs": {"logs_collected": {"files": {"collect_list": [
   {"file_path": "/var/log/nginx/access.log",
    "log_group_name": "${LogGroup}", "log_stream_name": "{instance_id}/access"},
   {"file_path": "/var/log/nginx/error.log",
    "log_group_name": "${LogGroup}", "log_stream_name": "{instance_id}/error"},
   {"file_path": "/var/log/cloud-init-output.log",
    "log_group_name": "${LogGroup}", "log_stream_name": "{instance_id}/boot"}]}}}}
END
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:/etc/fleet-agent.json
curl --fail --silent --show-error --output /dev/null http://localhost/health
"""
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-signal.html"""

Variables = Mapping[str, AWSHelperFn]
"""Environment variables of the whole machine, by name, that the application finds."""


@dataclass(frozen=True)
class Addition:
    """What a tier's boot does once its web server is set up, with the values of what it mentions."""

    windows: str = ""
    linux: str = ""
    values: Variables = field(default_factory=dict)


def boot(
    windows: str, fleet: str, log_group: logs.LogGroup, variables: Variables, addition: Addition = Addition()
) -> Base64:
    """Return user data for either system; `windows` is the condition, `fleet` the logical id that is signalled."""
    values = {**variables, **addition.values, "Fleet": fleet, "LogGroup": Ref(log_group)}
    texts = (
        WINDOWS.replace("@VARIABLES@", _windows_variables(variables)).replace("@ADDITION@", addition.windows),
        LINUX.replace("@VARIABLES@", _linux_variables(variables)).replace("@ADDITION@", addition.linux),
    )
    return Base64(If(windows, *(Sub(text, **values) for text in texts)))


def _windows_variables(variables: Variables) -> str:
    line = "  [Environment]::SetEnvironmentVariable('{0}', '${{{0}}}', 'Machine')"
    return "\n".join(line.format(name) for name in variables)


def _linux_variables(variables: Variables) -> str:
    return "\n".join(f"{name}=${{{name}}}" for name in variables)
