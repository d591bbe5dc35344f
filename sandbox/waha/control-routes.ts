import { json, Router, type Response } from 'express';
import { z } from 'zod';
import { sourceFaultSchema } from '../source-server/faults';
import { fillHistory, saidSchema, say } from './messages';
import { labellingSchema, setLabel } from './labels';
import type { Session } from './session';
import { changeStatus, scan } from './session-life';
import type { WahaState } from './waha-state';
import { sendEvent } from './webhooks';

const scanSchema = z.strictObject({
  /** Digits. */
  phone: z.string().regex(/^\d+$/),
  lid: z.string().regex(/^\d+$/).optional(),
  pushName: z.string().default('Sandbox'),
});
export type Scan = z.input<typeof scanSchema>;

const statusSchema = z.strictObject({
  status: z.enum(['STOPPED', 'STARTING', 'SCAN_QR_CODE', 'WORKING', 'FAILED']),
});
const eventSchema = z.strictObject({ event: z.string(), payload: z.unknown() });
const lidsSchema = z.record(z.string(), z.string().nullable());

/** What a phone does: it scans the code that is shown. */
export const scanWith = (waha: WahaState, session: Session, given: Scan): boolean => {
  const { phone, lid, pushName } = scanSchema.parse(given);
  return scan(waha, session, { id: `${phone}@c.us`, ...(lid ? { lid: `${lid}@lid` } : {}), pushName });
};

/** A bad body is answered with 400 and every reason. */
function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown, response: Response) {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return { value: parsed.data };
  response.status(400).json({ error: 'invalid', issues: parsed.error.issues });
  return null;
}

function addSessionControl(router: Router, waha: WahaState): void {
  const route = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    act: (session: Session, body: z.output<Schema>) => unknown,
  ) =>
    router.post(`/sessions/:name/${path}`, (request, response) => {
      const session = waha.sessions.get(request.params['name'] ?? '');
      if (!session) return void response.status(404).json({ error: 'no such session' });
      const body = readBody(schema, request.body, response);
      if (body) response.json(act(session, body.value) ?? {});
    });
  route('scan', z.unknown(), (session, body) => ({ scanned: scanWith(waha, session, body as Scan) }));
  route('status', statusSchema, (session, { status }) => changeStatus(waha, session, status));
  route('messages', saidSchema, (session, said) => say(waha, session, said));
  route('history', z.array(saidSchema), (session, said) => fillHistory(waha, session, said));
  route('events', eventSchema, (session, { event, payload }) => sendEvent(waha, session, event, payload));
  route('labels', labellingSchema, (session, labelling) => setLabel(waha, session, labelling));
  route('lids', lidsSchema, (session, lids) => {
    session.lids = { ...session.lids, ...lids };
    waha.save();
  });
}

/** `/sandbox/*`: what no real WAHA has. It answers also while the fault `down` is on. */
export function createWahaControl(waha: WahaState): Router {
  const router = Router();
  router.use(json({ limit: '150mb' }));
  router.get('/faults', (_request, response) => void response.json(waha.faults.list()));
  router.put('/faults', (request, response) => {
    const body = readBody(z.array(sourceFaultSchema), request.body, response);
    if (!body) return;
    waha.faults.set(body.value);
    response.status(204).end();
  });
  router.get('/counts', (_request, response) => void response.json(Object.fromEntries(waha.counts)));
  addSessionControl(router, waha);
  return router;
}
