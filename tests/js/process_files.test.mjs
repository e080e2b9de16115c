/** The file tree of a process: what it counts, what it tells, where it ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeLog } from "../../web_worker/processes/files/changes.js";
import { Errno, LimitBroken } from "../../web_worker/processes/files/errno.js";
import { File, Folder } from "../../web_worker/processes/files/nodes.js";
import { DEEPEST, Tree } from "../../web_worker/processes/files/tree.js";

const NAMES = ["a", "b", "d", "d/e", "d/f", "d/e/g", "l", "x"];
const OPEN = { follow: true, isMade: true, isNew: false };

/** A generator of numbers that is the same each time. */
function dice(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % most;
  };
}

function treeWith(limits) {
  const tree = new Tree();
  tree.placeFolder("/home/user");
  tree.place("/given", new Uint8Array(10));
  tree.limit(limits);
  return tree;
}

/** Counts everything anew. */
function counted(folder) {
  let [bytes, files, folders] = [0, 0, 0];
  for (const node of folder.entries.values()) {
    if (node instanceof Folder) {
      const inner = counted(node);
      [bytes, files, folders] = [bytes + inner[0], files + inner[1], folders + inner[2] + 1];
    } else {
      files += 1;
      if (node instanceof File) bytes += node.size;
    }
  }
  return [bytes, files, folders];
}

/** One operation; returns whether it was done. */
function step(tree, roll) {
  const [one, other] = [NAMES[roll(NAMES.length)], NAMES[roll(NAMES.length)]];
  const { root } = tree;
  const file = () => {
    const node = tree.open(root, one, OPEN);
    if (!(node instanceof File)) throw new Errno(1);
    return node;
  };
  const acts = [
    () => tree.write(file(), roll(50), new Uint8Array(roll(100))),
    () => tree.resize(file(), roll(200)),
    () => tree.makeFolder(root, one),
    () => tree.makeLink(root, one, other),
    () => tree.link(root, one, root, other),
    () => tree.removeFile(root, one),
    () => tree.removeFolder(root, one),
    () => tree.rename(root, one, root, other),
  ];
  try {
    acts[roll(acts.length)]();
    return true;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return false;
  }
}

test("a tree ends a process exactly when a new count is beyond a limit", () => {
  let ends = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const roll = dice(seed);
    const limits = { filesBytes: 300 + roll(600), fileCount: 3 + roll(5) };
    const tree = treeWith(limits);
    try {
      for (let count = 0; count < 200; count += 1) {
        step(tree, roll);
        const [bytes, files, folders] = counted(tree.root);
        // The folders that were given do not count.
        assert.ok(bytes <= limits.filesBytes && files <= limits.fileCount && folders - 2 <= limits.fileCount);
      }
    } catch (error) {
      if (!(error instanceof LimitBroken)) throw error;
      const [bytes, files, folders] = counted(tree.root);
      const isBytes = /bytes/.test(error.message);
      // A write that is refused has not been done.
      if (!isBytes) assert.ok(Math.max(files, folders - 2) > limits.fileCount);
      else assert.ok(bytes > limits.filesBytes - 300);
      ends += 1;
    }
  }
  assert.ok(ends > 100);
});

test("what is told, piece by piece, is what is there at the end", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const roll = dice(seed);
    const tree = treeWith({ filesBytes: 1e6, fileCount: 1e3 });
    const known = new Map([["/given", new Uint8Array(10)]]);
    const log = new ChangeLog(tree, (changes) => {
      for (const [path, content] of changes) {
        if (content === null) known.delete(path);
        else known.set(path, content);
      }
    });
    for (let count = 0; count < 100; count += 1) {
      step(tree, roll);
      if (roll(3) === 0) log.tellSoon();
    }
    log.tellAll();
    assert.deepEqual(new Map([...known].sort()), new Map([...contents(tree.root, "")].sort()));
  }
});

function* contents(folder, path) {
  for (const [name, node] of folder.entries) {
    if (node instanceof Folder) yield* contents(node, `${path}/${name}`);
    else if (node instanceof File) yield [`${path}/${name}`, node.content.slice()];
  }
}

test("a change without a write is told, and nothing is told twice", () => {
  const tree = treeWith({ filesBytes: 100, fileCount: 10 });
  const told = [];
  const log = new ChangeLog(tree, (changes) => told.push([...changes.keys()]));
  log.tellSoon();
  tree.rename(tree.root, "given", tree.root, "home/moved");
  log.tellSoon();
  log.tellSoon();
  log.tellAll();
  assert.deepEqual(told, [["/given", "/home/moved"]]);
});

test("folders are not deeper than a host can walk", () => {
  const tree = treeWith({ filesBytes: 100, fileCount: 1000 });
  const path = [];
  assert.throws(() => {
    for (;;) tree.makeFolder(tree.root, [...path, "d"].join("/")) || path.push("d");
  }, LimitBroken);
  assert.equal(path.length, DEEPEST);
});

test("of a write beyond the most bytes of a file the first ones are written, as by a system's own limit", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const roll = dice(seed);
    const most = 50 + roll(50);
    const tree = treeWith({ filesBytes: most, fileCount: 10 });
    tree.removeFile(tree.root, "given");
    const file = tree.open(tree.root, "a", OPEN);
    const [offset, size] = [roll(most + 20), 1 + roll(most + 20)];
    const written = () => tree.write(file, offset, new Uint8Array(size).fill(1));
    if (offset >= most) assert.throws(written, Errno);
    else assert.equal(written(), Math.min(size, most - offset));
    assert.equal(file.size, offset >= most ? 0 : Math.min(offset + size, most));
  }
});

test("a file without a name counts while it is open", () => {
  const tree = treeWith({ filesBytes: 100, fileCount: 10 });
  const file = tree.open(tree.root, "a", OPEN);
  tree.reopen(file, 1);
  tree.write(file, 0, new Uint8Array(60));
  tree.removeFile(tree.root, "a");
  assert.throws(() => tree.write(tree.open(tree.root, "b", OPEN), 0, new Uint8Array(60)), LimitBroken);
  tree.reopen(file, -1);
  tree.write(tree.open(tree.root, "b", OPEN), 0, new Uint8Array(60));
});
