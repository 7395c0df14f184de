/** Shapes that broadcast. */

/** A shape that meets another: trailing axes, some of extent 1. */
export function meeting(r, shape) {
  const from = r.whole(0, shape.length);
  return shape.slice(from).map((extent) => (r.chance(0.3) ? 1 : extent));
}
