/**
 * A sandbox that keeps the wire's rules without running anything: the name of a macro says what it does.
 *
 * tests/failures/README.md lists the names; the simulated worker of the Python tests knows the same. A script's content
 * `die`, `hang`, … does that to a worker that compiles it.
 */
import { Ended, SimulatedEngine } from "./simulated_engine.mjs";

export class SimulatedSandbox {
  #listeners = { error: (_generation, _message) => {}, lost: (_message) => {} };
  /** @type {Map<number, SimulatedPort>} */
  workers = new Map();
  isClosed = false;
  isGone = false;
  /** Called with each reply after it was delivered. */
  onReply = (_generation, _reply) => {};

  /** @param {{spawned?: number, stillborn?: (generation: number) => boolean, ran?: string[], onRun?: (name: string) => void}} [log] over all of them */
  constructor(log = {}) {
    this.log = log;
    log.spawned ??= 0;
    log.ran ??= [];
    log.cold ??= [];
    log.messages ??= [];
  }

  spawn(generation, _options, isCold) {
    this.log.spawned += 1;
    this.log.cold.push(isCold);
    const isStillborn = this.log.stillborn?.(generation) ?? false;
    const port = new SimulatedPort(this, generation, isStillborn);
    this.workers.set(generation, port);
    return port;
  }

  end(generation) {
    this.workers.delete(generation);
  }

  /** As `end`, without a notice to anybody. */
  terminateQuietly(generation) {
    this.workers.delete(generation);
  }

  fail(generation) {
    this.#listeners.error(generation);
  }

  lose() {
    this.isGone = true;
    this.#listeners.lost("the sandbox frame does not answer any more");
  }

  onWorkerError(listener) {
    this.#listeners.error = listener;
  }

  onLost(listener) {
    this.#listeners.lost = listener;
  }

  isAlive() {
    return Promise.resolve(!this.isGone);
  }

  close() {
    this.isClosed = true;
    this.workers.clear();
  }
}

class SimulatedPort {
  #sandbox;
  #generation;
  #engine;
  #hasEnded = false;
  /** The replies to the message in hand; null when there is none. @type {Iterator<any> | null} */
  #replies = null;
  /** @type {((event: {data: unknown}) => void) | null} */
  onmessage = null;

  constructor(sandbox, generation, isStillborn) {
    this.#sandbox = sandbox;
    this.#generation = generation;
    this.#engine = new SimulatedEngine(sandbox.log);
    if (isStillborn) this.#say({ kind: "failed", error: { code: "boot", message: "no memory" } });
    else {
      const versions = { abi: 1, python: "3", pyodide: "0" };
      this.#say({ kind: "ready", ...versions, attestation: [], bootMs: 1, phases: {} });
    }
  }

  get #isHeard() {
    const { workers, isGone } = this.#sandbox;
    return !this.#hasEnded && !isGone && workers.get(this.#generation) === this;
  }

  postMessage(text) {
    setImmediate(() => {
      if (!this.#isHeard) return;
      const message = JSON.parse(text);
      this.#sandbox.log.messages.push(message);
      if (message.kind === "cancel") return this.#cancel(message.id);
      this.#replies = this.#engine[message.kind](message);
      this.#goOn(message.id);
    });
  }

  close() {}

  /** Deliver *reply* as if the worker had sent it; a string is sent as it is. */
  say(reply) {
    if (this.#isHeard) this.onmessage?.({ data: typeof reply === "string" ? reply : JSON.stringify(reply) });
  }

  #say(reply) {
    setImmediate(() => this.say(reply));
  }

  #cancel(id) {
    if (this.#replies === null) return;
    this.#replies = null;
    this.say({ kind: "cancelled", id });
  }

  #goOn(id) {
    if (!this.#isHeard || this.#replies === null) return;
    try {
      const { value, done } = this.#replies.next();
      if (done) this.#replies = null;
      else if (value.afterMs) setTimeout(() => this.#deliver(id, value), value.afterMs);
      else this.#deliver(id, value);
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      this.#meet(error.message);
    }
  }

  #deliver(id, { afterMs: _, ...value }) {
    const reply = { ...value, id };
    this.say(reply);
    if (this.#isHeard) this.#sandbox.onReply(this.#generation, reply);
    if (reply.contaminated) this.#replies = null;
    else setImmediate(() => this.#goOn(id));
  }

  #meet(ending) {
    if (ending === "garbage") return this.say("no message");
    if (ending === "die") this.say({ kind: "crashed", error: { code: "crash", message: "the interpreter died" } });
    this.#hasEnded = true;
    if (ending === "blip") this.#sandbox.fail(this.#generation);
    if (ending === "vanish") this.#sandbox.lose();
  }
}
