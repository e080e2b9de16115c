/** In the page this folder is the built one; its client is bundled from here. */
export * from "../../host/client.js";
