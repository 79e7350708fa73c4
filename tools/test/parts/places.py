"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORK = ROOT / ".build" / "test"
BINARY = Path(os.environ.get("PATCHBAY_BINARY") or ROOT / ".build" / "release" / "patchbay")
# Clients and servers of others, kept outside of this repository because they are not ours.
PEERS = Path(os.environ.get("PATCHBAY_PEERS") or ROOT.parent / "shared" / "peers")
