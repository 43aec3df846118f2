import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIORITIES, type Priority } from '../../src/domain/priority.ts';
import { FairQueue, type Queued } from '../../src/transport/fair-queue.ts';

interface Named extends Queued {
  readonly name: string;
}

const WEIGHT: Record<Priority, number> = { SETTLING: 16, MUTATION: 8, READ: 4, BULK: 1 };
const all = () => true;

function queueOf(...items: readonly (readonly [priority: Priority, scope: string])[]) {
  const queue = new FairQueue<Named>();
  for (const [index, [priority, scope]] of items.entries()) queue.push({ priority, scope, name: `${scope}${index}` });
  return queue;
}

function drain(queue: FairQueue<Named>): string[] {
  const names: string[] = [];
  for (let item = queue.shift(all); item; item = queue.shift(all)) names.push(item.name);
  return names;
}

it('has those of one scope take turns with those of others', () => {
  const queue = queueOf(['READ', 'a'], ['READ', 'a'], ['READ', 'a'], ['READ', 'b'], ['READ', 'c'], ['READ', 'b']);
  expect(drain(queue)).toEqual(['a0', 'b3', 'c4', 'a1', 'b5', 'a2']);
});

it('lets the urgent go first, and nothing wait for ever', () => {
  const many = (priority: Priority) => Array.from({ length: 40 }, () => [priority, priority] as const);
  const names = drain(queueOf(...many('BULK'), ...many('READ'), ...many('MUTATION'), ...many('SETTLING')));
  const first = names.slice(0, 29).map((name) => name.replace(/\d/g, ''));
  expect(first.slice(0, 4)).toEqual(['SETTLING', 'MUTATION', 'READ', 'BULK']);
  expect(PRIORITIES.map((priority) => first.filter((name) => name === priority).length)).toEqual([16, 8, 4, 1]);
});

it('gives nobody more for not having been there', () => {
  const queue = queueOf(...Array.from({ length: 100 }, () => ['BULK', 'x'] as const));
  for (let i = 0; i < 50; i += 1) queue.shift(all);
  for (let i = 0; i < 20; i += 1) queue.push({ priority: 'READ', scope: 'r', name: 'read' });
  const next = Array.from({ length: 10 }, () => queue.shift(all)?.priority);
  expect(next.map((priority) => priority?.[0]).join('')).toBe('RRRRRBRRRR');
});

it('passes over those that may not go', () => {
  const queue = queueOf(['READ', 'a'], ['BULK', 'a'], ['MUTATION', 'a']);
  const mayGo = (priority: Priority) => priority === 'MUTATION';
  expect(queue.shift(mayGo)?.name).toBe('a2');
  expect(queue.shift(mayGo)).toBeUndefined();
  expect(queue.size).toBe(2);
});

describe('whatever happens', () => {
  const priority = fc.constantFrom(...PRIORITIES);
  const scope = fc.constantFrom('a', 'b', 'c');
  const acts = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), priority, scope }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('shift' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
    ),
    { maxLength: 200 },
  );

  it('everything comes out once, those of a priority and scope in order, and none that was removed', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const queue = new FairQueue<Named>();
        const inside: Named[] = [];
        for (const [index, act] of list.entries()) {
          if (act.do === 'push') {
            const item = { priority: act.priority, scope: act.scope, name: String(index) };
            queue.push(item);
            inside.push(item);
          } else if (act.do === 'remove') {
            const item = inside[act.which % Math.max(1, inside.length)];
            if (item) {
              queue.remove(item);
              queue.remove(item);
              inside.splice(inside.indexOf(item), 1);
            }
          } else {
            const item = queue.shift(all);
            expect(item !== undefined).toBe(inside.length > 0);
            if (!item) continue;
            const first = inside.find((other) => other.priority === item.priority && other.scope === item.scope);
            expect(item).toBe(first);
            inside.splice(inside.indexOf(item), 1);
          }
          expect(queue.size).toBe(inside.length);
        }
        expect(new Set(queue)).toEqual(new Set(inside));
      }),
    );
  });

  it('a priority with something to do gets its share, whatever the others do', () => {
    fc.assert(
      fc.property(
        priority,
        fc.array(priority, { maxLength: 60 }),
        fc.integer({ min: 1, max: 120 }),
        (own, others, n) => {
          const queue = new FairQueue<Named>();
          for (const other of others) queue.push({ priority: other, scope: 'o', name: 'other' });
          for (let i = 0; i < n; i += 1) queue.push({ priority: own, scope: 's', name: 'own' });
          const total = PRIORITIES.reduce((sum, each) => sum + WEIGHT[each], 0);
          let got = 0;
          for (let turn = 1; turn <= n; turn += 1) {
            if (queue.shift(all)?.priority === own) got += 1;
            // Each of the other three may be ahead by one turn of its own.
            expect(got).toBeGreaterThanOrEqual(Math.floor((turn * WEIGHT[own]) / total) - 3);
            queue.push({ priority: others[turn % Math.max(1, others.length)] ?? own, scope: 'o', name: 'other' });
          }
        },
      ),
    );
  });

  it('a newcomer waits for no more than it is told are ahead, if nobody else comes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(priority, scope), { maxLength: 80 }), priority, scope, (items, own, by) => {
        const queue = queueOf(...items);
        const ahead = queue.ahead({ priority: own, scope: by });
        const newcomer = { priority: own, scope: by, name: 'newcomer' };
        queue.push(newcomer);
        expect(drain(queue).indexOf('newcomer')).toBeLessThanOrEqual(ahead);
      }),
    );
  });
});
