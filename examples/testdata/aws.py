"""aws.py ARGUMENT...: stands in for the AWS CLI where nobody has an account.

The CLI itself judges the arguments, before it finds nobody at the address that it is given. A --query then shows what it
makes of the answer that answers.json has for the operation, by the library that the CLI uses: one that finds nothing fails.
"""

import json
import os
import pathlib
import subprocess
import sys

import jmespath

NOBODY = "http://127.0.0.1:1"

here, words = pathlib.Path(__file__).parent, sys.argv[1:]
cli = [sys.executable, pathlib.Path(sys.executable).parent / "aws", *words, "--endpoint-url", NOBODY]
judged = subprocess.run(cli, capture_output=True, text=True, env=os.environ | {
    "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "eu-central-1", "AWS_MAX_ATTEMPTS": "1",
    "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
})
if "Could not connect to the endpoint" not in judged.stderr:
    sys.exit(judged.stderr)
if "--query" in words:
    query = words[words.index("--query") + 1]
    found = jmespath.search(query, json.loads((here / "answers.json").read_text())[words[1]])
    if not found or "null" in json.dumps(found):
        sys.exit(f"{query}: finds {found}")
    print(json.dumps(found))
