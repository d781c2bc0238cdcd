"""AWS: the only place that knows boto3. What botocore raises is translated here, and nowhere else."""
