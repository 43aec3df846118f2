// Loaded into every measured server with `--import`, and plain JavaScript, so that the built gateway runs without a
// TypeScript loader in its process. Answers the questions of usage.ts, and ends the server with its parent.
process.on('message', ({ id }) => {
  const { user, system } = process.cpuUsage();
  process.send?.({ id, answer: { cpuMs: (user + system) / 1_000, residentMb: process.memoryUsage.rss() / 2 ** 20 } });
});
process.on('disconnect', () => process.exit());
