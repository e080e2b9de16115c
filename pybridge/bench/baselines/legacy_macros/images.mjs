/**
 * Images of the media list: order, date, link.
 * @typedef {{id?: string, filename: string, originalName?: string, mimeType?: string, title?: string,
 *   alt?: string, caption?: string, createdAt: string, linkedPostIds?: string[]}} Media
 * @typedef {{media: Media, at: Date}} Dated
 */

import { extname } from "node:path/posix";
import { escapeHtml } from "./values.mjs";

const IMAGE_EXTENSIONS = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".bmp", ".avif"];

/** @param {Media} media */
function isImage(media) {
  if ((media.mimeType ?? "").toLowerCase().startsWith("image/")) return true;
  return IMAGE_EXTENSIONS.includes(extname(media.filename).toLowerCase());
}

/**
 * Images with their dates, newest first; one without a usable date has no address and is left out.
 * @param {Media[]} media
 * @returns {Dated[]}
 */
export function newestFirst(media) {
  return media
    .filter(isImage)
    .map((each) => ({ media: each, at: new Date(each.createdAt) }))
    .filter(({ at }) => !Number.isNaN(at.getTime()))
    .sort((one, other) => other.at.getTime() - one.at.getTime());
}

/** @param {Date} at */
export function monthOf(at) {
  return String(at.getUTCMonth() + 1).padStart(2, "0");
}

/**
 * @param {string} kind
 * @param {string} group escaped
 * @param {Dated} image
 */
export function imageLink(kind, group, { media, at }) {
  const path = escapeHtml(`/media/${at.getUTCFullYear()}/${monthOf(at)}/${media.filename}`);
  const title = escapeHtml(media.caption || media.title || media.originalName || media.filename);
  const alt = escapeHtml(media.alt || media.title || media.originalName || media.filename);
  return (
    `<a class="${kind}-item" href="${path}" data-lightbox="${group}" data-title="${title}">` +
    `<img src="${path}" alt="${alt}" loading="lazy" /></a>`
  );
}
