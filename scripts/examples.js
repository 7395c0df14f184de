// npm run examples: starts the examples and uses them as their visitors would.
//
//   --requests N    how often the servers are asked between two looks at their memory
//   --only a,b      these and no others, of: node deno bun workerd folder browser studio audit reviews recipes cluster
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
import { reviewComplaints } from "./examples/reviews.js";
import { serverNames, withServer } from "./examples/servers.js";
import { studioComplaints } from "./examples/studio.js";
import { removeFolder } from "./remove-folder.js";
import { chromium } from "./runtimes/install.js";
import { root } from "./runtimes/pack.js";

const words = process.argv.slice(2);
const said = (name, otherwise) => (words.includes(name) ? words[words.indexOf(name) + 1] : otherwise);
const requests = Number(said("--requests", "500"));
const examples = [...serverNames, "folder", "browser", "studio", "audit", "reviews", "recipes", "cluster"];
const only = said("--only", examples.join()).split(",");
const shots = (example) => (words.includes("--screenshots") ? join(root, "examples", example) : undefined);

/** Megabytes by which the memory of a server may exceed what it was, after a round of requests, and stand still. */
const growth = 8;

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
  if (only.includes("reviews")) {
    await check("a page colours the words of a review, and shows which network hangs on a day of the week", () =>
      reviewComplaints(chromium({ fetch: true }), folder, { shots: shots("reviews") }),
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
    await check(`the ${name} server answers again and again in the same memory`, () =>
      withServer(name, folder, async (address, pid) => {
        const { settled, readings, perSecond } = await keepAsking(address, pid, requests, growth);
        console.log(`        ${perSecond} requests a second; after each ${requests}: ${readings.join(", ")} MB`);
        const between = `from ${readings[0]} to ${readings.at(-1)} MB`;
        return settled ? [] : [`did not stand still in ${readings.length} rounds, ${between}`];
      }),
    );
  }
} finally {
  await removeFolder(folder);
}

conclude("examples");
