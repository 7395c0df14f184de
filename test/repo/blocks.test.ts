import { expect, test } from "vitest";
import { blocks, commands, links, namedPaths, program } from "./blocks.ts";

const page = `# A page
\`\`\`ts
import { a, type B } from "x";
import c from "y";

const b: B = a(c);
\`\`\`
Prose with \`\`\` in it.
~~~~ts no-run
import { d } from "x"; // a d
d(b);
~~~~
\`\`\`sh
# a comment
$ npm run demo && relprop explain model.onnx \\
    input.png # look
npm test
\`\`\`
\`\`\`ts
const b = 2;
\`\`\`
`;

test("blocks are found with their kind and place", () => {
  const found = blocks(page).map(({ info, line }) => `${info} at ${line}`);
  expect(found).toEqual(["ts at 3", "ts no-run at 10", "sh at 14", "ts at 20"]);
});

test("a program holds all blocks, those not to be run apart", () => {
  expect(program(page)).toBe(`import { a, B, d } from "x";
import { default as c } from "y";
const skipped: boolean = [].length > 0;
{ // line 3



const b: B = a(c);
if (skipped) { // line 10

d(b);
}
{ // line 20
const b = 2;
}
}
export {};
`);
});

test("commands are told one by one", () => {
  expect(commands(page)).toEqual(["npm run demo", "relprop explain model.onnx input.png", "npm test"]);
});

test("paths named in passing are found", () => {
  const prose = "`lrp/src/a.ts` a/b `a` `x/*.ts` `.ci/run` `a/b c`\n```sh\n`c/d`\n```\n";
  expect(namedPaths(prose)).toEqual(["lrp/src/a.ts", ".ci/run"]);
});

test("links are those into the repository", () => {
  const prose = `[a](docs/a.md) ![b](b.png "title") [c](https://x.y/z) [d](#here) [e](e.md#there)
\`[f](f)\` <img src="g.png">`;
  expect(links(prose)).toEqual(["docs/a.md", "b.png", "e.md", "g.png"]);
});
