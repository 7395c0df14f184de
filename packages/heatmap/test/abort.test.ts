/** Pictures of which a caller wants no more. */
import { expect, test } from "vitest";
import { tensor } from "@relprop/tensor";
import {
  decodeImage, decodePng, Drawing, encodePng, heatmap, htmlPage, lineChart, tensorToImage,
} from "../src/index.ts";

const picture = tensorToImage(tensor([[[0, 1], [0.5, 0.25]]]));
const why = new Error("the client left");

test("nothing begins after the signal", async () => {
  const png = await encodePng(picture);
  const controller = new AbortController();
  controller.abort(why);
  const { signal } = controller;
  await expect(decodePng(png, { signal })).rejects.toBe(why);
  await expect(decodeImage(png, { signal })).rejects.toBe(why);
  await expect(encodePng(picture, { signal })).rejects.toBe(why);
  await expect(heatmap(tensor([[[0, 1]]])).png({ signal })).rejects.toBe(why);
  await expect(new Drawing(2, 2, [], "nothing").png(1, { signal })).rejects.toBe(why);
  await expect(lineChart([{ name: "a", values: [0, 1] }]).png({ signal })).rejects.toBe(why);
  const page = { title: "t", sections: [{ heading: "h", blocks: [{ kind: "text", text: "words" } as const] }] };
  await expect(htmlPage(page, { signal })).rejects.toBe(why);
});

test("what is under way ends with its reason, also a decoder that hangs", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
  const encoding = encodePng(picture, { signal });
  const hanging = decodeImage(jpeg, { signal, jpeg: () => new Promise<never>(() => undefined) });
  const figures = [{ image: picture, alt: "two by two" }];
  const sections = [{ heading: "h", blocks: [{ kind: "figures", figures } as const] }];
  const drawing = htmlPage({ title: "t", sections }, { signal });
  controller.abort(why);
  await expect(encoding).rejects.toBe(why);
  await expect(drawing).rejects.toBe(why);
  await expect(hanging).rejects.toBe(why);
});

test("a signal that is never given changes nothing", async () => {
  const { signal } = new AbortController();
  expect(await encodePng(picture, { signal })).toEqual(await encodePng(picture));
  expect(await decodePng(await encodePng(picture), { signal })).toEqual(picture);
});

test("pictures and files are what ImageData, Blob and Response take", async () => {
  const pixels: Uint8ClampedArray<ArrayBuffer> = heatmap(tensor([[[0, 1]]])).rgba().data;
  const bytes: Uint8Array<ArrayBuffer> = await heatmap(tensor([[[0, 1]]])).png();
  const read: Uint8ClampedArray<ArrayBuffer> = (await decodePng(bytes)).data;
  expect([pixels, bytes, read].map(({ buffer }) => buffer instanceof ArrayBuffer)).toEqual([true, true, true]);
  const shared = new Uint8ClampedArray(new SharedArrayBuffer(4)).fill(9);
  const copied = await decodeImage(Uint8Array.of(0xff, 0xd8), { jpeg: () => ({ width: 1, height: 1, data: shared }) });
  expect([copied.data.buffer instanceof ArrayBuffer, ...copied.data]).toEqual([true, 9, 9, 9, 9]);
});
