import { expect, test } from "vitest";
import { blank, reportPage, scatter } from "@relprop/heatmap";

test("a report escapes all words and holds its pictures", () => {
  const page = reportPage({ title: "a < b", text: ["one & two"] }, [
    { heading: "<script>", table: [["k", "v"], ["<i>", "1"]], pictures: [
      { image: blank(4, 2, "#f00"), caption: "\"red\"" },
    ] },
  ]);
  expect(page).toContain("<title>a &#60; b</title>");
  expect(page).toContain("<p>one &#38; two</p>");
  expect(page).toContain("<td>&#60;i&#62;</td>");
  expect(page).not.toContain("<script>");
  expect(page).toMatch(/<img src="data:image\/png;base64,[^"]+" width="4" height="2" alt="&#34;red&#34;"/);
});

test("pictures larger than they are shown are made smaller", () => {
  const page = (width: number): number =>
    reportPage({ title: "t" }, [{ heading: "h", pictures: [{ image: blank(400, 200, "#f00"), width }] }]).length;
  expect(page(400)).toBeGreaterThan(10 * page(20));
});

test("points stand where they are, in the colours of their groups", () => {
  const svg = scatter([{ x: 0, y: 0, group: 0, name: "<a>" }, { x: 2, y: 4, group: 1 }], 100);
  expect(svg).toContain('<circle cx="8.0" cy="8.0" r="3" fill-opacity="0.7" fill="#0b6fb8"><title>&#60;a&#62;</title>');
  expect(svg).toContain('<circle cx="92.0" cy="92.0" r="3" fill-opacity="0.7" fill="#c8381e">');
});
