import { Router } from 'express';
import { toBuffer } from 'qrcode';
import { z } from 'zod';
import { newSession, toSessionView } from '../session';
import { logOut, restart, start, stop } from '../session-life';
import type { WahaState } from '../waha-state';
import { findSession, refuse } from './door';

const bodySchema = z.looseObject({
  name: z.string().default('default'),
  start: z.boolean().default(true),
  config: z.looseObject({}).nullish(),
});

const verbs = { start, stop, restart, logout: logOut };

function addLife(router: Router, waha: WahaState): void {
  const { sessions, options } = waha;
  for (const [verb, act] of Object.entries(verbs)) {
    router.post(`/sessions/:name/${verb}`, (request, response) => {
      const session = findSession(waha, request.params['name'] ?? '', response);
      if (!session) return;
      act(waha, session);
      response.status(201).json(toSessionView(session, options.engine));
    });
  }
  router.delete('/sessions/:name', (request, response) => {
    sessions.delete(request.params.name);
    waha.save();
    response.status(200).end();
  });
}

function addConfiguration(router: Router, waha: WahaState): void {
  const { sessions, options } = waha;
  router.post('/sessions', (request, response) => {
    const { name, config, start: isStarted } = bodySchema.parse(request.body ?? {});
    if (sessions.has(name)) {
      return refuse(response, 422, `Session '${name}' already exists. Use PUT to update it.`);
    }
    const session = newSession(name, config ?? {});
    sessions.set(name, session);
    if (isStarted) start(waha, session);
    waha.save();
    response.status(201).json(toSessionView(session, options.engine));
  });
  router.put('/sessions/:name', (request, response) => {
    const session = findSession(waha, request.params.name, response);
    if (!session) return;
    session.config = bodySchema.parse(request.body ?? {}).config ?? {};
    if (session.status !== 'STOPPED') restart(waha, session);
    waha.save();
    response.json(toSessionView(session, options.engine));
  });
}

function addQr(router: Router, waha: WahaState): void {
  router.get('/:name/auth/qr', async (request, response) => {
    const session = findSession(waha, request.params.name, response);
    if (!session) return;
    if (session.status !== 'SCAN_QR_CODE') {
      return refuse(response, 422, `Can get QR code only in SCAN_QR_CODE status, not ${session.status}`);
    }
    const value = `2@sandbox/${session.name}/${session.qrCount},not-a-real-code,scan-by-control==`;
    if (request.query['format'] === 'raw') return void response.json({ value });
    const image = await toBuffer(value, { scale: 6 });
    if (request.accepts(['image/png', 'application/json']) === 'application/json') {
      return void response.json({ mimetype: 'image/png', data: image.toString('base64') });
    }
    response.type('image/png').send(image);
  });
}

/** Version, sessions and their codes. */
export function createSessionRoutes(waha: WahaState): Router {
  const { sessions, options } = waha;
  const router = Router();
  const version = { version: '2026.6.1', engine: options.engine, tier: 'PLUS', browser: null };
  router.get(['/version', '/server/version'], (_request, response) => void response.json(version));
  router.get('/sessions', (request, response) => {
    const isAll = request.query['all'] === 'true';
    const shown = [...sessions.values()].filter(({ status }) => isAll || status !== 'STOPPED');
    response.json(shown.map((session) => toSessionView(session, options.engine)));
  });
  router.get('/sessions/:name', (request, response) => {
    const session = findSession(waha, request.params.name, response);
    if (session) response.json(toSessionView(session, options.engine));
  });
  router.get('/sessions/:name/me', (request, response) => {
    const session = findSession(waha, request.params.name, response);
    if (session) response.json(session.status === 'WORKING' ? session.me : null);
  });
  addConfiguration(router, waha);
  addLife(router, waha);
  addQr(router, waha);
  return router;
}
