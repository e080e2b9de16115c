/**
 * The macro gallery.
 * @import { Media } from "./images.mjs"
 * @import { Words } from "./words.mjs"
 */

import { imageLink, newestFirst } from "./images.mjs";
import { escapeHtml, integerWithin } from "./values.mjs";

/**
 * @param {Record<string, string>} params
 * @param {string} postId
 * @param {Media[]} mediaItems
 * @param {Set<string>} linked
 * @param {Words} words
 */
export function gallery(params, postId, mediaItems, linked, words) {
  const columns = integerWithin(params.columns, 1, 6, 3);
  const own = mediaItems.filter(
    ({ id, linkedPostIds }) => (id !== undefined && linked.has(id)) || linkedPostIds?.includes(postId),
  );
  const group = `gallery-${escapeHtml(postId || "post")}`;
  const items = newestFirst(own).map((image) => imageLink("gallery", group, image));
  const content = items.join("") || `<div class="gallery-empty">${words.noImages}</div>`;
  const caption = params.caption
    ? `<figcaption class="gallery-caption">${escapeHtml(params.caption)}</figcaption>`
    : "";
  return (
    `<div class="macro-gallery gallery-cols-${columns}" data-post-id="${escapeHtml(postId)}" ` +
    `data-columns="${columns}" data-lightbox="true">` +
    `<div class="gallery-container gallery-lightbox">${content}</div>${caption}</div>`
  );
}
