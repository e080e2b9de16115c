/**
 * The macro tag_cloud.
 * @import { Words } from "./words.mjs"
 * @typedef {{tag: string, count: number}} TagUsage
 */

import { escapeHtml, integerWithin } from "./values.mjs";

const SMALLEST_WORD = 14;
const LARGEST_WORD = 56;

const ORIENTATIONS = new Map([
  ["mixed_hv", "mixed-hv"],
  ["mixed-hv", "mixed-hv"],
  ["hv", "mixed-hv"],
  ["horizontal_vertical", "mixed-hv"],
  ["mixed_diagonal", "mixed-diagonal"],
  ["mixed-diagonal", "mixed-diagonal"],
  ["diagonal", "mixed-diagonal"],
  ["diag", "mixed-diagonal"],
]);

/**
 * @param {Record<string, string>} params
 * @param {TagUsage[]} tagUsage
 * @param {Words} words
 */
export function tagCloud(params, tagUsage, words) {
  const orientation = ORIENTATIONS.get((params.orientation || "").trim().toLowerCase()) ?? "horizontal";
  const width = integerWithin(params.width, 320, 1600, 900);
  const height = integerWithin(params.height, 180, 900, 420);
  const opening =
    `<div class="macro-tag-cloud" data-tag-cloud="true" data-orientation="${orientation}" ` +
    'data-color-distribution="quantile" data-color-easing="0.7" data-color-theme="pico"';
  if (tagUsage.length === 0) {
    return `${opening}><div class="tag-cloud-empty">${words.noTags}</div></div>`;
  }
  const list = escapeHtml(JSON.stringify(sizedWords(tagUsage)));
  return (
    `${opening} data-tag-cloud-words="${list}" data-width="${width}" data-height="${height}">` +
    `<svg class="tag-cloud-canvas" viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMid meet" ` +
    `aria-label="${words.tagCloud}"></svg></div>`
  );
}

/** @param {TagUsage[]} tagUsage */
function sizedWords(tagUsage) {
  const counts = tagUsage.map(({ count }) => count);
  const least = Math.min(...counts);
  const range = Math.max(...counts) - least;
  return tagUsage.map(({ tag, count }) => {
    const share = range === 0 ? 0.5 : (count - least) / range;
    const size = Math.round(SMALLEST_WORD + share * (LARGEST_WORD - SMALLEST_WORD));
    return { text: tag, size, count, url: `/tag/${encodeURIComponent(tag)}/` };
  });
}
