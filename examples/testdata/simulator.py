"""simulator.py ENDPOINT: does fleet's simulator speak as AWS does?

botocore, which has AWS' own models, asks it: each name in an answer must be one of the model's, with a value of its type.
What it refuses, moto, a simulator of others', must refuse in the same words.
"""

import json
import os
import sys
import xml.etree.ElementTree as ElementTree

os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "eu-central-1"}

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

TYPES = {"string": str, "integer": int, "long": int, "boolean": bool, "timestamp": (int, float), "double": float}
wrong, held = [], set()


def hold(value, shape, where):
    """A value of JSON against a shape of the model."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in value:
            if name in shape.members:
                held.add(f"{shape.name}.{name}")
                hold(value[name], shape.members[name], f"{where}.{name}")
            else:
                wrong.append(f"{where}: {shape.name} has no {name}")
    elif shape.type_name == "list" and isinstance(value, list):
        for each in value:
            hold(each, shape.member, where)
    elif not isinstance(value, TYPES.get(shape.type_name, ())):
        wrong.append(f"{where}: {value!r} is no {shape.type_name}")


def hold_xml(node, shape, where):
    """The same for EC2's XML, whose values are all texts."""
    if shape.type_name == "list":
        for each in node:
            hold_xml(each, shape.member, where)
    elif shape.type_name == "structure":
        spelled = {m.serialization.get("name", n): m for n, m in shape.members.items()}
        for child in node:
            name = child.tag.partition("}")[2]
            if name in spelled:
                held.add(f"{shape.name}.{name}")
                hold_xml(child, spelled[name], f"{where}.{name}")
            elif (where, name) != ("DescribeInstances", "requestId"):  # of each answer, and in no shape
                wrong.append(f"{where}: {shape.name} has no {name}")


def answered(operation_model, response_dict, **_):
    if response_dict["status_code"] == 200:
        shape, name, body = operation_model.output_shape, operation_model.name, response_dict["body"]
        if body.startswith(b"<"):
            hold_xml(ElementTree.fromstring(body), shape, name)
        else:
            hold(json.loads(body), shape, name)


def clients(endpoint=None):
    made = [boto3.client(name, endpoint_url=endpoint) for name in ("ecs", "ec2")]
    for client in made:
        client.meta.events.register("before-parse", answered)
    return made


def refusals(ecs, ec2):
    """How wrong questions are refused: in which words."""
    words = {}
    for name, ask in {
        "no cluster": lambda: ecs.describe_tasks(cluster="nowhere", tasks=["0"]),
        "no definition": lambda: ecs.describe_task_definition(taskDefinition="nothing:1"),
        "gone": lambda: ec2.describe_instances(InstanceIds=["i-0000000000000dead"]),
    }.items():
        try:
            ask()
            words[name] = "answered"
        except ClientError as error:
            words[name] = error.response["Error"]["Code"], error.response["Error"]["Message"]
    return words


ecs, ec2 = clients(sys.argv[1])
tasks = [arn for page in ecs.get_paginator("list_tasks").paginate() for arn in page["taskArns"]]
described = ecs.describe_tasks(tasks=tasks + ["0" * 32])
instances = ecs.describe_container_instances(containerInstances=[t["containerInstanceArn"] for t in described["tasks"] if "containerInstanceArn" in t])
for task in described["tasks"]:
    ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])
machines = ec2.describe_instances(InstanceIds=[i["ec2InstanceId"] for i in instances["containerInstances"]])
print(len(described["tasks"]), "tasks on", machines["Reservations"][0]["Instances"][0]["PrivateIpAddress"], "and", len(described["failures"]), "missing:", len(held), "names held")

ours = refusals(ecs, ec2)
with mock_aws():
    theirs = refusals(*clients())
if ours != theirs:
    wrong.append(f"refused otherwise than by moto: {ours}, {theirs}")
if wrong:
    sys.exit("\n".join(wrong))
