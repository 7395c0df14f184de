import { expect, test } from "vitest";
import { blank, Drawing, htmlPage, type PageBlock } from "@relprop/heatmap";

const page = (...blocks: readonly PageBlock[]): Promise<string> =>
  htmlPage({ title: "<Why>", subtitle: "a & b", sections: [{ heading: "It's", blocks }], footer: "end" });

test("a page holds everything, and no script", async () => {
  const html = await page(
    { kind: "text", text: "<script>alert(1)</script>" },
    { kind: "figures", figures: [{ image: blank(4, 3, "#ff0000"), alt: 'a "red" picture', caption: "red" }] },
    { kind: "drawing", drawing: new Drawing(5, 5, [], "nothing") },
  );
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html).not.toMatch(/<script|href="http|src="http|url\(/);
  expect(html).toContain("<title>&#60;Why&#62;</title>");
  expect(html).toContain("<h1>&#60;Why&#62;</h1><p>a &#38; b</p>");
  expect(html).toContain('width="4" height="3" alt="a &#34;red&#34; picture" class="sharp"');
  expect(html).toContain("default-src 'none'");
  expect(html).toContain("&#60;script&#62;");
});

test("bars are a table, as long as their shares, from the middle where some are negative", async () => {
  const bars = [{ name: "cat", text: "75 %", share: 0.75, marked: true }, { name: "dog", text: "25 %", share: 0.25 }];
  expect(await page({ kind: "bars", caption: "shares", bars })).toContain('style="left:0.00%;width:75.00%"');
  const against = { name: "x", text: "−1", share: -1 };
  const signed = await page({ kind: "bars", caption: "scores", bars: [...bars, against] });
  expect(signed).toContain('class="against" style="left:0.00%;width:50.00%"');
  expect(signed).toContain('class="for" style="left:50.00%;width:12.50%"');
  expect(signed).toContain('<th scope="row">cat <b>explained</b></th>');
});

test("tables have headings, captions, and numbers to the right", async () => {
  const rows = [["a", "−0.5"], ["b", "1e-7"]];
  const html = await page({ kind: "table", caption: "nodes", header: ["node", "in"], rows });
  expect(html).toContain('<th scope="col">node</th><th scope="col" class="number">in</th>');
  expect(html).toContain("<caption>nodes</caption>");
});

test("what is folded is a disclosure, notes are notes, legends say their numbers", async () => {
  const sections = [{ heading: "More", folded: true, blocks: [{ kind: "notes", notes: ["beware"] } as const] }];
  const html = await htmlPage({ title: "t", sections, language: "de" });
  expect(html).toContain("<details><summary><h2>More</h2></summary>");
  expect(html).toContain('<html lang="de">');
  expect(html).toContain('<ul class="notes"><li>beware</li>'); // another role would take the list from it
  const ticks = [{ at: 0, text: "−1" }, { at: 0.5, text: "0" }, { at: 1, text: "1" }];
  expect(await page({ kind: "legend", colors: ["#00f", "#fff", "#f00"], ticks }))
    .toContain('aria-label="colours from −1 to 1"><div style="background:linear-gradient(to right,#00f,#fff,#f00)">');
});

test("small figures stand many in a row, and large pictures among them are made smaller", async () => {
  const figures = [{ image: blank(1024, 512, "#ff0000"), alt: "a photo" }];
  expect(await page({ kind: "figures", figures, small: true })).toMatch(
    /<div class="figures small"><figure><img src="[^"]+" width="256" height="128"/,
  );
  expect(await page({ kind: "figures", figures })).toContain('width="1024" height="512"');
});

test("columns of numbers stand at the right, whatever sign their exponents have", async () => {
  const rows = [["a", "6.2e−9", "1"], ["b", "−3.6e−10", "x"]];
  const html = await page({ kind: "table", caption: "c", header: ["node", "bias", "rule"], rows });
  expect(html).toContain('<th scope="col" class="number">bias</th><th scope="col">rule</th>');
});
