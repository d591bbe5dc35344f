import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import { notFound } from '../http/problem';
import { createAssets } from './assets';

/** The places of the workspace, as its router knows them. Any other address is none of ours, and a 404. */
const places =
  /^\/(?:|log-in|contacts|linking|reviews|sources|unreadable|webhooks|forgotten|portal|users|panel)(?:\/[\w%.~-]+)*\/?$/;

/** Files beside the page, such as its icon. */
const rootFile = /^\/[\w-]+\.(?:svg|png|ico|txt|webmanifest)$/;

/**
 * The page may load, and talk to, its own origin only; nothing inline, nothing evaluated. Pictures are also made by the page itself, such
 * as a QR code.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const panel = /^\/panel\/?$/;

/** Who may show the page in a frame: we ourselves, and the panel the pages of these extensions. */
function toFraming(path: string, panelOrigins: readonly string[]): Record<string, string> {
  const ancestors = panel.test(path) ? panelOrigins : [];
  return { 'Content-Security-Policy': `${policy}; frame-ancestors ${["'self'", ...ancestors].join(' ')}` };
}

const sendPage =
  (folder: string, panelOrigins: readonly string[]): RequestHandler =>
  (request, response) => {
    if (!existsSync(join(folder, 'index.html')))
      throw notFound('The workspace is not built: npm run build:workspace.');
    // It knows no single origins, and browsers that do not know `frame-ancestors` are not ours.
    if (panel.test(request.path)) response.removeHeader('X-Frame-Options');
    response.set({
      ...toFraming(request.path, panelOrigins),
      'Cache-Control': 'no-cache',
      'Referrer-Policy': 'no-referrer',
    });
    response.sendFile('index.html', { root: folder, cacheControl: false });
  };

/** The workspace's page, as it was built: the same file for every place in it, and its assets. */
export function createWorkspaceRouter(folder: string, panelOrigins: readonly string[]): Router {
  const router = Router();
  router.get('/assets/:name', createAssets(join(folder, 'assets')));
  router.get(places, sendPage(folder, panelOrigins));
  router.get(
    rootFile,
    express.static(folder, { index: false, dotfiles: 'ignore', maxAge: '1h', redirect: false }),
  );
  return router;
}
