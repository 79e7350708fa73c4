"""What each revision of the protocol knows, as data."""

R1, R2, R3, R4, R5 = REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
SHORT = dict(zip(REVISIONS, ("r1", "r2", "r3", "r4", "r5"), strict=True))
LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")

PREFIX = "io.modelcontextprotocol/"
VERSION = PREFIX + "protocolVersion"
CAPABILITIES = PREFIX + "clientCapabilities"
CLIENT_INFO = PREFIX + "clientInfo"
SERVER_INFO = PREFIX + "serverInfo"
LOG_LEVEL = PREFIX + "logLevel"
SUBSCRIPTION = PREFIX + "subscriptionId"
RELATED_TASK = PREFIX + "related-task"
TASKS = PREFIX + "tasks"
UI = PREFIX + "ui"
UI_TYPE = "text/html;profile=mcp-app"

_SHARED = {
    "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read", "prompts/list",
    "prompts/get", "completion/complete",
}  # fmt: skip
_HANDSHAKE = _SHARED | {"initialize", "ping", "resources/subscribe", "resources/unsubscribe", "logging/setLevel"}
METHODS = {
    R1: _HANDSHAKE,
    R2: _HANDSHAKE,
    R3: _HANDSHAKE,
    R4: _HANDSHAKE | {"tasks/get", "tasks/result", "tasks/list", "tasks/cancel"},
    R5: _SHARED | {"server/discover", "subscriptions/listen", "tasks/get", "tasks/update", "tasks/cancel"},
}
NOTIFICATIONS = {
    revision: {"notifications/initialized", "notifications/cancelled", "notifications/progress",
               "notifications/roots/list_changed"} for revision in (R1, R2, R3, R4)
} | {R5: {"notifications/cancelled"}}  # fmt: skip
NOTIFICATIONS[R4] = NOTIFICATIONS[R4] | {"notifications/tasks/status"}
MAY_ASK = {"tools/call", "prompts/get", "resources/read"}
CACHEABLE = {
    "server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list", "resources/read",
}  # fmt: skip

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
RESOURCE_NOT_FOUND, URL_ELICITATION_REQUIRED = -32002, -32042
HEADER_MISMATCH, MISSING_CAPABILITY, UNSUPPORTED_VERSION = -32020, -32021, -32022


class Failure(Exception):
    """A JSON-RPC error on its way out."""

    def __init__(self, code: int, message: str, data: object = None, status: int = 200):
        super().__init__(message)
        self.code, self.message, self.data, self.status = code, message, data, status

    def body(self) -> dict:
        return {"code": self.code, "message": self.message} | ({} if self.data is None else {"data": self.data})


def since(revision: str, first: str) -> bool:
    return REVISIONS.index(revision) >= REVISIONS.index(first)
