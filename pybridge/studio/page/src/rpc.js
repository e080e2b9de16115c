/** JSON-RPC over this server: requests by fetch, events as a stream. The token never leaves this page's origin. */

/** What the service answers with instead of a result. */
export class RpcError extends Error {
  /** @param {{code: string, message: string, hint?: string}} value error.v1 */
  constructor(value) {
    super(value.message);
    this.name = "RpcError";
    this.value = value;
  }
}

const OFFLINE = {
  code: "unavailable",
  message: "the studio's server does not answer",
  hint: "is `pybridge studio` still running? Start it again and open the address it prints; unsaved changes are kept here",
};

/** @param {string} token */
export function createRpc(token) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  // Several pages share one service, and a request is cancelled by its id.
  const prefix = crypto.randomUUID();
  let lastId = 0;

  /**
   * @param {string} path
   * @param {unknown} body
   */
  async function post(path, body) {
    let response;
    try {
      response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    } catch {
      throw new RpcError(OFFLINE);
    }
    const answer = await response.json().catch(() => ({ error: { ...OFFLINE, message: `status ${response.status}` } }));
    if (!response.ok)
      throw new RpcError({ code: "unavailable", message: `status ${response.status}`, ...answer.error });
    return answer;
  }

  return {
    /**
     * @param {string} method
     * @param {object} [params]
     * @returns {Promise<any>}
     */
    async call(method, params = {}) {
      lastId += 1;
      const answer = await post("/rpc", { jsonrpc: "2.0", id: `${prefix}:${lastId}`, method, params });
      if (answer.error) {
        throw new RpcError(answer.error.data ?? { code: "internal", message: answer.error.message });
      }
      return answer.result;
    },

    /**
     * @param {string} path of a picture, video or sound of the project
     * @returns {Promise<Blob>}
     */
    async file(path) {
      const url = `/media/${path.split("/").map(encodeURIComponent).join("/")}`;
      const response = await fetch(url, { headers: { authorization: headers.authorization } });
      if (response.ok) return response.blob();
      const { error } = await response.json().catch(() => ({ error: OFFLINE }));
      throw new RpcError(error);
    },

    /**
     * Hear events until *signal* ends it; a lost connection is taken up again, unless the server has another key now.
     * @param {(event: {method: string, params: any}) => void} onEvent
     * @param {(isOnline: boolean, isLocked?: boolean) => void} onConnection
     * @param {AbortSignal} signal
     */
    async listen(onEvent, onConnection, signal) {
      while (!signal.aborted) {
        try {
          const response = await fetch("/events", { headers, signal });
          if (response.status === 401) return onConnection(false, true);
          if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
          onConnection(true);
          await readEvents(response.body, onEvent);
        } catch {
          // Whatever it was, the remedy is the same.
        }
        if (signal.aborted) return;
        onConnection(false);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    },
  };
}

/**
 * A way to the service: `file` where the page can have a project's pictures by it.
 * @typedef {Omit<ReturnType<typeof createRpc>, "file"> & Partial<Pick<ReturnType<typeof createRpc>, "file">>} Rpc
 */

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(event: any) => void} onEvent
 */
async function readEvents(stream, onEvent) {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let kept = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    kept += decoder.decode(value, { stream: true });
    const whole = kept.split("\n\n");
    kept = whole.pop() ?? "";
    for (const event of whole) {
      if (event.startsWith("data: ")) onEvent(JSON.parse(event.slice("data: ".length)));
    }
  }
}

/**
 * Take the token from the address, where only this page sees it, and hide it there.
 * @returns {string | null}
 */
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("token");
}
