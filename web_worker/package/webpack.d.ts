/** Emits the runtime's files as they are, and gives `pybridge-runtime/assets` their addresses. */
export declare class PybridgePlugin {
  apply(compiler: any): void;
}
export default PybridgePlugin;
