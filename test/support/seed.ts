import fc from 'fast-check';

/**
 * Property tests try the same cases in every run, so that a change is judged by what it changed. `SEED=<integer>`
 * tries others, `SEED=random` ones that nobody has tried yet; a failure names its seed.
 */
const { SEED = '20261126' } = process.env;
fc.configureGlobal(SEED === 'random' ? {} : { seed: Number(SEED) });
