"""Starts the host: `python -m genie_provider.plugin ENGINE_ADDRESS` prints its port and serves.

Standard output belongs to the engine: the port is its first line, and the host adds none.
"""

from __future__ import annotations

import os
import sys
import threading

# gRPC's own traces print whole messages, the stack's secrets among them.
os.environ.pop("GRPC_TRACE", None)
os.environ["GRPC_VERBOSITY"] = "ERROR"

_MESSAGE_SIZE_BYTES = 400 * 1024 * 1024  # as the stock host
_METADATA_SIZE_BYTES = 16 * 1024 * 1024  # error texts travel as metadata
_OPTIONS = [
    ("grpc.max_receive_message_length", _MESSAGE_SIZE_BYTES),
    ("grpc.max_send_message_length", _MESSAGE_SIZE_BYTES),
    ("grpc.max_metadata_size", _METADATA_SIZE_BYTES),
    ("grpc.absolute_max_metadata_size", _METADATA_SIZE_BYTES),
    ("grpc.server_max_unrequested_time_in_server", 30 * 60),
    ("grpc.so_reuseport", 0),
]
_THREADS = 256  # made when needed; --parallel decides how many are


def _load_ahead() -> None:
    """What the first request of every project needs, while the engine still starts the program."""
    import genie_provider.client.http.session
    import genie_provider.reconcile.space  # noqa: F401


def main() -> None:
    """Serves until the engine is done or gone."""
    from concurrent import futures

    import grpc

    from genie_provider.config import garbage_collection
    from genie_provider.pulumi_sdk.messages import provider_pb2_grpc

    from .log import EngineLog
    from .servicer import Servicer
    from .shutdown import Shutdown

    shutdown = Shutdown()
    # The engine's address is the last argument; flags for its own logs may come before it.
    engine_log = EngineLog(sys.argv[-1] if len(sys.argv) > 1 else "")
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=_THREADS), options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(engine_log, shutdown), server)
    port = server.add_insecure_port("127.0.0.1:0")
    shutdown.watch()
    garbage_collection.look_rarely()
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Thread(target=_load_ahead, daemon=True).start()
    shutdown.wait()
    os._exit(0)  # threads that still read from the workspace must not hold up the engine


if __name__ == "__main__":
    main()
