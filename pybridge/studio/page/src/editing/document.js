/**
 * The buffer of the document in the panel.
 * @import { Studio } from "../studio.js"
 */
import { patchPreview } from "../patches.js";

/** The name of a document's draft. @param {string | null} path null for the scratch document */
export const draftOf = (path) => `document:${path ?? ""}`;

/**
 * @param {Studio} studio
 * @param {string | null} path null for the scratch document, which can only be edited
 */
export function documentBuffer({ store, api, buffers, renderer }, path) {
  const isShown = () => store.get().preview.path === path;
  const name = path ?? "";
  return buffers.over({
    path: name,
    draft: draftOf(path),
    get: () => (isShown() ? store.get().preview : undefined),
    patch: (patch) => isShown() && patchPreview(store, patch),
    async read() {
      const { text, sha256 } = await api.readDocument(name);
      return { content: text, sha256 };
    },
    async write(text, expected) {
      const { sha256 } = await api.writeDocument(name, text, expected);
      return { content: text, sha256 };
    },
    changed: () => renderer.request(),
  });
}
