import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../src/transport/http-client.ts';
import { parseBaseUrl, requestTarget } from '../../src/transport/request-url.ts';

const get = (path: string, query?: HttpRequest['query']): HttpRequest => ({
  method: 'GET',
  path,
  template: '/deals/{id}',
  tokens: null,
  ...(query && { query }),
});

describe('requestTarget', () => {
  it.each<{ base: string; path: string; target: string }>([
    { base: 'https://crm.example', path: '/api/v2/deals/42', target: '/api/v2/deals/42' },
    { base: 'https://crm.example/', path: '/deals', target: '/deals' },
    { base: 'https://crm.example/api/v3', path: '/deals/1.json', target: '/api/v3/deals/1.json' },
    { base: 'https://crm.example/api/v3/', path: '/deals', target: '/api/v3/deals' },
  ])('$base and $path', ({ base, path, target }) => {
    expect(requestTarget(parseBaseUrl(base), get(path), {})).toBe(target);
  });

  it('refuses half of a character, which has no encoding', () => {
    const build = (title: string) =>
      requestTarget(parseBaseUrl('https://crm.example'), get('/deals', [['title', title]]), {});
    expect(() => build('a\ud83d')).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
    expect(build('\ud83d\udd0b')).toBe('/deals?title=%F0%9F%94%8B');
  });

  it('encodes names and values, leaves out what is absent, and adds credentials last', () => {
    const query = [
      ['conditions[deal_id]', '1,2'],
      ['title', 'a&b=c d/é?#'],
      ['page', 2],
      ['archived', false],
      ['cursor', undefined],
    ] as const;
    expect(
      requestTarget(parseBaseUrl('https://crm.example'), get('/deals', query), { query: [['api_key', 'k/1']] }),
    ).toBe(
      '/deals?conditions%5Bdeal_id%5D=1%2C2&title=a%26b%3Dc%20d%2F%C3%A9%3F%23&page=2&archived=false&api_key=k%2F1',
    );
  });

  it.each([
    '/deals/..',
    '/deals/../users',
    '/deals/.',
    '/deals/%2e%2e',
    '/deals/%2E%2e/users',
    '/deals/a%2Fb',
    '/deals//42',
    '//evil.example/deals',
    '/deals/',
    '',
    '/',
    'deals',
    '@evil.example/deals',
    '/deals\\..\\users',
    '/deals/4 2',
    '/deals/4\n2',
    '/deals?x=1',
    '/deals#x',
    '/deals/é',
  ])('refuses %j', (path) => {
    expect(() =>
      requestTarget(parseBaseUrl('https://crm.example/api'), get(path), { query: [['k', 's3cret']] }),
    ).toThrow('GET /deals/{id} was built with a path that leads elsewhere');
  });
});

describe('parseBaseUrl', () => {
  it.each([
    '',
    'crm.example',
    'ftp://crm.example',
    'https://s3cret@crm.example',
    'https://:s3cret@crm.example',
    'https://crm.example?key=s3cret',
    'https://crm.example#s3cret',
  ])('refuses %j without repeating secrets', (text) => {
    let message = '';
    try {
      parseBaseUrl(text);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^TypeError: the base URL /);
    expect(message).not.toContain('s3cret');
  });
});
