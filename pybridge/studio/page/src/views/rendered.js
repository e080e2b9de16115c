/**
 * The rendered page in a frame that runs no scripts and makes no requests.
 * @import { Media } from "../media.js"
 * @import { Preview } from "../types.js"
 */
import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { placeOf } from "../media.js";

const MEDIA = "img, video, audio, source";

/**
 * The HTML has been sanitised by the client and by the server.
 * @param {{preview: Preview, media: Media}} props
 */
export function Rendered({ preview, media }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  const { html, path } = preview;
  const fill = () => show(frame.current?.contentDocument ?? null, html, path, media);
  useEffect(fill, [html, path]);
  return h("iframe", {
    class: `page ${preview.isBusy ? "is-busy" : ""}`,
    title: "The rendered document",
    src: "preview.html",
    sandbox: "allow-same-origin",
    ref: frame,
    onLoad: fill,
  });
}

/**
 * @param {Document | null} page
 * @param {string} html
 * @param {string | null} document
 * @param {Media} media
 */
function show(page, html, document, media) {
  const main = page?.querySelector("main");
  if (!page || !main) return;
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const video of parsed.querySelectorAll("iframe")) {
    const { hostname } = new URL(video.src, "http://here/");
    video.replaceWith(box(parsed, "video", `Video from ${hostname}, shown on the finished page`));
  }
  for (const element of parsed.querySelectorAll(MEDIA)) setSource(element, document, media);
  main.replaceChildren(...[...parsed.body.childNodes].map((node) => page.importNode(node, true)));
  for (const element of main.querySelectorAll("[data-path]")) void fetchInto(element, media);
  page.onclick = (event) => {
    if (/** @type {Element} */ (event.target).closest?.("a")) event.preventDefault();
  };
}

/**
 * Point an element to the project's media file; replace one from another host with a note.
 * @param {Element} element
 * @param {string | null} document
 * @param {Media} media
 */
function setSource(element, document, media) {
  element.removeAttribute("srcset");
  const address = element.getAttribute("src");
  const place = address ? placeOf(address, document) : null;
  if (place === null || !media.isThere) return;
  if ("host" in place) {
    element.replaceWith(
      box(element.ownerDocument, "missing", `Picture from ${place.host}, shown on the finished page`),
    );
    return;
  }
  const known = media.known(place.path);
  if (known !== null) element.setAttribute("src", known);
  else {
    element.removeAttribute("src");
    element.setAttribute("data-path", place.path);
  }
}

/**
 * @param {Element} element
 * @param {Media} media
 */
async function fetchInto(element, media) {
  const path = element.getAttribute("data-path") ?? "";
  element.removeAttribute("data-path");
  try {
    element.setAttribute("src", await media.get(path));
  } catch (error) {
    const name = path.split("/").at(-1);
    const missing = box(element.ownerDocument, "missing", element.getAttribute("alt") || `${name}`);
    missing.title = /** @type {Error} */ (error).message;
    element.replaceWith(missing);
  }
}

/**
 * @param {Document} document
 * @param {string} name
 * @param {string} text
 */
function box(document, name, text) {
  const made = document.createElement(name === "video" ? "div" : "span");
  made.className = name;
  made.textContent = text;
  return made;
}
