/**
 * The texts of the macros in five languages.
 * @typedef {{youtube: string, vimeo: string, noImages: string, noPhotos: string, noTags: string,
 *   tagCloud: string, months: string}} Words
 */

/** @type {Record<string, Words>} */
export const WORDS = {
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

/** @param {string} language */
export function baseLanguage(language) {
  const base = language.trim().toLowerCase().split("-")[0];
  return Object.hasOwn(WORDS, base) ? base : "en";
}
