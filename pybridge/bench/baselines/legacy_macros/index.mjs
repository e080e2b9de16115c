/**
 * The five built-in macros in JavaScript, with the output of the application they come from: the baseline for
 * benchmarks and fuzzing of the Python ones. No renderer loads them.
 *
 * English is one line with `&quot;`; other languages have the same markup with their own words, and
 * trim a video's id and title. Dates are read as UTC: start Node with TZ=UTC if some have no offset.
 *
 * @import { Media } from "./images.mjs"
 * @import { TagUsage } from "./tag_cloud.mjs"
 * @typedef {{postId?: string, media?: Media[], linkedMediaIds?: string[] | null,
 *   tagUsage?: TagUsage[], language?: string}} Context
 */

import { gallery } from "./gallery.mjs";
import { photoArchive } from "./photo_archive.mjs";
import { tagCloud } from "./tag_cloud.mjs";
import { video } from "./video.mjs";
import { baseLanguage, WORDS } from "./words.mjs";

const TOKEN = /\[\[(\w+)(?:\s+([^\]]+))?\]\]/g;
const PARAM = /(\w+)=(?:["']([^"']*?)["']|([^\s\]]+))/g;

/**
 * Replace the built-in macros of a text; everything else stays, and code blocks get no special treatment.
 * @param {string} text
 * @param {Context} around
 * @returns {string}
 */
export function expandDocument(text, around) {
  const { postId = "", media = [], linkedMediaIds = null, tagUsage = [], language = "en" } = around;
  return text.replace(TOKEN, (raw, written, params) => {
    const name = written.toLowerCase();
    if (!isBuiltIn(name)) return raw;
    return renderMacro(name, parseParams(params), postId, media, linkedMediaIds, tagUsage, language);
  });
}

/**
 * Read the params of a token; all values are strings.
 * @param {string | undefined} text
 * @returns {Record<string, string>}
 */
export function parseParams(text) {
  const found = [...(text ?? "").matchAll(PARAM)];
  return Object.fromEntries(found.map(([, key, quoted, bare]) => [key, quoted ?? bare]));
}

/** @param {string} name */
export function isBuiltIn(name) {
  return ["youtube", "vimeo", "gallery", "photo_archive", "photo_album", "tag_cloud"].includes(name);
}

/**
 * Return the HTML of one macro, "" for an unknown one.
 * @param {string} name in lower case
 * @param {Record<string, string>} params
 * @param {string} postId
 * @param {Media[]} mediaItems
 * @param {string[] | null} linkedMediaIds
 * @param {TagUsage[]} tagUsage most used first
 * @param {string} language
 * @returns {string}
 */
export function renderMacro(name, params, postId, mediaItems, linkedMediaIds, tagUsage, language) {
  const base = baseLanguage(language);
  switch (name) {
    case "youtube":
    case "vimeo":
      return video(name, params, base);
    case "gallery":
      return gallery(params, postId, mediaItems, new Set(linkedMediaIds ?? []), WORDS[base]);
    case "photo_archive":
    case "photo_album":
      return photoArchive(params, mediaItems, WORDS[base]);
    case "tag_cloud":
      return tagCloud(params, tagUsage, WORDS[base]);
    default:
      return "";
  }
}
