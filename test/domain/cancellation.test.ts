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
