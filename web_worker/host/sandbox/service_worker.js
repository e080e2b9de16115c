/**
 * Pages whose requests a service worker answers, so that they work offline.
 *
 * A service worker answers for no frame with the attribute `sandbox`: offline such a frame does not load. But it may answer for one
 * whose response brings the sandbox: then the attribute is not needed. Whether it did is proven at the start, as everywhere, by the
 * worker's attestation.
 */
import { directivesOf } from "./policies.js";

/** Milliseconds for the headers of the frame; a service worker that takes longer does not answer it. */
const LOOK_MS = 5000;

export function isControlled() {
  try {
    return Boolean(navigator.serviceWorker?.controller);
  } catch {
    // In a sandboxed page even looking is forbidden.
    return false;
  }
}

/**
 * Whether the service worker sends the frame with a sandbox of its own, one that takes the page's origin from it.
 * @param {URL} url the frame's
 */
export async function bringsSandbox(url) {
  if (!isControlled()) return false;
  const answer = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS) }).catch(() => null);
  answer?.body?.cancel().catch(() => {});
  const sandboxes = directivesOf(answer?.headers.get("content-security-policy") ?? "", "sandbox");
  return sandboxes.some((tokens) => !tokens.includes("allow-same-origin"));
}
