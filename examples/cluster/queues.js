// What the cluster and its workers agree on.

/** The queue of shards to analyse, the queue of the one job that merges them, and the id of that job. */
export const [MAP, REDUCE, MERGE] = ["analyse", "merge", "merge-all"];

/** How to reach the server, and to keep trying for as long as it is away. */
export function connectionTo(port) {
  return { host: "127.0.0.1", port, maxRetriesPerRequest: null, retryStrategy: () => 200 };
}

/** The merge of all shards as a flow: it starts when every shard is done. */
export function flowOf(shards) {
  // Ids of their own: the same flow added twice is one.
  const opts = { attempts: 20, backoff: { type: "fixed", delay: 500 } };
  return {
    queueName: REDUCE,
    name: "merge",
    opts: { ...opts, jobId: MERGE },
    children: shards.map(({ first, end }) => ({
      queueName: MAP,
      name: "analyse",
      data: { first, end },
      opts: { ...opts, jobId: `analyse-${first}-${end}`, failParentOnFailure: true },
    })),
  };
}
