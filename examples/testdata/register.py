"""register.py FILE: would ECS take this task definition?

botocore judges the names and types of all parameters, as for a real request, and moto, a server in this process, registers
it. What both leave to ECS itself, such as which values there are and how much memory Fargate gives with how much processor,
cfn-lint knows of the same definition in CloudFormation's spelling.
"""

import json
import os
import sys

os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "eu-central-1"}

import boto3
import cfnlint.api
from botocore.exceptions import BotoCoreError, ClientError
from moto import mock_aws


def spelled(value, name=""):
    """CloudFormation's names begin with capitals; those within options and labels are the user's."""
    if isinstance(value, list):
        return [spelled(v) for v in value]
    if isinstance(value, dict) and name not in ("options", "dockerLabels"):
        return {k[0].upper() + k[1:]: spelled(v, k) for k, v in value.items()}
    return value


with open(sys.argv[1]) as file:
    definition = json.load(file)
try:
    with mock_aws():
        registered = boto3.client("ecs").register_task_definition(**definition)["taskDefinition"]
except (BotoCoreError, ClientError) as error:
    sys.exit(str(error))
task = {"Type": "AWS::ECS::TaskDefinition", "Properties": spelled(definition)}
template = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Task": task}})
if findings := cfnlint.api.lint(template):
    sys.exit("\n".join(map(str, findings)))
print("registered", registered["taskDefinitionArn"])
