// Loaded into the gateway's process: on SIGUSR2 it collects garbage and tells what is left.
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  process.stderr.write(`probe ${JSON.stringify({ rss, heapUsed, handles })}\n`);
});
