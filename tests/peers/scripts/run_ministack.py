"""Runs ministack until standard input ends, with one addition: a user pool with the tag `ms-custom-id` gets that id.

ministack knows the tag from REST APIs. A generated client is made for one pool, so the pool has to have its id; what
ministack verifies is as it was.
"""

import os
import sys
import threading

from ministack import app
from ministack.services import cognito

create_user_pool, pool_id = cognito._create_user_pool, cognito._pool_id
wanted = threading.local()


def create_user_pool_by_tag(data):
    wanted.id = (data.get("UserPoolTags") or {}).get("ms-custom-id")
    try:
        return create_user_pool(data)
    finally:
        wanted.id = None


def wait_for_the_end():
    while os.read(0, 4096):
        pass
    os._exit(0)


cognito._create_user_pool = create_user_pool_by_tag
cognito._pool_id = lambda: getattr(wanted, "id", None) or pool_id()
threading.Thread(target=wait_for_the_end, daemon=True).start()
sys.argv = sys.argv[:1]
app.main()
