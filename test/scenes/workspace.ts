import { request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { adminToken } from './api';
import { opened } from './opened';

const dist = join(__dirname, '..', '..', 'workspace', 'dist');
const policy =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/** The page and the API under one origin, opened with the administrator's token. */
export async function serveWorkspace(apiUrl: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const app = express();
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${adminToken}` };
    const { method, url = '/' } = incoming;
    const forward = request(new URL(url, apiUrl), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forward.destroy());
    incoming.pipe(forward);
  };
  app.use('/api', (incoming, outgoing) => {
    incoming.url = incoming.originalUrl;
    pass(incoming, outgoing);
  });
  app.use((_request, response, next) => {
    response.set('Content-Security-Policy', policy);
    next();
  });
  app.use(express.static(dist));
  app.use((_request, response) => response.sendFile(join(dist, 'index.html')));
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

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

interface Look {
  path: string;
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
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) faults.push(`request to ${url}`);
  });
  page.on('console', (line) => {
    if (line.type() === 'error' && !/Failed to load resource/.test(line.text())) faults.push(line.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return faults;
}

/** Opens a page of the workspace in a context of its own. */
export async function visit(
  browser: Browser,
  origin: string,
  { path, language = 'en', dark = false, width = 1280, height = 900 }: Look,
): Promise<Visit> {
  const context: BrowserContext = await browser.newContext({
    locale: language,
    timezoneId: 'Europe/Berlin',
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults = watchFaults(page, origin);
  await page.goto(`${origin}${path}`);
  return { page, faults, close: () => context.close() };
}
