"use strict";
/**
 * A host of MCP Apps (2026-01-26): shows the view of one tool, gives it the call's input and result, relays its calls.
 * The checks drive it through `host` and read `host.seen`.
 */
const host = {
  seen: [],
  frame: null,
  tools: [],
  context: {},
  isMute: false,

  async relay(method, params) {
    const response = await fetch("/", { method: "POST", body: JSON.stringify({ method, params }) });
    return response.json();
  },

  /** Calls the tool as the model would, and opens its view. */
  async open({ tool = "list", args = {}, context = {}, isMute = false } = {}) {
    host.close();
    host.seen = [];
    host.isMute = isMute;
    host.context = {
      theme: "light", locale: "en-GB", displayMode: "inline", availableDisplayModes: ["inline"], platform: "web",
      containerDimensions: { maxHeight: 6000 }, ...context,
    };
    document.body.dataset.theme = host.context.theme;
    host.tools = (await host.relay("tools/list", {})).result.tools;
    // A gateway may publish the tool under a prefix; the view goes on calling it by its own name.
    const found = host.tools.find((each) => each.name === tool || each.name.endsWith(`_${tool}`));
    host.tool = found;
    host.args = args;
    host.result = await host.relay("tools/call", { name: found.name, arguments: args });
    host.frame = document.createElement("iframe");
    host.frame.title = "Kanban";
    host.frame.sandbox = "allow-scripts";
    host.frame.src = `${document.body.dataset.viewOrigin}/view?uri=${encodeURIComponent(found._meta.ui.resourceUri)}`;
    document.querySelector("main").append(host.frame);
  },

  close() {
    host.frame?.remove();
    host.frame = null;
  },

  send(message) {
    host.frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
  },

  /** Sends a request to the view and waits for its answer. */
  ask(method, params = {}) {
    const id = `host-${Math.random()}`;
    return new Promise((resolve) => {
      const listen = (event) => {
        if (event.source !== host.frame?.contentWindow || event.data.id !== id) return;
        removeEventListener("message", listen);
        resolve(event.data);
      };
      addEventListener("message", listen);
      host.send({ id, method, params });
    });
  },

  change(context) {
    Object.assign(host.context, context);
    document.body.dataset.theme = host.context.theme;
    host.send({ method: "ui/notifications/host-context-changed", params: context });
  },

  deliver(result) {
    host.send({ method: "ui/notifications/tool-result", params: result });
  },

  async answer(message) {
    switch (message.method) {
      case "ui/initialize":
        return {
          result: {
            protocolVersion: "2026-01-26",
            hostInfo: { name: "patchbay-test-host", version: "1" },
            hostCapabilities: { serverTools: {}, openLinks: {}, logging: {} },
            hostContext: { ...host.context, toolInfo: { tool: host.tool } },
          },
        };
      case "tools/call": {
        const tool = host.tools.find(({ name }) => name === message.params.name);
        if (tool?._meta?.ui?.visibility && !tool._meta.ui.visibility.includes("app")) {
          return { error: { code: -32602, message: "This tool is not for views." } };
        }
        const { result, error } = await host.relay("tools/call", message.params);
        return error ? { error } : { result };
      }
      case "ping":
        return { result: {} };
      default:
        return { error: { code: -32601, message: `The host does not know ${message.method}.` } };
    }
  },
};

addEventListener("message", async (event) => {
  if (!host.frame || event.source !== host.frame.contentWindow) return;
  const message = event.data;
  host.seen.push(message);
  if (host.isMute || typeof message.method !== "string") return;
  if (message.id !== undefined) {
    const answer = await host.answer(message);
    host.frame?.contentWindow.postMessage({ jsonrpc: "2.0", id: message.id, ...answer }, "*");
  } else if (message.method === "ui/notifications/initialized") {
    host.send({ method: "ui/notifications/tool-input", params: { arguments: host.args } });
    if (host.result.result) host.deliver(host.result.result);
  } else if (message.method === "ui/notifications/size-changed") {
    host.frame.style.height = `${message.params.height}px`;
  }
});
