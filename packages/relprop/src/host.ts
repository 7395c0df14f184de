/** What this package asks of its host, where it is there: a browser's own decoder of pictures, files. */
import type { Image } from "@relprop/heatmap";

interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

interface Context {
  drawImage(bitmap: Bitmap, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): Image;
}

interface Browser {
  readonly Blob?: new (parts: readonly Uint8Array[]) => object;
  readonly createImageBitmap?: (blob: object) => Promise<Bitmap>;
  readonly OffscreenCanvas?: new (width: number, height: number) => { getContext(kind: "2d"): Context | null };
}

/** The decoder of browsers, which reads JPEG, WebP and AVIF and turns pictures upright; `undefined` elsewhere. */
export function hostDecoder(): ((bytes: Uint8Array) => Promise<Image>) | undefined {
  const { Blob, createImageBitmap, OffscreenCanvas } = globalThis as unknown as Browser;
  if (Blob === undefined || createImageBitmap === undefined || OffscreenCanvas === undefined) return undefined;
  return async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    if (context === null) throw new TypeError("explain: takes a host with a canvas that draws, got one without");
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    return context.getImageData(0, 0, width, height);
  };
}

interface WithModules {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/** A module that the host brings, without an import that bundlers would follow; `undefined` where there is none. */
export function hostModule<Module>(name: string): Module | undefined {
  return (globalThis as WithModules).process?.getBuiltinModule?.(name) as Module | undefined;
}
