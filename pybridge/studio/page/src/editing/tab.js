/** The name of this tab: the same after a reload, and of no other tab that is open. */

const KEY = "pybridge-tab";
const LOCK = "pybridge-studio-tab:";
/** How long a name may be held by the page that this one replaces; a duplicated tab gets a new name after that. */
const PATIENCE_MS = 500;

/**
 * Take a name, and hold it as long as the page lives.
 * @returns {Promise<{name: string, others: Set<string>}>} the names of the other open tabs; none where the browser
 *   does not tell
 */
export async function takeTab() {
  const locks = globalThis.navigator?.locks;
  const before = sessionStorage.getItem(KEY);
  let name = before ?? crypto.randomUUID();
  if (locks && !(await held(locks, name)) && before !== null) {
    name = crypto.randomUUID();
    await held(locks, name);
  }
  sessionStorage.setItem(KEY, name);
  const taken = locks ? ((await locks.query()).held ?? []) : [];
  const names = taken.map((lock) => lock.name ?? "").filter((each) => each.startsWith(LOCK));
  const others = new Set(names.map((each) => each.slice(LOCK.length)));
  others.delete(name);
  return { name, others };
}

/**
 * @param {LockManager} locks
 * @param {string} name
 * @returns {Promise<boolean>} whether this page holds it now
 */
function held(locks, name) {
  return new Promise((resolve) => {
    const forever = () => {
      resolve(true);
      return new Promise(() => {});
    };
    locks.request(LOCK + name, { signal: AbortSignal.timeout(PATIENCE_MS) }, forever).catch(() => resolve(false));
  });
}
