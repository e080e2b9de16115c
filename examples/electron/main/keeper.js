/** Keeps the service running: starts it again when it ends by itself, slower each time. Knows nothing of Electron. */

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_MS = 60_000;

/**
 * @typedef {object} RunningService
 * @property {(method: any, params: any) => Promise<unknown>} call
 * @property {(event: any, listener: (params: any) => void) => () => void} on
 * @property {Promise<string>} closed settles with the reason
 * @property {() => Promise<void>} close
 */

/**
 * @param {() => RunningService} start
 * @param {readonly string[]} events names of what the service tells
 * @param {(event: {method: string, params: object}) => void} onEvent
 * @param {{setTimeout: Function, clearTimeout: Function, now: () => number}} [clock]
 */
export function keep(start, events, onEvent, clock = { setTimeout, clearTimeout, now: () => Date.now() }) {
  let isClosed = false;
  let pauseMs = FIRST_PAUSE_MS;
  /** @type {unknown} */
  let timer;
  /** @type {RunningService} */
  let service;

  const run = () => {
    const started = clock.now();
    service = start();
    for (const method of events) service.on(method, (params) => onEvent({ method, params }));
    service.closed.then((reason) => {
      if (isClosed) return;
      pauseMs = clock.now() - started > STEADY_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      onEvent({ method: "project.unavailable", params: { error: { code: "unavailable", message: reason } } });
      timer = clock.setTimeout(() => {
        run();
        onEvent({ method: "events.lost", params: {} }); // whatever happened meanwhile, nobody was told
      }, pauseMs);
    });
  };
  run();
  return {
    /** @param {string} method @param {object} params */
    call: (method, params) => service.call(method, params),
    async close() {
      isClosed = true;
      clock.clearTimeout(timer);
      await service.close();
    },
  };
}
