/** Bars of how long each contestant takes, beside relprop: an SVG picture. */
import { median } from "./rounds.js";

const groups = [
  { title: "VGG16, forward", subject: "vgg16" },
  { title: "ResNet-18, forward", subject: "resnet18" },
  { title: "LeNet-5, one image, forward", subject: "lenet5" },
  { title: "3×3 convolution 64→64 at 112²", subject: "conv64" },
  { title: "3×3 convolution 256→256 at 28²", subject: "conv256" },
  {
    title: "VGG16, LRP epsilonPlusFlat; PyTorch: forward and input gradient alone",
    subject: "vgg16",
    works: { relprop: "epsilon-plus-flat", PyTorch: "gradient" },
  },
];

const contestants = {
  relprop: "#b3202c", "onnxruntime-web wasm": "#7d8a99", "TensorFlow.js wasm": "#a3aebb", PyTorch: "#56657a",
};

const [WIDTH, LABEL, BAR, ROW, HEAD] = [760, 170, 430, 18, 30];

/** One group per work; within it bars are to one scale, and numbers are times, and times relative to relprop's. */
export function chart(peers, clock, { line }) {
  let y = 14;
  const parts = [];
  for (const { title, subject, works } of groups) {
    const bars = Object.keys(contestants).flatMap((name) => {
      const what = works === undefined ? "forward" : works[name];
      const times = peers[`${name} | ${subject} | ${what}`];
      return times === undefined ? [] : [{ name, times: times[clock] }];
    });
    const own = bars.find(({ name }) => name === "relprop");
    if (own === undefined) continue;
    const largest = Math.max(...bars.map(({ times }) => median(times)));
    parts.push(text(10, y + 14, title, "600"));
    y += HEAD - 8;
    for (const { name, times } of bars) {
      const length = ((BAR * median(times)) / largest).toFixed(1);
      const relative = median(times.map((time, round) => time / own.times[round])).toFixed(2);
      const label = `${format(median(times))}${name === "relprop" ? "" : `, ${relative} ×`}`;
      parts.push(text(LABEL - 8, y + 13, name, "400", "end"));
      parts.push(`<rect x="${LABEL}" y="${y + 2}" width="${length}" height="${ROW - 4}" fill="${contestants[name]}"/>`);
      parts.push(text(LABEL + Number(length) + 6, y + 13, label));
      y += ROW;
    }
    y += 10;
  }
  parts.push(text(10, y + 14, `One thread. ${line}`, "400", "start", "#667"));
  const size = `width="${WIDTH}" height="${y + 26}" viewBox="0 0 ${WIDTH} ${y + 26}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function text(x, y, content, weight = "400", anchor = "start", fill = "#223") {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}">${escaped}</text>`;
}

function format(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3)} ms`;
}
