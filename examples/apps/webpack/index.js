import { explain } from "relprop";

const [model, picture] = await Promise.all(["digits.onnx", "3-a.png"].map((path) => fetch(path)));
const explained = await explain(model, picture);
const { width, height, data } = explained.overlay().rgba();
document.querySelector("canvas").getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
document.querySelector("output").textContent = explained.scores[0].label;
