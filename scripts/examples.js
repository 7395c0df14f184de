// npm run examples: starts the examples and uses them as their visitors would.
//
//   --requests N    how often the servers are asked while their memory is watched
//   --only a,b      these and no others, of: node deno bun workerd folder browser studio audit recipes cluster
//   --screenshots   writes those of the pages anew
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, conclude } from "./check.js";
import { answerComplaints, keepAsking } from "./examples/ask.js";
import { auditComplaints } from "./examples/audit.js";
import { clusterComplaints, hasRedis } from "./examples/cluster.js";
import { drawComplaints } from "./examples/draw.js";
import { cancelComplaints, folderComplaints } from "./examples/explain-folder.js";
import { tryRecipes } from "./examples/recipes.js";
import { serverNames, withServer } from "./examples/servers.js";
import { studioComplaints } from "./examples/studio.js";
import { removeFolder } from "./remove-folder.js";
import { chromium } from "./runtimes/install.js";
import { root } from "./runtimes/pack.js";

const words = process.argv.slice(2);
const said = (name, otherwise) => (words.includes(name) ? words[words.indexOf(name) + 1] : otherwise);
const requests = Number(said("--requests", "1000"));
const examples = [...serverNames, "folder", "browser", "studio", "audit", "recipes", "cluster"];
const only = said("--only", examples.join()).split(",");
const shots = (example) => (words.includes("--screenshots") ? join(root, "examples", example) : undefined);

/** Megabytes that may be added between half of the requests and their end. */
const growth = 48;

const folder = mkdtempSync(join(tmpdir(), "relprop-examples-"));

try {
  if (only.includes("folder")) {
    await check("a folder of images is explained by worker threads", () => folderComplaints(join(folder, "heatmaps")));
    await check("a job is called off, and its thread replaced", () => cancelComplaints(join(folder, "heatmaps")));
  }
  if (only.includes("browser")) {
    await check("a digit is drawn and explained in the page", async () =>
      drawComplaints(chromium({ fetch: true }), folder, { shots: shots("browser") }),
    );
  }
  if (only.includes("audit")) {
    await check("a network is audited in the page, which names the class that hangs on a mark", () =>
      auditComplaints(chromium({ fetch: true }), folder, { shots: shots("audit") }),
    );
  }
  if (only.includes("studio")) {
    await check("the studio explains, draws the network and changes a rule, at four sizes and lights", () =>
      studioComplaints(chromium({ fetch: true }), folder, { shots: shots("studio") }),
    );
  }
  if (only.includes("recipes")) await tryRecipes(chromium({ fetch: true }), join(folder, "recipes"));
  if (only.includes("cluster")) {
    if (hasRedis()) await check("a cluster whose processes are killed loses nothing", clusterComplaints);
    else console.log("not run a cluster whose processes are killed: there is no redis-server");
  }
  for (const name of serverNames.filter((server) => only.includes(server))) {
    await check(`the ${name} server explains, and refuses what it must`, () =>
      withServer(name, folder, answerComplaints),
    );
    await check(`the ${name} server answers ${requests} requests in the same memory`, () =>
      withServer(name, folder, async (address, pid) => {
        const { warm, end, perSecond } = await keepAsking(address, pid, requests);
        console.log(`        ${perSecond} requests a second; ${warm} MB after half of them, ${end} MB at the end`);
        return end - warm > growth ? [`grew by ${end - warm} MB`] : [];
      }),
    );
  }
} finally {
  await removeFolder(folder);
}

conclude("examples");
