import { createRoot } from "react-dom/client";
import { loadModel } from "relprop";
import { Explanation } from "./explanation.jsx";

const model = fetch("digits.onnx").then(loadModel);
const picture = await (await fetch("3-a.png")).blob();
createRoot(document.getElementById("root")).render(<Explanation model={model} picture={picture} />);
