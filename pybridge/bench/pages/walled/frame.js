/**
 * Starts the baseline's worker inside an opaque origin and hands it the page's port.
 *
 * A module worker cannot be started there; of a classic one Pyodide wants `importScripts` gone.
 */
const address = JSON.stringify(new URL("../messages_worker.js", document.currentScript.src).href);
const source = `
Reflect.deleteProperty(Object.getPrototypeOf(Object.getPrototypeOf(self)), "importScripts");
const opened = new Promise((resolve) => { self.onmessage = resolve; });
import(${address}).then(async () => {
  const answer = self.onmessage;
  answer(await opened);
});
`;
const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));

globalThis.onmessage = ({ ports: [port] }) => {
  new Worker(url).postMessage({}, [port]);
};
