"""Which client speaks which revision over what."""

from everything.revisions import R1, R5

from .handshake import HandshakePeer
from .peer import Peer
from .shared_stream import SSEPeer, StdioPeer
from .stateless import StatelessPeer


def client(revision: str, url: str, transport: str = "", capabilities: dict | None = None, **more: object) -> Peer:
    """A client that is not open yet. `url` is an MCP address, or a command for stdio."""
    kind: type[Peer]
    if transport == "stdio":
        kind = StdioPeer
    elif transport == "sse" or (not transport and revision == R1):
        kind = SSEPeer
    else:
        kind = StatelessPeer if revision == R5 else HandshakePeer
    return kind(url, revision, capabilities, **more)  # type: ignore[arg-type]
