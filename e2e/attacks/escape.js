/**
 * What JavaScript tries in the worker's realm once it got out of Python: everything that would reach the
 * network, the storage, the page, or the port to the host. Resolves with the names of what was reached; a request counts by the server's
 * log, not by what is seen here.
 */
globalThis.tryEverything = async (/** @type {string} */ server) => {
  const scope = globalThis;
  /** @type {string[]} */
  const reached = [];
  const within = (promise, ms) =>
    Promise.race([
      promise,
      new Promise((_, reject) => {
        const until = performance.now() + ms;
        const look = () => (performance.now() > until ? reject(new Error("no answer")) : Promise.resolve().then(wait));
        const wait = () => (scope.setTimeout ? scope.setTimeout(look, 20) : reject(new Error("no timer")));
        wait();
      }),
    ]);
  const attempt = async (name, work, ms = 1500) => {
    try {
      await within(Promise.resolve(work()), ms);
      reached.push(name);
    } catch {
      // Refused, absent, or silent: all the same from here.
    }
  };
  const until = (target, good, bad) =>
    new Promise((resolve, reject) => {
      target[`on${good}`] = resolve;
      for (const name of bad) target[`on${name}`] = () => reject(new Error(name));
    });
  const url = (name) => `${server}/escaped/${name}?secret=1`;
  const blob = (text) => scope.URL.createObjectURL(new scope.Blob([text], { type: "text/javascript" }));

  // Network.
  await attempt("fetch", () => scope.fetch(url("fetch"), { mode: "no-cors" }));
  await attempt("fetch-post", () =>
    scope.fetch(url("post"), { method: "POST", body: "x", mode: "no-cors", keepalive: true }),
  );
  await attempt("xhr", () => {
    const request = new scope.XMLHttpRequest();
    request.open("GET", url("xhr"), false);
    request.send();
  });
  await attempt("websocket", () =>
    until(new scope.WebSocket(url("websocket").replace("http", "ws")), "open", ["error", "close"]),
  );
  await attempt("websocket-stream", () => new scope.WebSocketStream(url("stream").replace("http", "ws")).opened);
  await attempt("event-source", () => until(new scope.EventSource(url("event-source")), "open", ["error"]));
  await attempt("beacon", () => {
    if (!scope.navigator.sendBeacon(url("beacon"), "x")) throw new Error("refused");
  });
  await attempt("web-transport", () => new scope.WebTransport(url("transport").replace("http:", "https:")).ready);
  await attempt("web-rtc", () =>
    new scope.RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:3478" }] }).createOffer(),
  );
  await attempt("font", () => new scope.FontFace("x", `url(${url("font")})`).load());
  await attempt("image", () => until(Object.assign(new scope.Image(), { src: url("image") }), "load", ["error"]));
  await attempt("import-scripts", () => scope.importScripts(url("import-scripts")));
  await attempt("import-scripts-blob", () => scope.importScripts(blob("globalThis.pwned = 1")));
  await attempt("import-scripts-data", () => scope.importScripts("data:text/javascript,globalThis.pwned=1"));
  await attempt("import-url", () => import(url("import")));
  await attempt("import-data", () => import("data:text/javascript,export default 1"));
  await attempt("import-blob", () => import(blob("export default 1")));
  await attempt("wasm-streaming", () => scope.WebAssembly.compileStreaming(scope.fetch(url("wasm"))));
  await attempt("cache-add", async () => (await scope.caches.open("escaped")).add(url("cache")));

  // Other realms.
  await attempt("worker-blob", () =>
    until(
      new scope.Worker(
        blob(`postMessage(1); fetch("${url("nested")}"); new WebSocket("${url("nested").replace("http", "ws")}")`),
      ),
      "message",
      ["error"],
    ),
  );
  await attempt("worker-data", () =>
    until(new scope.Worker("data:text/javascript,postMessage(1)"), "message", ["error"]),
  );
  await attempt("worker-url", () => until(new scope.Worker(url("worker")), "message", ["error"]));
  await attempt("shared-worker", () => new scope.SharedWorker(blob("")).port.start());
  await attempt("service-worker", () => scope.navigator.serviceWorker.register(url("service-worker")));

  // Strings as code.
  await attempt("eval", () => scope.eval("1"));
  await attempt("function", () => Function("return 1")());
  await attempt("async-function", () => (async () => {}).constructor("return 1")());
  await attempt("generator", () => function* () {}.constructor("yield 1")().next());
  await attempt("async-generator", () => async function* () {}.constructor("yield 1")().next());
  await attempt("through-an-object", () => [].filter.constructor("return 1")());
  await attempt("through-reflect", () => Reflect.construct(Function, ["return 1"])());
  await attempt(
    "timer-string",
    () =>
      new Promise((resolve, reject) => {
        scope.setTimeout("globalThis.timerRan = 1", 0);
        scope.setTimeout(() => (scope.timerRan ? resolve(1) : reject(new Error("did not run"))), 50);
      }),
  );

  // Storage and channels of the origin.
  // The first use of a storage makes its files.
  const indexed = () => until(scope.indexedDB.open("escaped"), "success", ["error", "blocked"]);
  await attempt("indexed-db", indexed, 15_000);
  await attempt("caches", () => scope.caches.open("escaped"), 15_000);
  await attempt("opfs", () => scope.navigator.storage.getDirectory(), 15_000);
  await attempt("locks", () => scope.navigator.locks.request("escaped", { ifAvailable: true }, () => 1));
  await attempt("cookies", () => scope.cookieStore.set("escaped", "1"));
  await attempt("local-storage", () => scope.localStorage.setItem("escaped", "1"));
  await attempt("broadcast", () => {
    const channel = new scope.BroadcastChannel("escaped");
    channel.postMessage("secret");
  });

  // The page, by the way the worker was started.
  await attempt("post-to-creator", () => {
    for (const kind of ["set-up", "module", "spawned", "worker-error", "failed"])
      scope.postMessage({ kind, module: {}, generation: 1 });
  });
  await attempt("close", () => {
    if (typeof scope.close !== "function") throw new Error("absent");
  });

  // The port: whatever the message loop touches is replaced by something that takes notes.
  scope.caught = [];
  const { apply } = Reflect;
  const { toString: nameOf } = Object.prototype;
  let isNoting = false;
  const note = (value) => {
    if (isNoting) return;
    isNoting = true;
    const name = apply(nameOf, value, []);
    if (name === "[object MessagePort]" || name === "[object MessageEvent]") scope.caught[scope.caught.length] = value;
    isNoting = false;
  };
  const spyOn = (holder, key) => {
    const found = holder && Object.getOwnPropertyDescriptor(holder, key);
    if (!found?.configurable) return;
    const wrap = (original) =>
      typeof original !== "function"
        ? original
        : function (...given) {
            note(this);
            for (let index = 0; index < given.length; index += 1) note(given[index]);
            return apply(original, this, given);
          };
    const spied =
      "value" in found
        ? { ...found, value: wrap(found.value) }
        : { ...found, get: found.get && wrap(found.get), set: found.set && wrap(found.set) };
    Object.defineProperty(holder, key, spied);
  };
  const prototypes = [
    Function,
    Object,
    String,
    Array,
    Promise,
    scope.MessageEvent,
    scope.MessagePort,
    scope.Event,
    scope.EventTarget,
    scope.TextDecoder,
  ];
  for (const { prototype } of prototypes.filter(Boolean)) {
    for (const key of Reflect.ownKeys(prototype)) {
      if (key !== "constructor" && key !== "apply") spyOn(prototype, key);
    }
  }
  for (const holder of [JSON, Reflect, scope.performance && Object.getPrototypeOf(scope.performance)]) {
    for (const key of holder ? Reflect.ownKeys(holder) : []) if (key !== "apply") spyOn(holder, key);
  }
  scope.addEventListener?.("message", note);
  return reached;
};
