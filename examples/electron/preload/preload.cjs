/** All that passes between the page and the application: one call, one stream of events. Nothing of Electron gets through. */
const { contextBridge, ipcRenderer } = require("electron");

contextBridge.exposeInMainWorld("pybridge", {
  /**
   * Asks the service. Resolves to `{result}` or `{error}`: errors thrown across it would lose their fields.
   * @param {string} method
   * @param {object} [params]
   */
  call: (method, params = {}) => ipcRenderer.invoke("pybridge:call", method, params),

  /**
   * @param {(event: {method: string, params: object}) => void} listener
   * @returns {() => void} ends the subscription
   */
  onEvent: (listener) => {
    const forward = (_, event) => listener(event);
    ipcRenderer.on("pybridge:event", forward);
    return () => ipcRenderer.removeListener("pybridge:event", forward);
  },
});
