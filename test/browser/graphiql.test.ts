import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { CHROMIUM_ARGS, findChromium } from './chromium.ts';

const executablePath = findChromium();
if (executablePath === null) {
  process.stderr.write('GraphiQL is NOT tested in a browser: set CHROMIUM_PATH or install /usr/bin/chromium\n');
}

describe.skipIf(executablePath === null)('GraphiQL in Chromium', () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  const elsewhere: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    gateway = await startTestGateway();
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: CHROMIUM_ARGS });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const { origin } = new URL(gateway.url);
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !url.startsWith('blob:') && !url.startsWith('data:')) elsewhere.push(url);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(gateway.url);
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  it('opens with the example operations in tabs', async () => {
    await page.getByRole('tab', { name: 'DealsOfBothCrms' }).waitFor();
    const tabs = await page.getByRole('tab').allTextContents();
    expect(tabs).toEqual([
      expect.stringContaining('DealsOfBothCrms'),
      expect.stringContaining('DealsBeforeTheirLines'),
      expect.stringContaining('OneDeal'),
      expect.stringContaining('FindAndCount'),
      expect.stringContaining('AroundADeal'),
      expect.stringContaining('AddDeal'),
      expect.stringContaining('MergeDeals'),
      expect.stringContaining('PreviewUpdate'),
      expect.stringContaining('History'),
      expect.stringContaining('Capabilities'),
    ]);
    expect(await page.title()).toBe('dealgraph');
  });

  it('runs the first one and shows deals', async () => {
    await page.getByRole('button', { name: /^Execute query/ }).click();
    const result = page.locator('.graphiql-response');
    await result.getByText('"nodes"').first().waitFor();
    expect(await result.textContent()).toMatch(/(pipedrive|pipelinedeals):Deal:\d+/);
    expect(await result.textContent()).not.toContain('"errors"');
  });

  const openTab = async (name: string) => {
    await page.getByRole('button', { name }).click();
    await page.locator('.graphiql-tab-active', { hasText: name }).waitFor();
  };
  // GraphiQL takes notice of a tab's operation a moment after showing it, and until then sends nothing.
  const run = async () => {
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.waitForTimeout(500);
    return page.locator('.graphiql-response').textContent();
  };

  it('puts together what comes in parts', async () => {
    const types: (string | undefined)[] = [];
    page.on('response', (response) => types.push(response.headers()['content-type']?.split(';')[0]));
    await openTab('DealsBeforeTheirLines');
    await expect.poll(run).toContain('"quantity"');
    expect(types).toContain('multipart/mixed');
  });

  it('runs the others with their variables, when their tabs are clicked', async () => {
    await openTab('AddDeal');
    await expect.poll(run).toContain('"APPLIED"');
    const posts = gateway.pipelinedeals.log.filter((entry) => entry.method === 'POST');
    expect(posts.map((entry) => entry.body)).toContainEqual({
      deal: expect.objectContaining({ name: 'Fleet renewal 2027' }),
    });
  });

  it('explains the schema', async () => {
    const { description } = schema.getQueryType()?.getFields().deals ?? {};
    const sentence = description?.split(/[.`\n]/)[0] ?? '';
    expect(sentence).not.toBe('');
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const explorer = page.locator('.graphiql-doc-explorer');
    await explorer.getByText('Query', { exact: true }).click();
    await explorer.getByText(sentence).first().waitFor();
  });

  it('needs nothing from anywhere else', () => {
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
