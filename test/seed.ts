/** Property tests draw the same cases in every run; `FC_SEED=$RANDOM npm run unit` draws others. */
import fc from "fast-check";

const given = Number(process.env["FC_SEED"] ?? 20_261_122);
fc.configureGlobal({ seed: Number.isInteger(given) ? given : 20_261_122 });
