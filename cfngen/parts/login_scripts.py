"""What makes the application's login on a database: SQL Server through PowerShell, PostgreSQL through psql.

Both may be run again: then the login gets the password that its secret has now. Both check the server's
certificate against RDS's own authorities:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
"""

from __future__ import annotations

SQL_SERVER = r"""$ErrorActionPreference = 'Stop'
[Net.ServicePointManager]::SecurityProtocol = 'Tls12'
$bundle = "$env:TEMP\rds.p7b"
$source = 'https://truststore.pki.rds.amazonaws.com/${AWS::Region}/${AWS::Region}-bundle.p7b'
Invoke-WebRequest -UseBasicParsing -Uri $source -OutFile $bundle
Import-Certificate -FilePath $bundle -CertStoreLocation Cert:\LocalMachine\Root | Out-Null
function Read-Secret($id) {
  (Get-SECSecretValue -SecretId $id -Region '${AWS::Region}').SecretString | ConvertFrom-Json
}
$master = Read-Secret '${Master}'
$app = Read-Secret '${App}'
$settings = New-Object System.Data.SqlClient.SqlConnectionStringBuilder
$settings['Data Source'] = 'tcp:${Host},${Port}'
$settings['User ID'] = $master.username
$settings['Password'] = $master.password
$settings['Encrypt'] = $true
$settings['TrustServerCertificate'] = $false
$connection = New-Object System.Data.SqlClient.SqlConnection $settings.ConnectionString
$connection.Open()
function Invoke-Sql($text) {
  $command = $connection.CreateCommand()
  $command.CommandText = $text
  $command.Parameters.AddWithValue('@login', $app.username) | Out-Null
  $command.Parameters.AddWithValue('@password', $app.password) | Out-Null
  $command.Parameters.AddWithValue('@database', $app.dbname) | Out-Null
  $command.ExecuteNonQuery() | Out-Null
}
try {
  Invoke-Sql "DECLARE @verb nvarchar(9) = IIF(SUSER_ID(@login) IS NULL, N'CREATE', N'ALTER');
    DECLARE @sql nvarchar(max) = @verb + N' LOGIN ' + QUOTENAME(@login)
      + N' WITH PASSWORD = ' + QUOTENAME(@password, '''');
    EXEC (@sql);"
  Invoke-Sql "IF DB_ID(@database) IS NULL
    BEGIN DECLARE @sql nvarchar(max) = N'CREATE DATABASE ' + QUOTENAME(@database); EXEC (@sql); END"
  $connection.ChangeDatabase($app.dbname)
  Invoke-Sql "IF DATABASE_PRINCIPAL_ID(@login) IS NULL
    BEGIN DECLARE @sql nvarchar(max) = N'CREATE USER ' + QUOTENAME(@login) + N' FOR LOGIN ' + QUOTENAME(@login);
    EXEC (@sql); END"
  foreach ($role in 'db_datareader', 'db_datawriter', 'db_ddladmin') {
    Invoke-Sql "DECLARE @sql nvarchar(max) = N'ALTER ROLE $role ADD MEMBER ' + QUOTENAME(@login); EXEC (@sql);"
  }
} finally {
  $connection.Close()
}
"""
"""`${Master}` and `${App}` are the secrets' ARNs; parameters and QUOTENAME keep values out of the SQL."""

POSTGRES = r"""set -euo pipefail
dnf install --assumeyes --quiet postgresql17 jq
curl --fail --silent --show-error --output /tmp/rds.pem \
  'https://truststore.pki.rds.amazonaws.com/${AWS::Region}/${AWS::Region}-bundle.pem'
secret() {
  aws secretsmanager get-secret-value --region '${AWS::Region}' --secret-id "$1" --query SecretString --output text
}
master=$(secret '${Master}')
app=$(secret '${App}')
export PGHOST='${Host}' PGPORT='${Port}' PGDATABASE=postgres PGSSLMODE=verify-full PGSSLROOTCERT=/tmp/rds.pem
export PGUSER=$(jq --raw-output .username <<< "$master") PGPASSWORD=$(jq --raw-output .password <<< "$master")
export APP_LOGIN=$(jq --raw-output .username <<< "$app") APP_PASSWORD=$(jq --raw-output .password <<< "$app")
export APP_DATABASE=$(jq --raw-output .dbname <<< "$app")
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\getenv login APP_LOGIN
\getenv password APP_PASSWORD
\getenv database APP_DATABASE
SELECT format('CREATE ROLE %I LOGIN', :'login')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'login') \gexec
ALTER ROLE :"login" PASSWORD :'password';
GRANT :"login" TO CURRENT_USER;
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'login')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SQL
"""
"""`\\getenv` keeps passwords out of the list of processes; it needs psql 15 or newer."""
