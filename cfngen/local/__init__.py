"""The local AWS: moto's services plus the CloudFormation that moto lacks, over HTTP on 127.0.0.1."""
