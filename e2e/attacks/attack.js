/**
 * One attack in one round trip: traces, a fresh worker if wanted, the payload, traces again.
 * The worker that follows a fresh one boots before the attack: its boot takes nothing of the payload's time.
 *
 * Evaluated in the page of the client, so it leaves no name behind there.
 * @param {{path: string, source: string, call: unknown, benign: unknown, isFresh: boolean}} attack
 */
async ({ path, source, call, benign, isFresh }) => {
  /** @type {(operation: string, request?: object) => Promise<any>} */
  const ask = async (operation, request = {}) => {
    const answer = JSON.parse(await globalThis.pybridgeCall(operation, JSON.stringify(request)));
    if (answer.error) throw new Error(`${operation}: ${JSON.stringify(answer.error)}`);
    return answer.value;
  };
  const names = (/** @type {object} */ value) => Object.getOwnPropertyNames(value).sort().join(" ");
  // The client opens a frame for each script that is not self-contained; as globals, frames have numbers.
  const own = 'iframe[sandbox="allow-scripts"][src$="/frame.htm"]';
  const look = async () => ({
    globals: names(globalThis).replace(/^(?:\d+ )+/, ""),
    prototypes: [Object, Array, Function, Promise, String, MessagePort].map((each) => names(each.prototype)).join("|"),
    polluted: String(/** @type {any} */ ({}).polluted),
    cookie: document.cookie,
    storage: localStorage.length + sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    locks: (await navigator.locks.query()).held?.length,
    address: location.href,
    history: history.length,
    elements: document.querySelectorAll(`:not(${own})`).length,
    frames: document.querySelectorAll(`iframe:not(${own})`).length,
  });
  const traces = async () => {
    const [spoken] = await ask("calls", { calls: [benign] });
    return { surroundings: await look(), spoken };
  };
  const counted = async (/** @type {string} */ id) => {
    const known = (await ask("stats")).scripts[id] ?? {};
    return ["calls", "errors", "timeouts"].map((what) => known[what] ?? 0);
  };

  const TAGS =
    "script, style, link, base, meta, object, embed, form, input, button, template, select, textarea, foreignObject, animate, set, use, dialog, portal, fencedframe";
  const NAMES =
    /^(on.*|style|srcdoc|action|formaction|background|ping|popover.*|command.*|is|slot|name|autofocus|contenteditable|attributionsrc)$/i;
  const URL_START = /^\W*(javascript|vbscript|data|blob|filesystem):/i;
  /** Show the sanitised HTML in the page, and return what is active in it or hides a member of the page. */
  const shown = async (/** @type {string} */ html) => {
    const box = document.createElement("div");
    document.body.append(box);
    box.innerHTML = html;
    await new Promise((done) => setTimeout(done, 50));
    const found = [...box.querySelectorAll("*")].flatMap((node) => [
      ...(node.matches(TAGS) ? [node.localName] : []),
      ...[...node.attributes]
        .filter(({ name, value }) => NAMES.test(name) || URL_START.test(value))
        .map(({ name }) => name),
    ]);
    const whole =
      typeof document.cookie === "string" &&
      document.body instanceof HTMLElement &&
      typeof document.querySelectorAll === "function" &&
      document.defaultView === globalThis;
    if (!whole) found.push("a member of the document is hidden");
    if (typeof globalThis.pybridgeCall !== "function" || typeof fetch !== "function") found.push("a global is hidden");
    if ("pwned" in globalThis) found.push("code ran");
    box.remove();
    return found;
  };

  const before = await traces();
  if (isFresh) {
    await ask("restart");
    while ((await ask("stats")).sparesReady === 0) await new Promise((done) => setTimeout(done, 10));
  }
  const [{ id }] = await ask("load", { scripts: [{ path, content: source }] });
  const earlier = await counted(id);
  const started = performance.now();
  const [outcome] = await ask("calls", { calls: [call] });
  const seconds = (performance.now() - started) / 1000;
  const active = await shown(outcome.result?.html ?? "");
  const after = await traces();
  const later = await counted(id);
  await ask("unload", { paths: [path] });
  return { before, after, outcome, active, seconds, counted: later.map((count, index) => count - earlier[index]) };
};
