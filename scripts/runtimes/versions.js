/** The runtimes that are installed where they are missing: exact, so that a run means the same tomorrow. */
export const versions = {
  node: { 20: "20.20.2", 22: "22.23.3", 24: "24.21.0", 26: "26.10.0" },
  deno: "2.9.6",
  bun: "1.4.5",
  workerd: "1.20261117.1",
};
