/**
 * The session with the studio's server: a cookie, which scripts cannot read, and a key, which belongs to this address and
 * is not sent to other ports. All tabs share both; a reload needs no new address.
 */
import { OFFLINE, RpcError } from "./rpc.js";

const STORED = "pybridge-key";

/** @returns {string | null} */
const codeInAddress = () => new URLSearchParams(location.hash.slice(1)).get("code");

/** Whether the address has a code. */
export const hasCode = () => codeInAddress() !== null;

/**
 * Take the code from the address, and remove it there: the server never sees that part of an address.
 * @returns {string | null}
 */
export function takeCode() {
  const code = codeInAddress();
  if (code !== null) history.replaceState(null, "", location.pathname);
  return code;
}

/**
 * @param {string | null} code from the address; null continues the session of this browser
 * @returns {Promise<string | null>} the key; null without a session
 */
export async function openSession(code) {
  const known = localStorage.getItem(STORED);
  if (code === null) return known;
  const key = await exchange(code, known);
  localStorage.setItem(STORED, key);
  return key;
}

/**
 * @param {string} code
 * @param {string | null} known the key of an earlier session, which goes on if it is still open
 * @returns {Promise<string>}
 */
async function exchange(code, known) {
  const headers = {
    "content-type": "application/json",
    ...(known === null ? {} : { authorization: `Bearer ${known}` }),
  };
  let response;
  try {
    response = await fetch("/session", { method: "POST", headers, body: JSON.stringify({ code }) });
  } catch {
    throw new RpcError(OFFLINE);
  }
  const answer = await response.json().catch(() => ({ error: OFFLINE }));
  if (!response.ok) throw new RpcError(answer.error);
  return answer.key;
}
