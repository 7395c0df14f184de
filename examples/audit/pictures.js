// Pictures as a model takes them: decoded, resized, cropped, normalised.
import { decodeImage, imageToTensor, preprocess, preprocessings } from "../../packages/relprop/dist/single.js";

const PICTURE = /\.(png|jpe?g|ppm|pgm|webp|avif)$/i;

/** The pictures among files, in the order of their paths. */
export function pictures(files, model, fit) {
  const chosen = files.filter(({ path }) => PICTURE.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (chosen.length === 0) throw new RangeError("there are no pictures: .png, .jpg, .webp, .avif or .ppm");
  const [{ name, shape = [] }] = model.inputs;
  if (shape.length !== 4) throw new RangeError(`the model takes [${shape.join(", ")}], which are no pictures`);
  const layout = model.layout(name) ?? "channelsFirst";
  const [channels, height, width] = layout === "channelsLast" ? [shape[3], shape[1], shape[2]] : shape.slice(1);
  const { mean, std } = preprocessings[fit] ?? {};
  const extents = [height ?? 224, width ?? 224];
  const read = async (id) => {
    const { file, path } = chosen[id];
    try {
      const image = await decodeImage(new Uint8Array(await file.arrayBuffer()), { jpeg: decoded, decoder: decoded });
      const scale = Math.max(extents[0] / image.height, extents[1] / image.width);
      const covering = [image.height, image.width].map((extent, i) => Math.max(extents[i], Math.round(extent * scale)));
      const pixels = imageToTensor(image, { channels: channels ?? 3 });
      const options = { resize: covering, crop: extents, layout: "channelsFirst" };
      const fitted = preprocess(pixels, { ...options, ...(mean && { mean, std }) });
      return layout === "channelsLast" ? turned(fitted) : fitted;
    } catch (error) {
      throw new RangeError(`${path}: ${error instanceof Error ? error.message : error}`);
    }
  };
  return { size: chosen.length, read, name: (id) => chosen[id].path, layout };
}

/** Channels from before the pixels to behind them. */
function turned(x) {
  const [, channels, height, width] = x.shape;
  const data = x.data.map((_, i) => x.data[(i % channels) * height * width + Math.floor(i / channels)]);
  return new x.constructor([1, height, width, channels], data);
}

/** What the browser decodes. */
async function decoded(bytes) {
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
