"""Free TCP ports on loopback."""

import socket
from contextlib import ExitStack


def free_ports(number: int) -> list[int]:
    """That many different ports that nobody listens to now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for item in sockets:
            item.bind(("127.0.0.1", 0))
        return [int(item.getsockname()[1]) for item in sockets]
