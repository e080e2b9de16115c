/**
 * Hosts whose pages the iframes of macros may show. The page tells the sanitiser, the main process writes them into the
 * page's policy; a project's own list does not count here, since a project may come from anybody.
 */
export const FRAME_HOSTS = ["player.vimeo.com", "www.youtube-nocookie.com", "www.youtube.com"];
