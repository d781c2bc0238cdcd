"""What CloudFormation's expressions are worth, as far as it can be told before anything is deployed."""
