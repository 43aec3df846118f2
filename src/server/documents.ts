import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Characters of the texts that are kept; a parsed document takes about 100 times as much memory. */
const MAX_PARSED = 500_000;
const MAX_REFUSED = 500_000;

/**
 * Documents by their text, as they were parsed or refused, the last ones used. Most clients send a handful; whoever
 * sends others all the time does not take the memory with them.
 */
export class Documents {
  readonly parsed = byText<DocumentNode>(MAX_PARSED);
  readonly refused = byText<unknown & object>(MAX_REFUSED);
  readonly #valid = new WeakSet<DocumentNode>();

  /** One that was found valid before. */
  valid(text: string): DocumentNode | null {
    const document = this.parsed.get(text);
    return document && this.#valid.has(document) ? document : null;
  }

  foundValid(document: DocumentNode): void {
    this.#valid.add(document);
  }
}

function byText<T extends object>(maxSize: number): LRUCache<string, T> {
  return new LRUCache<string, T>({ maxSize, sizeCalculation: (_document, text) => Math.max(1, text.length) });
}
