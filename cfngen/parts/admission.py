"""Which requests web servers admit, `/health` apart: none without TLS, and behind the edge none but the edge's.

The balancer sends what came by HTTP to port 80, and a Classic Load Balancer cannot redirect: the web server does.
While the edge is in front, an instance reads the origin secret's current and previous value at boot and every few
minutes, and lets its web server accept both, so that a rotation refuses nobody. Without a secret (`none`) it does not.
"""

from __future__ import annotations

from troposphere import AWSHelperFn, If

from .user_data import Addition

MINUTES = 5
"""How long after a rotation an instance may still know the old values only."""

WINDOWS = r"""
  $rules = 'system.webServer/rewrite/globalRules'
  $all = @{ PSPath = 'MACHINE/WEBROOT/APPHOST' }
  if ('${HttpsOnly}' -eq 'true' -or '${OriginSecretArn}' -ne 'none') {
    # IIS neither redirects by host nor checks a header by itself: Microsoft's URL Rewrite does.
    $rewrite = "$env:TEMP\rewrite.msi"
    $source = 'https://download.microsoft.com/download/1/2/8/128E2E22-C1B9-44A4-BE2A-5859ED1D4592'
    Invoke-WebRequest -UseBasicParsing -Uri "$source/rewrite_amd64_en-US.msi" -OutFile $rewrite
    $signed = Get-AuthenticodeSignature $rewrite
    if ($signed.Status -ne 'Valid' -or $signed.SignerCertificate.Subject -notmatch 'O=Microsoft Corporation') {
      throw 'URL Rewrite is not signed by Microsoft'
    }
    Start-Process -FilePath msiexec.exe -ArgumentList '/i', $rewrite, '/qn' -Wait
  }
  if ('${HttpsOnly}' -eq 'true') {
    $rule = "$rules/rule[@name='ToHttps']"
    $to = @{ type = 'Redirect'; url = 'https://{HTTP_HOST}{REQUEST_URI}'; appendQueryString = 'False' }
    Add-WebConfigurationProperty @all -Filter $rules -Name . -Value @{ name = 'ToHttps'; stopProcessing = 'True' }
    Set-WebConfigurationProperty @all -Filter "$rule/match" -Name url -Value '^(?!/?health$)'
    Set-WebConfigurationProperty @all -Filter "$rule/action" -Name . -Value ($to + @{ redirectType = 'Permanent' })
    $plain = @{ input = '{HTTPS}'; pattern = '^OFF$' }
    Add-WebConfigurationProperty @all -Filter "$rule/conditions" -Name . -Value $plain
  }
  if ('${OriginSecretArn}' -ne 'none') {
    $rule = "$rules/rule[@name='FromCloudFront']"
    $refuse = @{ type = 'CustomResponse'; statusCode = 403; statusReason = 'Forbidden' }
    # Refuses everything until the pattern is known.
    $unknown = @{ input = '{HTTP_X_ORIGIN_SECRET}'; pattern = '^(?!)'; negate = 'True'; ignoreCase = 'False' }
    Add-WebConfigurationProperty @all -Filter $rules -Name . -Value @{ name = 'FromCloudFront' }
    Set-WebConfigurationProperty @all -Filter "$rule/match" -Name url -Value '^(?!/?health$)'
    Set-WebConfigurationProperty @all -Filter "$rule/action" -Name . -Value $refuse
    Add-WebConfigurationProperty @all -Filter "$rule/conditions" -Name . -Value $unknown
    Set-Content -Path 'C:\ProgramData\origin-secret.ps1' -Encoding ASCII -Value @'
$ErrorActionPreference = 'Stop'
Import-Module WebAdministration
$secret = '${OriginSecretArn}'
$values = foreach ($stage in 'AWSCURRENT', 'AWSPREVIOUS') {
  try {
    (Get-SECSecretValue -SecretId $secret -Region $secret.Split(':')[3] -VersionStage $stage).SecretString
  } catch {
    # A secret that was never rotated has no previous value; any other failure leaves the pattern as it is.
    if ($stage -eq 'AWSCURRENT' -or "$_" -notmatch 'staging label') { throw }
  }
}
$known = @{
  PSPath = 'MACHINE/WEBROOT/APPHOST'
  Filter = "system.webServer/rewrite/globalRules/rule[@name='FromCloudFront']/conditions/add[@negate='True']"
  Name = 'pattern'
}
$pattern = '^(' + ($values -join '|') + ')$'
if ((Get-WebConfigurationProperty @known).Value -cne $pattern) { Set-WebConfigurationProperty @known -Value $pattern }
'@
    & 'C:\ProgramData\origin-secret.ps1'
    $refresh = @{
      TaskName = 'origin-secret'
      User = 'SYSTEM'
      Action = New-ScheduledTaskAction -Execute powershell.exe `
        -Argument '-NoProfile -ExecutionPolicy Bypass -File C:\ProgramData\origin-secret.ps1'
      Trigger = New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes @MINUTES@)
    }
    Register-ScheduledTask @refresh | Out-Null
  }
"""
"""https://learn.microsoft.com/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference"""

LINUX = r"""
if [ '${HttpsOnly}' = true ]; then
echo 'if ($scheme = http) { return 301 https://$host$request_uri; }' > /etc/nginx/fleet.d/1-https.conf
fi
if [ '${OriginSecretArn}' != none ]; then
echo 'if ($from_cloudfront = 0) { return 403; }' > /etc/nginx/fleet.d/2-origin.conf
cat > /usr/local/sbin/origin-secret <<'END'
#!/bin/bash
set -euo pipefail
secret='${OriginSecretArn}'
conf=/etc/nginx/conf.d/origin-secret.conf
region=$(cut -d: -f4 <<< "$secret")
value() {
  aws secretsmanager get-secret-value --region "$region" --secret-id "$secret" --version-stage "$1" \
    --query SecretString --output text
}
current=$(value AWSCURRENT)
# A secret that was never rotated has no previous value; any other failure leaves the file as it is.
if ! previous=$(value AWSPREVIOUS 2>&1); then
  grep --quiet 'staging label' <<< "$previous"
  previous=$current
fi
umask 077
{
  echo 'map_hash_bucket_size 256;'
  echo 'map $http_x_origin_secret $from_cloudfront {'
  echo '  default 0;'
  printf '%s\n' "$current" "$previous" | sort --unique | sed 's/.*/  "&" 1;/'
  echo '}'
} > "$conf.new"
if ! cmp --silent "$conf.new" "$conf"; then
  mv "$conf.new" "$conf"
  systemctl try-reload-or-restart nginx
fi
END
chmod 700 /usr/local/sbin/origin-secret
cat > /etc/systemd/system/origin-secret.service <<'END'
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/origin-secret
END
cat > /etc/systemd/system/origin-secret.timer <<'END'
[Timer]
OnActiveSec=@MINUTES@min
OnUnitActiveSec=@MINUTES@min
[Install]
WantedBy=timers.target
END
/usr/local/sbin/origin-secret
systemctl enable --now origin-secret.timer
fi
"""


def admission(secret: AWSHelperFn, https_only: str) -> Addition:
    """Return what a web server's boot does beside the rest.

    `secret` is the ARN, or `none`; `https_only` the condition under which there is an HTTPS listener to redirect to.
    """
    windows, linux = (text.replace("@MINUTES@", str(MINUTES)) for text in (WINDOWS, LINUX))
    return Addition(windows, linux, {"OriginSecretArn": secret, "HttpsOnly": If(https_only, "true", "false")})
