import { Agent, setGlobalDispatcher } from 'undici';

/** By default a connection is given up after ten seconds, which hundreds opened at once take on a busy machine. */
setGlobalDispatcher(new Agent({ connect: { timeout: 120_000 } }));
