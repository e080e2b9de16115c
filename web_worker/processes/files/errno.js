/** Why a call of the guest fails; and why the guest may not go on at all. */

export class Errno extends Error {
  /** @param {number} number as WASI numbers them */
  constructor(number) {
    super(`errno ${number}`);
    this.number = number;
  }
}

/** A limit of the process is broken: it ends. */
export class LimitBroken extends Error {}
