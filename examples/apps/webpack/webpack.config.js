// Nothing special: the packages are modules, and name no feature of Node.
export default { mode: "production", entry: "./index.js", experiments: { topLevelAwait: true } };
