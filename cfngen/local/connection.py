"""How connections of the local AWS are served: quiet, and closed at once where an answer is dropped."""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler


class QuietHandler(MotoRequestHandler):
    """Serves one connection: quiet, and without delay for small answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, the parent's name
        """Say nothing: the program that runs the local AWS is the only one that prints."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:  # noqa: ARG002
        """Close the connection, so that the client notices at once."""
        self.close_connection = True
