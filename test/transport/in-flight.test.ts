import { expect, it } from 'vitest';
import { InFlight } from '../../src/transport/in-flight.ts';
import { settled } from '../support/fake-clock.ts';

const patient = () => new AbortController().signal;

function enterAll(inFlight: InFlight, names: string[]) {
  const entered: string[] = [];
  const leave = new Map<string, () => void>();
  for (const name of names) {
    void inFlight.enter(patient()).then((done) => {
      entered.push(name);
      leave.set(name, done);
    });
  }
  return { entered, leave: (name: string) => leave.get(name)?.() };
}

it('lets so many in at a time, in order of arrival', async () => {
  const inFlight = new InFlight(2);
  const { entered, leave } = enterAll(inFlight, ['a', 'b', 'c', 'd']);
  await settled();
  expect(entered).toEqual(['a', 'b']);
  expect(inFlight.waiting).toBe(2);
  leave('b');
  await settled();
  expect(entered).toEqual(['a', 'b', 'c']);
  leave('a');
  await settled();
  expect(entered).toEqual(['a', 'b', 'c', 'd']);
});

it('counts a place given back twice once', async () => {
  const inFlight = new InFlight(1);
  const leave = await inFlight.enter(patient());
  leave();
  leave();
  const { entered } = enterAll(inFlight, ['a', 'b']);
  await settled();
  expect(entered).toEqual(['a']);
});

it('forgets who left the queue', async () => {
  const inFlight = new InFlight(1);
  const leave = await inFlight.enter(patient());
  const caller = new AbortController();
  const impatient = inFlight.enter(caller.signal);
  const { entered } = enterAll(inFlight, ['next']);
  caller.abort(new Error('gone'));
  await expect(impatient).rejects.toThrow('gone');
  leave();
  await settled();
  expect(entered).toEqual(['next']);
  await expect(inFlight.enter(caller.signal)).rejects.toThrow('gone');
});
