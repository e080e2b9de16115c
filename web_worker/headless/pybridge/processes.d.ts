/** The entry of processes in the built folder, as the page imports it. */
export * from "../../processes/host/processes.js";
