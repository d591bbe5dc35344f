import { createHash } from 'node:crypto';
import express, { json, type Express, type RequestHandler, type Response } from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file that the stand-in has. */
export interface GraphFile {
  bytes: Buffer;
  mimeType: string;
}

/** One thing that goes wrong with the next requests whose path holds the word. */
export interface GraphFault {
  kind: 'refuse' | 'down' | 'lostAnswer' | 'foreignUrl' | 'expiredUrl';
  path: string;
  times: number;
  status?: number;
  /** Meta's own number of the error. */
  code?: number;
}

export interface SandboxGraphOptions {
  phoneNumberId?: string;
  displayPhone?: string;
  token?: string;
  scopes?: string[];
}

interface State {
  options: Required<SandboxGraphOptions>;
  files: Map<string, GraphFile>;
  faults: GraphFault[];
  synced: Set<string>;
  /** Requests by method and path, and the tokens that they carried. */
  asked: { request: string; token: string | null }[];
  status: string;
}

const refuse = (response: Response, status: number, code: number): void =>
  void response
    .status(status)
    .json({ error: { message: 'Refused.', type: 'OAuthException', code, fbtrace_id: 'x' } });

function take(state: State, kind: GraphFault['kind'], path: string): GraphFault | null {
  const fault = state.faults.find((one) => one.kind === kind && one.times !== 0 && path.includes(one.path));
  if (fault && fault.times > 0) fault.times -= 1;
  return fault ?? null;
}

function createDoor(state: State): RequestHandler {
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
function createSync(state: State): RequestHandler {
  return (request, response) => {
    const { sync_type: kind } = request.body as { sync_type?: string };
    const name = kind ?? '';
    if (state.synced.has(name)) return refuse(response, 400, 2593107);
    state.synced.add(name);
    if (take(state, 'lostAnswer', name)) return void request.socket.destroy();
    response.json({ messaging_product: 'whatsapp', request_id: 'x' });
  };
}

function createMedia(state: State): RequestHandler {
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

function createApp(state: State): Express {
  const { options } = state;
  const app = express();
  app.disable('x-powered-by');
  app.use(createDoor(state), json());
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

/** A running stand-in of Meta's Graph API, and what a test may do with it without HTTP. */
export interface SandboxGraph {
  url: string;
  token: string;
  addFile(id: string, file: GraphFile): void;
  setFaults(faults: GraphFault[]): void;
  setStatus(status: string): void;
  asked(): State['asked'];
  stop(): Promise<void>;
}

/** Starts a stand-in Graph API on 127.0.0.1: numbers, tokens, files, and what may be asked for once. */
export async function startSandboxGraph(given: SandboxGraphOptions = {}): Promise<SandboxGraph> {
  const options = {
    ...{
      phoneNumberId: '106540352242922',
      displayPhone: '+49 30 111222',
      token: 'sandbox-meta-token-of-the-app',
    },
    scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
    ...given,
  };
  const state: State = {
    ...{ options, files: new Map(), faults: [], synced: new Set(), asked: [], status: 'CONNECTED' },
  };
  const server = createServer(createApp(state));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: options.token,
    addFile: (id, file) => void state.files.set(id, file),
    setFaults: (faults) => void (state.faults = faults),
    setStatus: (status) => void (state.status = status),
    asked: () => state.asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
