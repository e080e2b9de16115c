/** Stands in for the preload in a plain Chromium: the same two functions, over HTTP instead of Electron's messages. */
globalThis.pybridge = {
  call: async (method, params = {}) => {
    const body = JSON.stringify({ page: location.pathname, method, params });
    const response = await fetch("/door", { method: "POST", body });
    return response.json();
  },
  onEvent: (listener) => {
    const events = new EventSource("/door");
    events.onmessage = ({ data }) => listener(JSON.parse(data));
    return () => events.close();
  },
};
