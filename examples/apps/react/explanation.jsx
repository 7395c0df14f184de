// A component that explains a picture: <Explanation model={promise of a model} picture={blob} />.
import { useEffect, useRef, useState } from "react";
import { explain } from "relprop";

export function Explanation({ model, picture, ...options }) {
  const canvas = useRef(null);
  const [explained, setExplained] = useState();
  useEffect(() => {
    const { abort, signal } = withSignal();
    const explaining = Promise.resolve(model).then((loaded) => explain(loaded, picture, { ...options, signal }));
    explaining.then(setExplained, (error) => {
      if (!signal.aborted) throw error;
    });
    return abort;
  }, [model, picture]);
  useEffect(() => {
    if (explained === undefined) return;
    const { width, height, data } = explained.overlay().rgba();
    Object.assign(canvas.current, { width, height });
    canvas.current.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
  }, [explained]);
  return (
    <figure>
      <canvas ref={canvas} role="img" aria-label="relevance over the picture" />
      <figcaption><output>{explained?.scores[0].label}</output></figcaption>
    </figure>
  );
}

/** What ends work that nobody waits for any longer. */
function withSignal() {
  const controller = new AbortController();
  return { abort: () => controller.abort(), signal: controller.signal };
}
