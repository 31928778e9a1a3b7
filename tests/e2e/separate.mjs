// The engine for a separate call of the Marp CLI: MARPWEAVE_TEST_JOB names the JSON file with the deck's job.
import { readFileSync } from "node:fs";
import config from "../../marpweave/render/js/marp.config.mjs";
import { work } from "../../marpweave/render/js/job.mjs";

const job = JSON.parse(readFileSync(process.env.MARPWEAVE_TEST_JOB, "utf8"));

export default Object.defineProperties({}, {
  ...Object.getOwnPropertyDescriptors(config),
  engine: {
    value: async (options) => {
      const marp = await config.engine(options);
      const render = marp.render;
      marp.render = (...given) => work.run(job, () => render(...given));
      return marp;
    },
  },
});
