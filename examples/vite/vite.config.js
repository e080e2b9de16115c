import pybridge from "pybridge-runtime/vite";

export default { plugins: [pybridge()] };
