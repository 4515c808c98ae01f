"""Calls AWS operations at one endpoint: reads and writes one JSON object per line. botocore signs and encodes.

In: {"service": "cognito-idp", "region": "eu-west-1", "operation": "create_user_pool", "parameters": {...}}
Out: {"ok": {...}} or {"error": "..."}
"""

import json
import sys

import botocore.session
from botocore.config import Config

endpoint = sys.argv[1]
config = Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=60)
session = botocore.session.Session(include_builtin_handlers=True)
clients = {}


def client(service, region):
    if (service, region) not in clients:
        clients[service, region] = session.create_client(
            service, region, endpoint_url=endpoint, config=config,
            aws_access_key_id="test", aws_secret_access_key="test")
    return clients[service, region]


def plain(value):
    return value.read().decode() if hasattr(value, "read") else str(value)


for line in sys.stdin:
    call = json.loads(line)
    try:
        operation = getattr(client(call["service"], call["region"]), call["operation"])
        answer = {"ok": operation(**call["parameters"])}
    except Exception as error:
        answer = {"error": f"{call['operation']}: {error}"}
    print(json.dumps(answer, default=plain), flush=True)
