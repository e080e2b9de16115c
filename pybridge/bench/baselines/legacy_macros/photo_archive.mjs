/**
 * The macro photo_archive, also named photo_album.
 * @import { Dated, Media } from "./images.mjs"
 * @import { Words } from "./words.mjs"
 */

import { imageLink, monthOf, newestFirst } from "./images.mjs";
import { escapeHtml, parseInteger } from "./values.mjs";

const NEWEST_MONTHS = 10;

/**
 * @param {Record<string, string>} params
 * @param {Media[]} mediaItems
 * @param {Words} words
 */
export function photoArchive(params, mediaItems, words) {
  const year = parseInteger(params.year);
  const month = parseInteger(params.month);
  const wanted = newestFirst(mediaItems).filter(
    ({ at }) => (year === null || at.getUTCFullYear() === year) && (month === null || at.getUTCMonth() + 1 === month),
  );
  const months = Object.entries(groupByMonth(wanted)).slice(0, year === null ? NEWEST_MONTHS : undefined);
  const content =
    months.map(([key, images]) => archiveMonth(key, images, words)).join("") ||
    `<div class="photo-archive-empty">${words.noPhotos}</div>`;
  return (
    `<div class="macro-photo-archive ${archiveKind(year, month)}>` +
    `<div class="photo-archive-container">${content}</div></div>`
  );
}

/**
 * The months in the order of the images: newest first.
 * @param {Dated[]} images
 */
function groupByMonth(images) {
  /** @type {Record<string, Dated[]>} */
  const months = {};
  for (const image of images) {
    const key = `${image.at.getUTCFullYear()}-${monthOf(image.at)}`;
    months[key] ??= [];
    months[key].push(image);
  }
  return months;
}

/**
 * @param {number | null} year
 * @param {number | null} month
 */
function archiveKind(year, month) {
  if (year === null) return `photo-archive-recent-months" data-recent="${NEWEST_MONTHS}"`;
  if (month === null) return `photo-archive-full-year" data-year="${year}"`;
  return `photo-archive-single-month" data-year="${year}" data-month="${month}"`;
}

/**
 * @param {string} key such as 2025-02
 * @param {Dated[]} images
 * @param {Words} words
 */
function archiveMonth(key, images, words) {
  const first = images[0].at;
  const label = `${words.months.split(" ")[first.getUTCMonth()]} ${first.getUTCFullYear()}`;
  const items = images.map((image) => imageLink("photo-archive", `photo-archive-${key}`, image));
  return (
    '<div class="photo-archive-month-wrapper"><div class="photo-archive-month">' +
    `<div class="photo-archive-month-label"><span>${escapeHtml(label)}</span></div>` +
    `<div class="photo-archive-gallery">${items.join("")}</div></div></div>`
  );
}
