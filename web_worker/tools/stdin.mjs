/** How the build's Node programs are fed: one JSON document on stdin. */

/** @returns {Promise<any>} */
export async function readInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
