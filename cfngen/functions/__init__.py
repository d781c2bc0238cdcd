"""Functions that run on AWS: each module's text goes into a template, as the code of a Lambda function.

Such a module imports the standard library, boto3 and botocore only, and has at most 4,096 characters:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""
