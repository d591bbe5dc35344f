import { Router, type RequestHandler, type Response } from 'express';
import { toDataURL } from 'qrcode';
import { count, type EvolutionState } from './evolution-state';
import { newInstance, type Hook, type Instance, type InstanceState } from './instance';
import { hitByFault } from '../source-server/request-faults';
import { sendEvent } from './webhooks';

/** A refusal in Evolution's form. */
export const refuse = (response: Response, status: number, message: string): void =>
  void response.status(status).json({ status, error: 'Refused', response: { message: [message] } });

/** Faults of requests, then whether the instance is there, then the key: in this order. */
export function createDoor(evolution: EvolutionState): RequestHandler {
  const { options, instances } = evolution;
  return async (request, response, next) => {
    const { path } = request;
    count(evolution, `request ${request.method} ${path}`);
    if (await hitByFault(evolution, request, response, refuse)) return;
    const name = decodeURIComponent(path.split('/')[3] ?? '');
    const isOfOne = !/^\/instance\/(?:create|fetchInstances)/.test(path);
    const instance = instances.get(name);
    if (isOfOne && !instance) return refuse(response, 404, 'The instance does not exist');
    const key = request.get('apikey');
    if (key !== options.apiKey && !(isOfOne && instance?.token === key))
      return refuse(response, 401, 'Unauthorized');
    response.locals['instance'] = instance;
    next();
  };
}

export const instanceOf = (response: Response): Instance => response.locals['instance'] as Instance;

/** The instance's new state, told to its webhook. */
export function changeState(
  evolution: EvolutionState,
  instance: Instance,
  state: InstanceState,
  statusReason = 200,
): void {
  instance.state = state;
  evolution.save();
  const wuid = state === 'open' ? { wuid: instance.ownerJid } : {};
  sendEvent(evolution, instance, 'connection.update', {
    instance: instance.name,
    state,
    statusReason,
    ...wuid,
  });
}

async function connect(evolution: EvolutionState, instance: Instance) {
  const { name } = instance;
  if (instance.state === 'close') changeState(evolution, instance, instance.ownerJid ? 'open' : 'connecting');
  if (instance.state === 'open') return { instance: { instanceName: name, state: 'open' } };
  return { pairingCode: null, code: `2@${name}`, base64: await toDataURL(`2@${name}`), count: 1 };
}

function logOut(evolution: EvolutionState, instance: Instance): void {
  instance.ownerJid = null;
  changeState(evolution, instance, 'close', 401);
}

function createHookRoutes(evolution: EvolutionState): Router {
  const router = Router();
  router.get('/webhook/find/:name', (_, response) => void response.json(instanceOf(response).hook));
  router.post('/webhook/set/:name', (request, response) => {
    const { webhook } = request.body as { webhook: Hook & { byEvents: boolean; base64: boolean } };
    const { byEvents, base64, ...given } = webhook;
    const hook = { ...given, webhookByEvents: byEvents, webhookBase64: base64 };
    instanceOf(response).hook = hook;
    evolution.save();
    response.status(201).json(hook);
  });
  return router;
}

/** The life of instances. */
export function createInstanceRoutes(evolution: EvolutionState): Router {
  const router = createHookRoutes(evolution);
  router.post('/instance/create', (request, response) => {
    const { instanceName } = request.body as { instanceName: string };
    if (evolution.instances.has(instanceName)) return refuse(response, 403, 'This name is already in use.');
    evolution.instances.set(instanceName, newInstance(instanceName));
    evolution.save();
    response.status(201).json({ instance: { instanceName } });
  });
  router.get('/instance/fetchInstances', (request, response) => {
    const found = [...evolution.instances.values()].filter(
      ({ name }) => name === request.query['instanceName'],
    );
    if (found.length === 0) return refuse(response, 404, 'Not found');
    response.json(found.map(({ name, ownerJid, state }) => ({ name, ownerJid, connectionStatus: state })));
  });
  router.get('/instance/connectionState/:name', (_, response) => {
    const { name, state } = instanceOf(response);
    response.json({ instance: { instanceName: name, state } });
  });
  router.get('/instance/connect/:name', async (_, response) => {
    response.json(await connect(evolution, instanceOf(response)));
  });
  router.post('/instance/restart/:name', async (_, response) => {
    response.json(await connect(evolution, instanceOf(response)));
  });
  router.delete('/instance/logout/:name', (_, response) => {
    if (instanceOf(response).state === 'close') return refuse(response, 400, 'not connected');
    logOut(evolution, instanceOf(response));
    response.json({ status: 'SUCCESS' });
  });
  return router;
}
