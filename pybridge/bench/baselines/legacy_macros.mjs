/**
 * The five built-in macros in JavaScript, with the output of the application they come from: what the
 * Python ones are measured against and fuzzed against. Not shipped to any renderer.
 *
 * English is one line with `&quot;`; other languages have the same markup with their own words, and
 * trim a video's id and title. Dates are read as UTC: start Node with TZ=UTC if some have no offset.
 */

import { extname } from "node:path/posix";

const TOKEN = /\[\[(\w+)(?:\s+([^\]]+))?\]\]/g;
const PARAM = /(\w+)=(?:["']([^"']*?)["']|([^\s\]]+))/g;

const IMAGE_EXTENSIONS = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".bmp", ".avif"];
const NEWEST_MONTHS = 10;
const SMALLEST_WORD = 14;
const LARGEST_WORD = 56;

const YOUTUBE_ALLOW = "accelerometer; autoplay; clipboard-write; encrypted-media; gyroscope; picture-in-picture";
const VIMEO_ALLOW = "autoplay; fullscreen; picture-in-picture";

/** @type {Record<string, Words>} */
const WORDS = {
  en: {
    youtube: "YouTube video",
    vimeo: "Vimeo video",
    noImages: "No linked images found.",
    noPhotos: "No photos found for this archive.",
    noTags: "No tags found.",
    tagCloud: "Tag cloud",
    months: "January February March April May June July August September October November December",
  },
  de: {
    youtube: "YouTube-Video",
    vimeo: "Vimeo-Video",
    noImages: "Keine verknüpften Bilder gefunden.",
    noPhotos: "Keine Fotos für dieses Archiv gefunden.",
    noTags: "Keine Tags gefunden.",
    tagCloud: "Tag-Wolke",
    months: "Januar Februar März Apr. Mai Juni Juli Aug. Sept. Oktober Nov. Dezember",
  },
  fr: {
    youtube: "Vidéo YouTube",
    vimeo: "Vidéo Vimeo",
    noImages: "Aucune image liée trouvée.",
    noPhotos: "Aucune photo trouvée pour cette archive.",
    noTags: "Aucun tag trouvé.",
    tagCloud: "Nuage de tags",
    months: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
  },
  it: {
    youtube: "Video YouTube",
    vimeo: "Video Vimeo",
    noImages: "Nessuna immagine collegata trovata.",
    noPhotos: "Nessuna foto trovata per questo archivio.",
    noTags: "Nessun tag trovato.",
    tagCloud: "Nuvola di tag",
    months: "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  },
  es: {
    youtube: "Vídeo de YouTube",
    vimeo: "Vídeo de Vimeo",
    noImages: "No se encontraron imágenes vinculadas.",
    noPhotos: "No se encontraron fotos para este archivo.",
    noTags: "No se encontraron etiquetas.",
    tagCloud: "Nube de etiquetas",
    months: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  },
};

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
 * @typedef {{youtube: string, vimeo: string, noImages: string, noPhotos: string, noTags: string,
 *   tagCloud: string, months: string}} Words
 * @typedef {{id?: string, filename: string, originalName?: string, mimeType?: string, title?: string,
 *   alt?: string, caption?: string, createdAt: string, linkedPostIds?: string[]}} Media
 * @typedef {{tag: string, count: number}} TagUsage
 * @typedef {{postId?: string, media?: Media[], linkedMediaIds?: string[] | null,
 *   tagUsage?: TagUsage[], language?: string}} Surroundings
 * @typedef {{media: Media, at: Date}} Dated
 */

/**
 * Replace the built-in macros of a text; all else, code blocks included, is left or treated alike.
 * @param {string} text
 * @param {Surroundings} around
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
 * Read the params of a token; all values are texts.
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
      return video("youtube", "https://www.youtube.com/embed/", "?rel=0", YOUTUBE_ALLOW, params, base);
    case "vimeo":
      return video("vimeo", "https://player.vimeo.com/video/", "", VIMEO_ALLOW, params, base);
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

/** @param {string} language */
function baseLanguage(language) {
  const base = language.trim().toLowerCase().split("-")[0];
  return Object.hasOwn(WORDS, base) ? base : "en";
}

/** @param {string} text */
function escapeHtml(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** @param {string | undefined} text */
function parseInteger(text) {
  const number = Number.parseInt(text || "", 10);
  return Number.isInteger(number) ? number : null;
}

/**
 * @param {string | undefined} text
 * @param {number} least
 * @param {number} most
 * @param {number} fallback
 */
function integerWithin(text, least, most, fallback) {
  const number = parseInteger(text);
  return number !== null && number >= least && number <= most ? number : fallback;
}

/**
 * @param {"youtube" | "vimeo"} kind
 * @param {string} before
 * @param {string} after
 * @param {string} allow
 * @param {Record<string, string>} params
 * @param {string} language
 */
function video(kind, before, after, allow, params, language) {
  const written = [params.id || "", params.title || WORDS[language][kind]];
  const [id, title] = language === "en" ? written : written.map((text) => text.trim());
  if (!id) return "";
  return (
    `<div class="macro-${kind}"><iframe src="${before}${escapeHtml(id)}${after}" title="${escapeHtml(title)}" ` +
    `frameborder="0" allow="${allow}" allowfullscreen></iframe></div>`
  );
}

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
function newestFirst(media) {
  return media
    .filter(isImage)
    .map((each) => ({ media: each, at: new Date(each.createdAt) }))
    .filter(({ at }) => !Number.isNaN(at.getTime()))
    .sort((one, other) => other.at.getTime() - one.at.getTime());
}

/** @param {Date} at */
function monthOf(at) {
  return String(at.getUTCMonth() + 1).padStart(2, "0");
}

/**
 * @param {string} kind
 * @param {string} group escaped
 * @param {Dated} image
 */
function imageLink(kind, group, { media, at }) {
  const path = escapeHtml(`/media/${at.getUTCFullYear()}/${monthOf(at)}/${media.filename}`);
  const title = escapeHtml(media.caption || media.title || media.originalName || media.filename);
  const alt = escapeHtml(media.alt || media.title || media.originalName || media.filename);
  return (
    `<a class="${kind}-item" href="${path}" data-lightbox="${group}" data-title="${title}">` +
    `<img src="${path}" alt="${alt}" loading="lazy" /></a>`
  );
}

/**
 * @param {Record<string, string>} params
 * @param {string} postId
 * @param {Media[]} mediaItems
 * @param {Set<string>} linked
 * @param {Words} words
 */
function gallery(params, postId, mediaItems, linked, words) {
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

/**
 * @param {Record<string, string>} params
 * @param {Media[]} mediaItems
 * @param {Words} words
 */
function photoArchive(params, mediaItems, words) {
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

/**
 * @param {Record<string, string>} params
 * @param {TagUsage[]} tagUsage
 * @param {Words} words
 */
function tagCloud(params, tagUsage, words) {
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
