/**
 * Runs one of the build's Node programs: `node run.mjs <tool>.mjs`, with its input on stdin.
 *
 * Whatever it fails with is told as one JSON document on stderr, {message}, and never as a stack.
 */
import { fail } from "./failure.mjs";

process.on("uncaughtException", fail);
try {
  await import(new URL(process.argv[2], import.meta.url).href);
} catch (error) {
  fail(error);
}
