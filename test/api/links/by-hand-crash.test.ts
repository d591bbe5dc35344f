import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi, type ApiServer } from '../../scenes/api';
import type { KillPoint } from '../../helpers/crash';
import type { CrashTask } from '../../helpers/crash-process';
import {
  encryptionKey,
  eventually,
  say,
  startProduct,
  type Product,
  type RunningWorker,
} from '../../scenes/product';
import { workflowBundle } from '../../helpers/workflow-bundle';
import { mongoUri, temporalAddress } from '../../helpers/servers';
import { countOn } from '../../scenes/watch';
import { runCompiled } from '../../helpers/run-compiled';

type Kind = 'move' | 'remove';
type Where = [Kind, KillPoint['room'], string, KillPoint['when']];

/** Every gap of moving and of removing what was posted. */
const gaps: Where[] = [
  ['move', 'timeline', 'bind', 'after'],
  ['move', 'timeline', 'unbind', 'during'],
  ['move', 'timeline', 'unbind', 'after'],
  ['move', 'entries', 'moveTo', 'after'],
  ['move', 'links', 'finishChange', 'before'],
  ['remove', 'timeline', 'deleteComment', 'during'],
  ['remove', 'timeline', 'deleteComment', 'after'],
  ['remove', 'entries', 'markRemoved', 'after'],
];
const texts = ['one', 'two', 'three'];

interface Case {
  where: Where;
  queue: string;
  phone: string;
  api: ApiServer;
  from: number;
  to: number;
  linkId: string;
  operationId: string;
  died: NodeJS.Signals | null;
}

let product: Product;
let folder: string;
let cases: Case[] = [];

const nameOf = (where: Where) => where.join(' ');
const told = ({ phone }: Case, pages: number[]) =>
  texts.map((text) => countOn(product, pages, `${text} ${phone}`));

/** A link with three comments on its page, made over REST. */
async function prepare(where: Where, index: number): Promise<Case> {
  const queue = `${product.taskQueue}-${index}`;
  const phone = `+491725${String(index).padStart(6, '0')}`;
  const [from, to] = ['From', 'To'].map((name) => product.portal.addContact({ name })) as [number, number];
  const api = await startApi({
    store: product.store,
    taskQueue: queue,
    linkWaitMs: 15_000,
    queryWaitMs: 5_000,
  });
  const worker = await product.startWorker(queue);
  const { link } = (await api.post('/api/v1/links', { phone, crmContactId: from })).body;
  const one: Case = { where, queue, phone, api, from, to, linkId: link.id, operationId: '', died: null };
  for (const [at, text] of texts.entries()) {
    await say(product, { id: `C${index}-${text}`, text: `${text} ${phone}`, peer: phone });
    await api.post(`/api/v1/links/${link.id}/back-up-now`, {});
    await eventually('the comment', () => told(one, [from])[at] === 1);
  }
  await worker.stop();
  return one;
}

function runToDeath({ where: [, room, step, when], queue }: Case): Promise<NodeJS.Signals | null> {
  const task: CrashTask = {
    mongoUri: mongoUri(product.databaseName),
    encryptionKeyHex: encryptionKey.toString('hex'),
    settings: product.deps.settings,
    point: { room, step, when },
    work: {
      ...{ kind: 'worker', temporalAddress: temporalAddress(), taskQueue: queue },
      bundlePath: join(folder, 'workflows.js'),
    },
  };
  const path = join(__dirname, '../../helpers/crash-process.ts');
  const child = spawn(process.execPath, [...runCompiled, path, JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

/** Asks for the change over REST and works it with a process that dies in the middle. */
async function dieChanging(one: Case): Promise<void> {
  const { api, linkId, to, where } = one;
  const asked =
    where[0] === 'move'
      ? await api.send('PUT', `/api/v1/links/${linkId}/contact`, {
          body: { crmContactId: to, entries: 'move' },
        })
      : await api.send('DELETE', `/api/v1/links/${linkId}?entries=remove`);
  one.operationId = asked.body.id;
  one.died = await runToDeath(one);
}

beforeAll(async () => {
  product = await startProduct();
  folder = mkdtempSync(join(tmpdir(), 'contact-link-undo-'));
  writeFileSync(join(folder, 'workflows.js'), (await workflowBundle()).code);
  cases = await Promise.all(gaps.map(prepare));
  const slow = ['crm.timeline.bindings.unbind', 'crm.timeline.comment.delete'];
  product.portal.setFaults(
    slow.map((method) => ({ ...{ kind: 'slow', method, delayMs: 400, times: -1 } }) as never),
  );
  const waiting = [...cases];
  const next = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) await dieChanging(one);
  };
  await Promise.all([next(), next(), next()]);
  product.portal.setFaults([]);
  const workers: RunningWorker[] = [];
  for (const { queue } of cases) workers.push(await product.startWorker(queue));
});

afterAll(async () => {
  for (const { api } of cases) await api.stop();
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(gaps)(
  'a worker killed in the middle of a %s, at %s.%s (%s), leaves every comment once where it belongs',
  async (...where) => {
    const one = cases.find((known) => nameOf(known.where) === nameOf(where));
    if (!one) throw new Error('no such case');
    const { api, operationId, linkId, from, to } = one;
    expect(one.died).toBe('SIGKILL');
    const operation = await eventually(
      'the operation',
      async () => {
        const { body } = await api.get(`/api/v1/operations/${operationId}`);
        return body.state === 'running' ? null : body;
      },
      90_000,
    );
    const link = await eventually('the end of the change', async () => {
      const { body } = await api.get(`/api/v1/links/${linkId}`);
      return body.change === null ? body : null;
    });
    expect(operation).toMatchObject({ state: 'done', done: 3, total: 3 });
    const isMove = where[0] === 'move';
    expect(told(one, [from])).toEqual([0, 0, 0]);
    expect(told(one, [to])).toEqual(isMove ? [1, 1, 1] : [0, 0, 0]);
    expect(product.portal.comments(from)).toEqual([]);
    expect(product.portal.comments(to)).toHaveLength(isMove ? 3 : 0);
    expect(link).toMatchObject(isMove ? { state: 'linked', crmContactId: to } : { state: 'unlinked' });
  },
  120_000,
);

test('what is said after a move that died goes to the new page only', async () => {
  const one = cases.find(({ where }) => nameOf(where) === nameOf(gaps[0] as Where));
  if (!one) throw new Error('no such case');
  await say(product, { id: 'C-later', text: `later ${one.phone}`, peer: one.phone });
  await one.api.post(`/api/v1/links/${one.linkId}/back-up-now`, {});
  await eventually('the new comment', () => countOn(product, [one.to], `later ${one.phone}`) === 1);
  expect(product.portal.comments(one.from)).toEqual([]);
});
