import type { LogEntry, SimRequest, SimResponse, Simulator } from '../../src/sandbox/kit/simulator.ts';
import { eventually } from './eventually.ts';

/** A simulated CRM whose answers wait until they are let go. Requests are logged when they arrive. */
export interface Held {
  /** Everything that was asked since, in order. */
  readonly log: readonly LogEntry[];
  /** Once there were so many requests. */
  arrived(count: number): Promise<void>;
  /** Lets go those that wait, and whatever comes later. */
  release(): void;
}

/** Holds the requests that are chosen: each is carried out when it arrives, and its answer is kept back. */
export function hold(simulator: Simulator, chosen: (request: SimRequest) => boolean = () => true): Held {
  const handle = simulator.handle.bind(simulator);
  const from = simulator.log.length;
  let isOpen = false;
  const waiting: (() => void)[] = [];
  simulator.handle = async (request): Promise<SimResponse> => {
    const answer = await handle(request);
    if (!isOpen && chosen(request)) await new Promise<void>((go) => waiting.push(go));
    return answer;
  };
  return {
    get log() {
      return simulator.log.slice(from);
    },
    async arrived(count) {
      await eventually(() => {
        const missing = count - (simulator.log.length - from);
        if (missing !== 0) throw new Error(`${missing} requests are missing`);
      });
    },
    release() {
      isOpen = true;
      simulator.handle = handle;
      for (const go of waiting) go();
    },
  };
}
