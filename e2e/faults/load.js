/**
 * The load under which faults happen. Every call knows what must come of it; the page compares.
 */
(() => {
  const CALLERS = 2;

  /** A small generator of numbers, the same for the same seed. */
  function randomOf(seed) {
    let state = seed >>> 0;
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
  }

  function callOf(name, n) {
    return { abi: 1, macro: { name }, params: { n }, env: { isPreview: false } };
  }

  function shuffled(items, random) {
    for (let at = items.length - 1; at > 0; at -= 1) {
      const other = Math.floor(random() * (at + 1));
      [items[at], items[other]] = [items[other], items[at]];
    }
    return items;
  }

  /** What is wrong with an outcome; null when nothing is. */
  function complaint({ name, n, codes }, outcome) {
    const code = outcome.error?.code ?? "ok";
    if (!codes.includes(code))
      return `${name}(${n}): ${code} instead of ${codes.join(" or ")}: ${outcome.error?.message}`;
    if (code === "ok" && outcome.result.html !== `<b>${n}</b>`)
      return `${name}(${n}): ${JSON.stringify(outcome.result)}`;
    return null;
  }

  /**
   * One round: good calls with bad ones among them, in batches, and faults at the ports between and within.
   * @param {any} runtime
   * @param {{good: number, bad: [string, number, string[]][], ports: string[], size: number, seed: number}} round
   */
  async function mixed(runtime, { good, bad, ports, size, seed }) {
    const random = randomOf(seed);
    const items = Array.from({ length: good }, (_, n) => ({ name: "good", n, codes: ["ok"] }));
    for (const [name, count, codes] of bad) {
      for (let n = 0; n < count; n += 1) items.push({ name, n, codes });
    }
    shuffled(items, random);
    const batches = Math.ceil(items.length / size);
    const atPorts = shuffled([...ports, ...Array(Math.max(0, batches - ports.length)).fill(null)], random);
    const wrong = [];
    const codes = {};
    const tookMs = [];
    for (let batch = 0; batch < batches; batch += 1) {
      const part = items.slice(batch * size, (batch + 1) * size);
      strike(runtime, atPorts[batch]);
      const begun = performance.now();
      const calls = part.map(({ name, n }) => callOf(name, n));
      const outcomes = await runtime.renderMany(calls).catch((error) => refusedBy(runtime, error));
      // Batches in which a worker was lost are another matter.
      if (part.every(({ codes }) => codes[0] !== "crash")) tookMs.push(performance.now() - begun);
      for (const [at, outcome] of outcomes.entries()) {
        const problem = complaint(part[at], outcome);
        if (problem) wrong.push(problem);
        const code = outcome.error?.code ?? "ok";
        codes[code] = (codes[code] ?? 0) + 1;
      }
    }
    const p99Ms = tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length * 0.99)];
    return { wrong: wrong.slice(0, 20), wrongs: wrong.length, codes, calls: items.length, p99Ms };
  }

  /** Nothing may be refused as a whole here; what led to it says the client's own account. */
  function refusedBy(runtime, error) {
    const { restarts, breaker, warnings, sandboxes } = runtime.stats();
    throw new Error(JSON.stringify({ refused: error.message, breaker, warnings, sandboxes, last: restarts.slice(-6) }));
  }

  /** Do one fault at the ports. */
  function strike(runtime, fault) {
    const { current, sparesReady } = runtime.stats();
    if (fault === "lost-message") faults.loseNextReply();
    if (fault === "boot-failure") faults.failNextStart();
    if (fault === "frame-lost") faults.loseFrame();
    if (fault === "spare-dies" && sparesReady > 0 && current !== null) {
      faults.endNewest();
      faults.crash(current);
    }
  }

  /**
   * Calls by a few callers at once, while workers are ended at random, mostly in the middle of a call.
   * @param {any} runtime
   * @param {{calls: number, kills: number, paceMs: number, frames: number, seed: number}} load *paceMs* of
   *   time for each call; *frames* of the kills take the whole frame along
   */
  async function killed(runtime, { calls, kills, paceMs, frames, seed }) {
    const random = randomOf(seed);
    const latencies = new Float64Array(calls);
    const wrong = [];
    let sent = 0;
    let ended = 0;
    const started = performance.now();
    const caller = async () => {
      while (sent < calls) {
        const first = sent;
        const count = Math.min(1 + Math.floor(random() * 8), calls - sent);
        sent += count;
        const begun = performance.now();
        const answer = runtime.renderMany(Array.from({ length: count }, (_, at) => callOf("good", first + at)));
        if (first >= ((ended + 0.5 * random()) * calls) / kills) await kill();
        const outcomes = await answer;
        const tookMs = performance.now() - begun;
        for (const [at, outcome] of outcomes.entries()) {
          latencies[first + at] = tookMs;
          const problem = complaint({ name: "good", n: first + at, codes: ["ok"] }, outcome);
          if (problem) wrong.push(problem);
        }
        await pause(Math.max(0, paceMs * count * CALLERS - tookMs));
      }
    };
    const kill = async () => {
      ended += 1;
      if (random() < 0.5) await pause(random() * 3);
      const { current } = runtime.stats();
      if (ended % Math.floor(kills / (frames + 1)) === 0) faults.loseFrame();
      else if (current !== null) faults.crash(current);
      else ended -= 1;
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    latencies.sort();
    const at = (share) => Math.round(latencies[Math.min(calls - 1, Math.floor(share * calls))] * 10) / 10;
    return {
      wrong: wrong.slice(0, 20),
      wrongs: wrong.length,
      calls: sent,
      kills: ended,
      seconds: Math.round((performance.now() - started) / 100) / 10,
      latencyMs: { p50: at(0.5), p90: at(0.9), p99: at(0.99), "p99.9": at(0.999), max: at(1) },
    };
  }

  function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** A client of its own, that the test can reach. */
  async function start(options) {
    const { PythonRuntime } = await import("./pybridge/client.js");
    return PythonRuntime.start({ assets: "./pybridge/", ...options });
  }

  globalThis.load = { start, mixed, killed };
})();
