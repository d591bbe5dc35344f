import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { addComment, batch, call, type Json } from './portal-call';

const root = join(__dirname, '../..');
let dataDir: string;
let child: ChildProcess | undefined;

async function startProcess(): Promise<{ url: string; webhookUrl: string }> {
  child = spawn(
    process.execPath,
    ['--import', 'tsx', 'sandbox/portal-main.ts', '--port', '0', '--data-dir', dataDir],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line);
  throw new Error('the portal ended before it was ready');
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child!, 'exit');
  child!.kill(signal);
  const [code] = await ended;
  child = undefined;
  return code as number | null;
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sandbox-portal-'));
});
afterEach(async () => {
  if (child !== undefined) await end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test('what was answered outlives a SIGKILL, and ids are not given twice', async () => {
  const first = await startProcess();
  const secret = new URL(first.webhookUrl).pathname;
  const cmd = Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [`c${at}`, addComment(1, `text ${at}`)]),
  );
  await batch(first, cmd);
  const added = await call(first, 'crm.item.add', {
    entityTypeId: 3,
    fields: { name: 'New', fm: [{ typeId: 'PHONE', value: '+491729' }] },
  });
  const id = added.body.result.item.id as number;
  await call(first, 'crm.timeline.comment.add', {
    fields: {
      ENTITY_ID: id,
      ENTITY_TYPE: 'contact',
      COMMENT: 'file',
      FILES: [['a.txt', Buffer.from('kept').toString('base64')]],
    },
  });
  await call(first, 'crm.item.delete', { entityTypeId: 3, id: 2 });
  const last = (await call(first, 'crm.item.add', { entityTypeId: 3, fields: { name: 'Gone' } })).body.result
    .item.id as number;
  await call(first, 'crm.item.delete', { entityTypeId: 3, id: last });
  await end('SIGKILL');
  appendFileSync(join(dataDir, 'portal.jsonl'), '{"kind":"contact","contact":{"id":7');

  const second = await startProcess();
  expect(new URL(second.webhookUrl).pathname).toBe(secret);
  const { result } = await batch(second, {
    comments: 'crm.timeline.comment.list?filter[ENTITY_ID]=1&filter[ENTITY_TYPE]=contact',
    found: 'crm.duplicate.findbycomm?type=PHONE&values[0]=%2B491729',
    file: `crm.timeline.comment.list?filter[ENTITY_ID]=${id}&filter[ENTITY_TYPE]=contact`,
    next: 'crm.item.add?entityTypeId=3&fields[name]=Next',
  });
  expect(result.comments.map((row: Json) => row.COMMENT)).toEqual(
    Array.from({ length: 50 }, (_, at) => `text ${at}`),
  );
  expect(result.found).toEqual({ CONTACT: [id] });
  const [file] = Object.values<Json>(result.file[0].FILES);
  expect(await (await fetch(second.url + file.urlDownload)).text()).toBe('kept');
  expect(result.next.item.id).toBe(last + 1);
  expect((await call(second, 'crm.item.get', { entityTypeId: 3, id: 2 })).body.error).toBe('NOT_FOUND');
  expect(await end('SIGTERM')).toBe(0);
});
