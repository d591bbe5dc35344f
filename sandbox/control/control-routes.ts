import { json, Router, type Response } from 'express';
import { z } from 'zod';
import { faultSchema } from '../faults';
import * as contacts from '../portal-contacts';
import { limitsSchema, seedContactSchema, settingsSchema, timingSchema } from '../portal-options';
import { setLimits, setSettings, setTiming } from '../portal-setup';
import type { PortalState } from '../portal-state';

const patchSchema = z.strictObject({
  name: z.string().optional(),
  lastName: z.string().optional(),
  phones: z.array(z.string()).optional(),
  emails: z.array(z.string()).optional(),
  fields: z.record(z.string(), z.unknown()).optional(),
});
const mergeSchema = z.strictObject({ into: z.number().int() });
const clockSchema = z.strictObject({ offsetMs: z.number() });

/** Parses a body; a bad one is answered with 400 and every reason, and gives undefined. */
function parseBody<T>(schema: z.ZodType<T>, body: unknown, res: Response): { value: T } | undefined {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { value: parsed.data };
  res.status(400).json({ error: 'invalid', issues: parsed.error.issues });
  return undefined;
}

const done = (res: Response, isDone: boolean) =>
  isDone ? res.status(204).end() : res.status(404).json({ error: 'no such contact' });

function addContactRoutes(router: Router, portal: PortalState): void {
  const toView = (id: number) => {
    const contact = portal.data.contacts.get(id);
    return contact && { id, ...contact.fields, fm: contact.fm, comments: portal.data.countComments(id) };
  };
  router.get('/contacts', (_req, res) => {
    res.json([...portal.data.contacts.keys()].map(toView));
  });
  router.post('/contacts', (req, res) => {
    const body = parseBody(seedContactSchema, req.body, res);
    if (body) res.status(201).json({ id: contacts.addContact(portal, body.value) });
  });
  router.patch('/contacts/:id', (req, res) => {
    const body = parseBody(patchSchema, req.body, res);
    if (body) done(res, contacts.updateContact(portal, Number(req.params.id), body.value));
  });
  router.delete('/contacts/:id', (req, res) => {
    done(res, contacts.removeContact(portal, Number(req.params.id)));
  });
  router.post('/contacts/:id/merge', (req, res) => {
    const body = parseBody(mergeSchema, req.body, res);
    if (body) done(res, contacts.mergeContact(portal, Number(req.params.id), body.value.into));
  });
  router.get('/contacts/:id/comments', (req, res) => {
    res.json(contacts.listComments(portal, Number(req.params.id)));
  });
}

function addFaultRoutes(router: Router, { faults }: PortalState): void {
  router.get('/faults', (_req, res) => {
    res.json(faults.list());
  });
  router.put('/faults', (req, res) => {
    const body = parseBody(z.array(faultSchema), req.body, res);
    if (!body) return;
    faults.set(body.value);
    res.status(204).end();
  });
  router.delete('/faults', (_req, res) => {
    faults.set([]);
    res.status(204).end();
  });
}

function addSetupRoutes(router: Router, portal: PortalState): void {
  router.put('/limits', (req, res) => {
    const body = parseBody(limitsSchema.partial().nullable(), req.body, res);
    if (!body) return;
    setLimits(portal, body.value);
    res.json(portal.limits?.limits ?? null);
  });
  router.put('/timing', (req, res) => {
    const body = parseBody(timingSchema.partial(), req.body, res);
    if (!body) return;
    setTiming(portal, body.value);
    res.json(portal.timing);
  });
  router.put('/settings', (req, res) => {
    const body = parseBody(settingsSchema.partial(), req.body, res);
    if (!body) return;
    setSettings(portal, body.value);
    res.json(portal.settings);
  });
  router.put('/clock', (req, res) => {
    const body = parseBody(clockSchema, req.body, res);
    if (!body) return;
    portal.clock.offsetMs = body.value.offsetMs;
    res.status(204).end();
  });
}

/** `/sandbox/*`: what no real portal has. It answers also while the fault `down` is on, and is never counted. */
export function createControlRoutes(portal: PortalState): Router {
  const router = Router();
  // A page of another site, opened in the same browser, may not change anything here.
  router.use((req, res, next) => {
    const { origin, host } = req.headers;
    if (origin === undefined || origin === `http://${host}`) next();
    else res.status(403).json({ error: 'foreign origin' });
  });
  router.use(json({ strict: false, limit: '20mb' }));
  router.get('/stats', (_req, res) => {
    res.json(portal.statistics.read(portal.limits?.bucket.peak ?? 0));
  });
  router.delete('/stats', (_req, res) => {
    portal.statistics.reset();
    portal.limits?.bucket.resetPeak();
    res.status(204).end();
  });
  addFaultRoutes(router, portal);
  addContactRoutes(router, portal);
  addSetupRoutes(router, portal);
  return router;
}
