import { tensor } from "@relprop/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePng, heatmap, lineChart } from "../src/index.ts";
import { escapeHtml } from "../src/drawing/html.ts";
import { base64 } from "../src/files/bytes.ts";
import { bytesOf } from "./samples.ts";

const map = heatmap(tensor([[1, -1], [0, 0.5]]), { scale: 20 });

test("a heatmap's figure holds the whole picture, shown enlarged with sharp pixels", async () => {
  const html = map.html();
  const whole = /^<figure style="margin:0"><img src="data:image\/png;base64,([A-Za-z0-9+/=]+)" (.*)><\/figure>$/;
  const [, data, attributes] = whole.exec(html)!;
  expect(attributes).toBe(
    'width="40" height="40" alt="heatmap of relevance" style="display:block;image-rendering:pixelated"',
  );
  expect(await decodePng(bytesOf(data!))).toEqual(heatmap(tensor([[1, -1], [0, 0.5]])).rgba());
});

test("text is escaped wherever it stands", () => {
  const nasty = `"><script>alert('1') && 2</script>`;
  const html = map.html({ alt: nasty, caption: nasty });
  expect(html).not.toContain("<script");
  expect(html.match(/<[a-z]+/g)).toEqual(["<figure", "<img", "<figcaption"]);
  expect(escapeHtml(nasty)).toBe(
    "&#34;&#62;&#60;script&#62;alert(&#39;1&#39;) &#38;&#38; 2&#60;/script&#62;",
  );
  fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(escapeHtml(text))));
});

test("a legend is a second picture that says its numbers", () => {
  const html = heatmap(tensor([[0.125, -3]]), { legend: true }).html({ caption: "why" });
  expect(html.match(/alt="[^"]*"/g)).toEqual(['alt="heatmap of relevance"', 'alt="colours from -3 to 3"']);
  expect(html).toContain("<figcaption>why</figcaption>");
});

test.each([["", ""], ["f", "Zg=="], ["fo", "Zm8="], ["foo", "Zm9v"], ["foob", "Zm9vYg=="], ["foobar", "Zm9vYmFy"]])(
  "%j is %j in base 64",
  (text, expected) => {
    expect(base64(Uint8Array.from(text, (character) => character.charCodeAt(0)))).toBe(expected);
  },
);

test("base 64 is undone by the host's decoder", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 99 }), (bytes) => {
    expect(bytesOf(base64(bytes))).toEqual(bytes);
  }));
});

test("SVG holds no character that it may not: names from files can be any", () => {
  const alt = "a\u001b[2J\u0000\ud800 <b>\ud83d\ude00";
  const svg = lineChart([{ name: alt, values: [1, 2] }], { title: alt }).svg();
  expect(svg).toContain("a\ufffd[2J\ufffd\ufffd &#60;b&#62;\ud83d\ude00");
  expect([...svg].some((letter) => letter < " " && letter !== "\n")).toBe(false);
});
