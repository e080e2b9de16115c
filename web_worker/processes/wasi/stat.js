/** The status of a file or stream, as WASI lays it out. */
import { wasi } from "@bjorn3/browser_wasi_shim";

/** The shim writes the three times two, two and four bytes too early. */
class Filestat extends wasi.Filestat {
  /**
   * @param {DataView} view
   * @param {number} at
   */
  write_bytes(view, at) {
    super.write_bytes(view, at);
    view.setBigUint64(at + 32, this.size, true);
    for (const [number, time] of [this.atim, this.mtim, this.ctim].entries()) {
      view.setBigUint64(at + 40 + 8 * number, time, true);
    }
  }
}

/** @param {import("../files/nodes.js").Node} node */
export function statOf(node) {
  const stat = new Filestat(node.number, node.type, BigInt(node.size));
  stat.dev = 1n;
  stat.nlink = BigInt(node.links);
  stat.atim = node.readAt;
  stat.mtim = node.writtenAt;
  stat.ctim = node.changedAt;
  return stat;
}

export function statOfStream() {
  return new Filestat(0n, wasi.FILETYPE_UNKNOWN, 0n);
}
