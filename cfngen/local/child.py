"""The program in which a function of the local AWS runs: `child.py FOLDER MODULE.FUNCTION`, its event on stdin.

It imports nothing of ours: the code that it runs must find what it would find on Lambda, and no more.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass, field
from importlib import import_module


@dataclass(frozen=True)
class Context:
    """What Lambda tells a function about itself.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    aws_request_id: str
    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    log_group_name: str
    timeout_seconds: float
    function_version: str = "$LATEST"
    log_stream_name: str = "local/[$LATEST]local"
    started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds that are left before the function is ended."""
        return max(0, int((self.started + self.timeout_seconds - time.monotonic()) * 1000))


def main() -> None:
    """Call the function with its event and context; an exception of it ends the program with a traceback."""
    folder, handler = sys.argv[1:]
    event = json.load(sys.stdin)
    sys.path.insert(0, folder)
    module, _, name = handler.rpartition(".")
    context = Context(
        aws_request_id=os.environ["CFNGEN_REQUEST_ID"],
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        invoked_function_arn=os.environ["CFNGEN_FUNCTION_ARN"],
        memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        timeout_seconds=float(os.environ["CFNGEN_TIMEOUT"]),
    )
    vars(import_module(module))[name](event, context)


if __name__ == "__main__":
    main()
