/** In place of a model: a list of calls. One of them depends on the reply before it, as with a real one. */

const SAVE = `
import csv, io, sys
rows = list(csv.DictReader(io.StringIO(sys.stdin.read())))
with open("cities.txt", "w") as file:
    file.writelines(f"{row['city']} {row['n']}\\n" for row in rows)
print(len(rows), "rows saved")
`;
const SCRIPT = `
open("/home/user/report", "w").write('''#!/usr/bin/env python3
import sys
sums = [int(line.split()[1]) for line in open(sys.argv[1])]
print("the sum is", sum(sums))
''')
print("written")
`;

const STEPS = [
  () => ({ tool: "Python", input: { code: SAVE, stdin: "city,n\nWien,3\nGraz,4\n" } }),
  () => ({ tool: "Command", input: { argv: ["./report", "cities.txt"] } }),
  // There is no such script: the model writes one.
  ([, { exitCode }]) => (exitCode === 127 ? { tool: "Python", input: { code: SCRIPT } } : null),
  () => ({ tool: "Command", input: { argv: ["./report", "cities.txt"] } }),
  () => ({ tool: "Python", input: { code: "print(undefined_name)" } }),
  () => ({ tool: "Python", input: { code: "while True: pass" }, stopAfterMs: 1000 }),
];

/**
 * @param {readonly any[]} replies
 * @returns {{tool: string, input: any, stopAfterMs?: number} | null} null at the end
 */
export const model = (replies) => STEPS[replies.length]?.(replies) ?? null;
