/** JSON-RPC over HTTP: requests by fetch, events as a stream. The key is sent to this page's origin only. */

/** An error response of the service. */
export class RpcError extends Error {
  /** @param {{code: string, message: string, hint?: string}} value error.v1 */
  constructor(value) {
    super(value.message);
    this.name = "RpcError";
    this.value = value;
  }
}

/** How long to wait before connecting again. */
const RECONNECT_MS = 1000;

export const OFFLINE = {
  code: "unavailable",
  message: "the studio's server does not answer",
  hint: "is `pybridge studio` still running? Start it again and open the address it prints; unsaved changes are kept here",
};

/** @param {string} key of the session, see session.js */
export function createRpc(key) {
  const authorization = `Bearer ${key}`;
  // Several pages share one service, and a request is cancelled by its id.
  const prefix = crypto.randomUUID();
  let lastId = 0;

  return {
    /**
     * @param {string} method
     * @param {object} [params]
     * @returns {Promise<any>}
     */
    async call(method, params = {}) {
      lastId += 1;
      const answer = await post(authorization, { jsonrpc: "2.0", id: `${prefix}:${lastId}`, method, params });
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
      const response = await fetch(url, { headers: { authorization } });
      if (response.ok) return response.blob();
      const { error } = await response.json().catch(() => ({ error: OFFLINE }));
      throw new RpcError(error);
    },

    /**
     * Receive events until *signal* aborts; reconnects after a lost connection, unless the session has ended.
     * @param {(event: {method: string, params: any}) => void} onEvent
     * @param {(isOnline: boolean, isLocked?: boolean) => void} onConnection
     * @param {AbortSignal} signal
     */
    async listen(onEvent, onConnection, signal) {
      while (!signal.aborted) {
        const isRefused = await listenOnce(authorization, onEvent, () => onConnection(true), signal);
        if (isRefused) return onConnection(false, true);
        if (signal.aborted) return;
        onConnection(false);
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      }
    },
  };
}

/**
 * A connection to the service; `file` is missing if it gives no access to the project's media files.
 * @typedef {Omit<ReturnType<typeof createRpc>, "file"> & Partial<Pick<ReturnType<typeof createRpc>, "file">>} Rpc
 */

/**
 * @param {string} authorization
 * @param {unknown} body
 */
async function post(authorization, body) {
  const headers = { authorization, "content-type": "application/json" };
  let response;
  try {
    response = await fetch("/rpc", { method: "POST", headers, body: JSON.stringify(body) });
  } catch {
    throw new RpcError(OFFLINE);
  }
  const answer = await response.json().catch(() => ({ error: { ...OFFLINE, message: `status ${response.status}` } }));
  if (!response.ok) throw new RpcError({ code: "unavailable", message: `status ${response.status}`, ...answer.error });
  return answer;
}

/**
 * Receive events until the connection is lost.
 * @param {string} authorization
 * @param {(event: any) => void} onEvent
 * @param {() => void} onOpen
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether the session has ended
 */
async function listenOnce(authorization, onEvent, onOpen, signal) {
  try {
    const response = await fetch("/events", { headers: { authorization }, signal });
    if (response.status === 401) return true;
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    onOpen();
    await readEvents(response.body, onEvent);
  } catch {
    // Every failure is handled alike: the caller connects again.
  }
  return false;
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(event: any) => void} onEvent
 */
async function readEvents(stream, onEvent) {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let pending = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    pending += decoder.decode(value, { stream: true });
    const whole = pending.split("\n\n");
    pending = whole.pop() ?? "";
    for (const event of whole) {
      if (event.startsWith("data: ")) onEvent(JSON.parse(event.slice("data: ".length)));
    }
  }
}
