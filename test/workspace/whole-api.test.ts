import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeApi, type AppDeps } from '../../api/app';

/** What is for machines only, or is on the page by another call, and why. Everything else has its place on the page. */
const elsewhere: Record<string, string> = {
  receiveWahaWebhook: 'WAHA sends',
  receiveEvolutionWebhook: 'Evolution sends',
  verifyMetaWebhook: 'Meta asks whether the address is ours',
  receiveMetaWebhook: 'Meta sends',
  ingestMessages: 'the program of a number delivers; its example stands beside its token',
  uploadFile: 'the program of a number delivers',
  sendHeartbeat: 'the program of a number says that it lives',
  getIngestCursor: 'the program of a number asks how far it was heard',
  getIngestPolicy: 'the program of a number asks what is wanted',
  getIngestChatStatus: 'the program of a number asks what became of a chat',
  createLogInLink: 'made by the one who starts it: whoever sees the page is logged in',
  searchCrmContacts: 'what is typed goes in a body, by findCrmContacts',
  getLinkStatus: 'the card has it from getLink',
  getPortal: 'the list has it whole',
  getImport: 'the list has it whole',
  deleteImport: 'the former name of cancelImport',
  changePortal: 'the former name of setPortalPolicies',
  getPerson: 'the card has it from getLink',
  getChat: 'the list of a link’s chats has it whole',
  getGroupPolicy: 'the list of groups has it',
  listEntries: 'each message says which entry it is in',
  getEntry: 'each message says which entry it is in',
};

/** The API is only described: nothing of what it would need is touched. */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : nothing),
  apply: () => nothing,
});

interface Operation {
  operationId: string;
  method: string;
  path: string;
}

function listOperations(): Operation[] {
  const deps = { store: nothing, temporal: nothing, logger: nothing, metrics: nothing, portalOf: nothing };
  const described = describeApi({ ...deps, adminToken: 'none', publicUrl: null } as unknown as AppDeps);
  const { paths } = described as { paths: Record<string, Record<string, { operationId: string }>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ operationId, method, path })),
  );
}

function readSources(folder: string): string {
  const read = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return /node_modules|dist|generated|messages/.test(entry.name) ? '' : readSources(path);
    return /\.(vue|ts)$/.test(entry.name) ? readFileSync(path, 'utf8') : '';
  });
  return read.join('\n');
}

/** A call of the typed client, or an address that the browser opens by itself: a file, a picture, the stream of changes. */
function isAsked({ method, path }: Operation, source: string): boolean {
  const words = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  const call = new RegExp(
    String.raw`api\s*\.${method.toUpperCase()}\(\s*'${words.replaceAll(/[{}]/g, String.raw`\$&`)}'`,
  );
  const address = new RegExp(words.replaceAll(/\{\w+\}/g, String.raw`\$\{[^}]+\}`) + "['`?]");
  return call.test(source) || (method === 'get' && address.test(source));
}

test('everything that the API can do has its place on the page, or a reason why not', () => {
  const source = readSources(join(__dirname, '..', '..', 'workspace'));
  const operations = listOperations();
  expect(operations.length).toBeGreaterThan(100);
  const asked = operations.filter((operation) => isAsked(operation, source)).map((one) => one.operationId);
  const all = operations.map(({ operationId }) => operationId);
  expect(all.filter((name) => !asked.includes(name) && !(name in elsewhere))).toEqual([]);
  // What has got its place since, or is gone, needs no reason any more.
  expect(Object.keys(elsewhere).filter((name) => asked.includes(name) || !all.includes(name))).toEqual([]);
});
