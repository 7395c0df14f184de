// Explains VGG16 once more than once and prints the most memory this process ever held, in bytes.
import { epsilonPlusFlat, LRP } from "@relprop/lrp";
import { useSimd } from "@relprop/tensor/simd";
import { randomTensor, vgg16 } from "../networks.js";
import { generator } from "../random.js";

useSimd();
const lrp = new LRP(vgg16(), epsilonPlusFlat());
const input = randomTensor([1, 3, 224, 224], generator(2));
for (let i = 0; i < 3; i++) lrp.analyze(input);
console.log(process.resourceUsage().maxRSS * 1024);
