import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { ApiServer } from './api';
import { cookieOf, openLink } from './browser';
import { opened } from './opened';

/** One browser for all tests of a file. */
export const useBrowser = (): Browser =>
  opened(
    () =>
      chromium.launch({
        executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      }),
    (browser) => browser.close(),
  );

export interface Visit {
  page: Page;
  /** What the page did that it must not do: requests to elsewhere, breaches of its policy, errors. */
  faults: string[];
  close: () => Promise<void>;
}

type Role = 'admin' | 'agent' | 'viewer';

interface Look {
  path: string;
  /** Null: nobody is logged in. The administrator unless given. */
  role?: Role | null;
  language?: string;
  dark?: boolean;
  width?: number;
  height?: number;
}

/** Notes everything that no page of ours may do. */
function watchFaults(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on('request', (sent) => {
    const url = sent.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) faults.push(`request to ${url}`);
  });
  page.on('console', (line) => {
    if (line.type() === 'error' && !/Failed to load resource/.test(line.text())) faults.push(line.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return faults;
}

/** What keeps some people from using a page, by axe: the serious and the critical. `rules`: only these, all of them unless given. */
export async function listSerious(page: Page, rules: string[] = []): Promise<string[]> {
  // No page of ours has frames: without those axe needs no page of its own to put its findings together.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** The path of a link that logs in once, as somebody of this role. */
async function makeLogInLink(api: ApiServer, role: Role): Promise<string> {
  if (role === 'admin') return (await api.post('/api/v1/log-in-links', {})).body.path;
  return (await api.post('/api/v1/users', { name: `Some ${role}`, role })).body.invitation.path;
}

/** Gives the browser the session that a link opens. Opening the link in the page draws another page first. */
async function logIn(context: BrowserContext, api: ApiServer, role: Role): Promise<void> {
  const [name = '', value = ''] = cookieOf(await openLink(api, await makeLogInLink(api, role))).split('=');
  await context.addCookies([{ name, value, url: api.url, httpOnly: true, sameSite: 'Lax' }]);
}

/** Opens a page of the workspace in a context of its own, as somebody who is logged in. */
export async function visit(
  browser: Browser,
  api: ApiServer,
  { path, role = 'admin', language = 'en', dark = false, width = 1280, height = 900 }: Look,
): Promise<Visit> {
  const context: BrowserContext = await browser.newContext({
    locale: language,
    timezoneId: 'Europe/Berlin',
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  // A busy machine is slow, and only what hangs may end a test.
  page.setDefaultTimeout(120_000);
  const faults = watchFaults(page, api.url);
  if (role) await logIn(context, api, role);
  await page.goto(`${api.url}${path}`);
  return { page, faults, close: () => context.close() };
}
