import { createHash } from 'node:crypto';
import express, { json, type Express, type RequestHandler } from 'express';
import { createDashboardRoutes } from './dashboard-routes';
import { refuse, take, type GraphState } from './graph-state';

function createDoor(state: GraphState): RequestHandler {
  return (request, response, next) => {
    const { path, method } = request;
    const token = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1] ?? null;
    state.asked.push({ request: `${method} ${path}`, token });
    if (take(state, 'down', path)) return void request.socket.destroy();
    const refused = take(state, 'refuse', path);
    if (refused) return refuse(response, refused.status ?? 400, refused.code ?? 100);
    if (token !== state.options.token) return refuse(response, 401, 190);
    next();
  };
}

/** Each kind may be asked for once, as at Meta. */
function createSync(state: GraphState): RequestHandler {
  return (request, response) => {
    const { sync_type: kind } = request.body as { sync_type?: string };
    const name = kind ?? '';
    if (state.kept.synced.includes(name)) return refuse(response, 400, 2593107);
    state.kept.synced.push(name);
    state.save();
    if (take(state, 'lostAnswer', name)) return void request.socket.destroy();
    response.json({ messaging_product: 'whatsapp', request_id: 'x' });
  };
}

function createMedia(state: GraphState): RequestHandler {
  return (request, response) => {
    const id = String(request.params['id']);
    const file = state.files.get(id);
    if (!file) return refuse(response, 404, 100);
    const origin = `http://${request.get('host')}`;
    const isForeign = take(state, 'foreignUrl', id) !== null;
    const url = isForeign ? `http://localhost.test:9/${id}` : `${origin}/media/${id}`;
    const sha256 = createHash('sha256').update(file.bytes).digest('hex');
    const { mimeType: mime_type, bytes } = file;
    response.json({ messaging_product: 'whatsapp', id, url, mime_type, sha256, file_size: bytes.length });
  };
}

/** Numbers, tokens, files, and what may be asked for once; before them the page of the dashboard. */
export function createGraphApp(state: GraphState): Express {
  const { options } = state;
  const app = express();
  app.disable('x-powered-by');
  app.use(createDashboardRoutes(state), createDoor(state), json());
  app.get('/media/:id', (request, response) => {
    const { id } = request.params;
    const file = state.files.get(id);
    if (!file || take(state, 'expiredUrl', id)) return void response.sendStatus(404);
    response.type(file.mimeType).send(file.bytes);
  });
  app.get('/:version/debug_token', (_request, response) => {
    response.json({ data: { is_valid: true, expires_at: 0, scopes: options.scopes } });
  });
  app.post(`/:version/${options.phoneNumberId}/smb_app_data`, createSync(state));
  app.get(`/:version/${options.phoneNumberId}`, (_request, response) => {
    const { phoneNumberId: id, displayPhone: display_phone_number } = options;
    response.json({ id, display_phone_number, status: state.status, is_on_biz_app: true });
  });
  app.get('/:version/:id', createMedia(state));
  return app;
}
