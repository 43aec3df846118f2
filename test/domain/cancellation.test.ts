import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Cancellation, type CancelSignal } from '../../src/domain/cancellation.ts';

it('tells all who listen, once and in order, and why', () => {
  const told: string[] = [];
  const cancellation = new Cancellation();
  const first = () => told.push('first');
  cancellation.addEventListener('abort', first);
  cancellation.addEventListener('abort', { handleEvent: () => told.push('second') });
  cancellation.addEventListener('abort', first);
  expect(cancellation).toMatchObject({ aborted: false, reason: undefined });
  cancellation.abort('over');
  cancellation.abort('over again');
  expect(told).toEqual(['first', 'second']);
  expect(cancellation).toMatchObject({ aborted: true, reason: 'over' });
});

it('tells nobody who listens no longer, or not yet', () => {
  const told: string[] = [];
  const cancellation = new Cancellation();
  const left = () => told.push('left');
  cancellation.addEventListener('abort', () => {
    cancellation.removeEventListener('abort', left);
    cancellation.addEventListener('abort', () => told.push('late'));
  });
  cancellation.addEventListener('abort', left);
  cancellation.abort('over');
  cancellation.addEventListener('abort', () => told.push('too late'));
  expect(told).toEqual([]);
});

it('tells what a signal of the platform tells', () => {
  const controller = new AbortController();
  const cancellation = new Cancellation();
  const told: string[] = [];
  const listen = (name: string, signal: CancelSignal) =>
    signal.addEventListener('abort', () => told.push(`${name} ${String(signal.aborted)} ${String(signal.reason)}`), {
      once: true,
    });
  listen('platform', controller.signal);
  listen('own', cancellation);
  controller.abort('over');
  cancellation.abort('over');
  expect(told).toEqual(['platform true over', 'own true over']);
});

it('tells whom a signal of the platform tells, in the same order, whoever came and went before', () => {
  const changes = fc.array(fc.tuple(fc.constantFrom('add', 'remove'), fc.integer({ min: 0, max: 3 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(changes, (steps) => {
      const controller = new AbortController();
      const cancellation = new Cancellation();
      const told = [controller.signal, cancellation].map((signal: CancelSignal) => {
        const names: number[] = [];
        const listeners = [0, 1, 2, 3].map((name) => () => void names.push(name));
        for (const [change, which] of steps) {
          const listener = listeners[which] as () => void;
          if (change === 'add') signal.addEventListener('abort', listener, { once: true });
          else signal.removeEventListener('abort', listener);
        }
        return names;
      });
      controller.abort();
      cancellation.abort('over');
      expect(told[1]).toEqual(told[0]);
    }),
  );
});
