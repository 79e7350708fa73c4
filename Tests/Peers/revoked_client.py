"""A client of others whose access is taken back while it rests: it must notice, sign in again by itself, and go on.

    python revoked_client.py PEERS URL sdk|fastmcp

Says `connected` when it has called once, waits for a line, and calls again.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path


async def sdk(url: str) -> tuple[object, object]:
    import client_python_mcp as peer

    words = argparse.Namespace(url=url, redirect_uri="http://127.0.0.1:33418/callback", scope=None, token_auth="none", client_id=None,
                               client_secret=None, client_metadata_url=None, mode="auto", transport="http", auth="oauth", token=None)  # fmt: skip
    log: dict = {}
    auth = peer.oauth(words, peer.Store(), log)

    async def call() -> int:
        async with peer.connect(words, auth, {}) as client:
            return len((await client.list_tools()).tools)

    return call, lambda: log.get("authorizations", 0)


async def fastmcp(url: str) -> tuple[object, object]:
    import client_fastmcp as peer

    auth = peer.OAuth(callback_timeout=30)

    async def call() -> int:
        async with peer.Client(peer.StreamableHttpTransport(url, auth=auth)) as client:
            return len(await client.list_tools())

    return call, lambda: peer.seen["authorizations"]


async def main() -> int:
    peers, url, kind = sys.argv[1:]
    sys.path.insert(0, str(Path(peers)))
    call, authorizations = await {"sdk": sdk, "fastmcp": fastmcp}[kind](url)
    seen = [(await call() > 0, "the first call"), (authorizations() == 1, "one sign-in")]
    print("connected", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    seen += [(await call() > 0, "the call after the revocation"), (authorizations() == 2, "a second sign-in")]
    failed = [name for is_right, name in seen if not is_right]
    print(f"{'FAIL' if failed else 'PASS'} revoked_client: {len(seen) - len(failed)} passed, {len(failed)} failed, 0 skipped {failed}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
