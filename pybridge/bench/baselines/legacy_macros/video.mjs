/** The macros youtube and vimeo. */

import { escapeHtml } from "./values.mjs";
import { WORDS } from "./words.mjs";

const YOUTUBE_ALLOW = "accelerometer; autoplay; clipboard-write; encrypted-media; gyroscope; picture-in-picture";
const VIMEO_ALLOW = "autoplay; fullscreen; picture-in-picture";

/** @typedef {{kind: "youtube" | "vimeo", before: string, after: string, allow: string}} Player */

/** @type {Record<"youtube" | "vimeo", Player>} */
const PLAYERS = {
  youtube: { kind: "youtube", before: "https://www.youtube.com/embed/", after: "?rel=0", allow: YOUTUBE_ALLOW },
  vimeo: { kind: "vimeo", before: "https://player.vimeo.com/video/", after: "", allow: VIMEO_ALLOW },
};

/**
 * @param {"youtube" | "vimeo"} name
 * @param {Record<string, string>} params
 * @param {string} language
 */
export function video(name, params, language) {
  const { kind, before, after, allow } = PLAYERS[name];
  const written = [params.id || "", params.title || WORDS[language][kind]];
  const [id, title] = language === "en" ? written : written.map((text) => text.trim());
  if (!id) return "";
  return (
    `<div class="macro-${kind}"><iframe src="${before}${escapeHtml(id)}${after}" title="${escapeHtml(title)}" ` +
    `frameborder="0" allow="${allow}" allowfullscreen></iframe></div>`
  );
}
