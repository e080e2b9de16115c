/**
 * Stands between the client and the browser, before the client loads: messages are lost, workers end, starts
 * fail, frames go, as a test asks for it; and what the client has open is counted.
 */
(() => {
  const RealChannel = globalThis.MessageChannel;
  const realPost = MessagePort.prototype.postMessage;
  const { set: setOnMessage } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");

  /** The page's port of each worker, and of the frame it is in, by generation. */
  const workers = new Map();
  const partners = new WeakMap();
  const handlers = new WeakMap();
  const open = { timers: new Set(), listeners: new Set(), ports: new Set() };
  let stillborn = 0;
  let losing = 0;

  globalThis.MessageChannel = class {
    constructor() {
      const { port1, port2 } = new RealChannel();
      partners.set(port2, port1);
      open.ports.add(port1);
      Object.defineProperties(port1, {
        onmessage: { set: (handler) => listen(port1, handler) },
        postMessage: { value: (data, transfer) => post(port1, data, transfer) },
        close: {
          value() {
            open.ports.delete(port1);
            MessagePort.prototype.close.call(port1);
          },
        },
      });
      this.port1 = port1;
      this.port2 = port2;
    }
  };

  function listen(port, handler) {
    handlers.set(port, handler);
    setOnMessage.call(port, (event) => {
      if (!isLost(event.data)) handlers.get(port)?.(event);
    });
  }

  /** A reply in the middle of a batch: with more than one item in it, none was running alone. */
  function isLost(data) {
    if (losing === 0 || typeof data !== "string" || !data.includes('"kind":"outcomes"')) return false;
    if (JSON.parse(data).outcomes.length < 2) return false;
    losing -= 1;
    return true;
  }

  function post(port, data, transfer) {
    if (data?.kind === "end") workers.delete(data.generation);
    if (data?.kind !== "spawn") return realPost.call(port, data, transfer ?? []);
    const worker = partners.get(transfer[0]);
    workers.set(data.generation, { control: port, port: worker });
    if (stillborn === 0) return realPost.call(port, data, transfer);
    stillborn -= 1;
    const text = JSON.stringify({ kind: "failed", error: { code: "boot", message: "it never drew breath" } });
    queueMicrotask(() => handlers.get(worker)?.({ data: text }));
  }

  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  globalThis.setTimeout = (action, ms, ...rest) => {
    const id = realSet(() => {
      open.timers.delete(id);
      action(...rest);
    }, ms);
    open.timers.add(id);
    return id;
  };
  globalThis.clearTimeout = (id) => {
    open.timers.delete(id);
    realClear(id);
  };

  for (const target of [document, AbortSignal.prototype]) {
    const { addEventListener: add, removeEventListener: remove } = target;
    target.addEventListener = function (type, listener, options) {
      open.listeners.add(listener);
      return add.call(this, type, listener, options);
    };
    target.removeEventListener = function (type, listener) {
      open.listeners.delete(listener);
      return remove.call(this, type, listener);
    };
  }

  /** The newest worker is the spare, where there is one. */
  const newest = () => Math.max(...workers.keys());

  globalThis.faults = {
    /** End a worker and tell the client what a browser tells: that it failed, not why. */
    crash(generation) {
      faults.terminate(generation);
      const { control } = workers.get(generation);
      handlers.get(control)?.({ data: { kind: "worker-error", generation } });
    },
    /** End a worker without a word. */
    terminate(generation) {
      realPost.call(workers.get(generation).control, { kind: "end", generation });
    },
    endNewest: () => faults.terminate(newest()),
    failNextStart: () => {
      stillborn = 1;
    },
    loseNextReply: () => {
      losing += 1;
    },
    /** The frame goes as if its process had ended: nobody is told. */
    loseFrame() {
      const frame = document.querySelector("iframe");
      frame.src = "about:blank";
    },
    left: () => ({
      timers: open.timers.size,
      listeners: open.listeners.size,
      ports: open.ports.size,
      frames: document.querySelectorAll("iframe").length,
    }),
  };
})();
