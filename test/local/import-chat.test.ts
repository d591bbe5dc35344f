import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActivities } from '../../activities';
import { importChat } from '../../local/exported-chat/import-chat';
import { useApi } from '../scenes/api';
import { settings } from '../scenes/delivery';
import { runActivity } from '../scenes/run-activity';

const api = useApi({ queryWaitMs: 50 });
const token = 'the-administrators-token-1';
const chat = '10/12/24, 14:03 - Jane: hello\n13/12/24, 14:03 - Sales: good day\n';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-chat-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
/** Brings a file; whoever sits at the terminal gives these answers, null: nobody does. */
async function bring(text: string, options: Record<string, string> = {}, answers: string[] | null = null) {
  const path = join(folder, `${(files += 1)}.txt`);
  await writeFile(path, text);
  const { id: account } = await api.addAccount({ kind: 'export', phone: `+4930900${100 + files}` });
  const { group, ...said } = options;
  const lines: string[] = [];
  const ask =
    answers && ((prompt: string) => Promise.resolve(lines.push(prompt)).then(() => answers.shift() ?? ''));
  const code = importChat(
    { url: api.url, token },
    { path, account, said, group },
    { say: (line) => lines.push(line), ask },
  );
  return { account, path, lines, code, shown: () => lines.join('\n') };
}

/** Takes the one import of an account in, as the worker does. */
async function takeIn(accountId: string): Promise<void> {
  const portalOf = () => Promise.reject(new Error('no portal in this test'));
  const activities = createActivities({ store: api.store, portalOf, settings });
  for (;;) {
    const [doc] = await api.store.imports.list({ accountId, state: 'running' }, { after: null, limit: 1 });
    if (doc) await runActivity(activities.importHistory, { importId: doc._id });
    else if ((await api.store.imports.list({ accountId, state: 'done' }, { after: null, limit: 1 }))[0])
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a chat whose questions are answered by options is taken in', async () => {
  const run = await bring(chat, { me: 'Sales', phone: '+491705500001' });
  await takeIn(run.account);
  expect(await run.code).toBe(0);
  expect(run.shown()).toMatch(/0 of 2 lines[^]*done: 2 messages, 2 new\.$/);
});

test('with a terminal it is asked there, an empty line takes what it seems to be, and a wrong answer asks again', async () => {
  const run = await bring(chat, {}, ['', '123', '', '+491705500002']);
  await takeIn(run.account);
  expect(await run.code).toBe(0);
  expect(run.shown()).toMatch(
    /who are we: “Jane”, “Sales”[^]*seems: Sales[^]*which number[^]*bad_phone[^]*done: 2/,
  );
});

test('without a terminal it says what to run again with, and the same file goes on with what is said then', async () => {
  const run = await bring(chat);
  expect(await run.code).toBe(2);
  expect(run.shown()).toMatch(/run it again with\n {2}--me: who are we[^]*\n {2}--phone: which number/);
  const said = { me: 'Sales', phone: '+491705500003' };
  const talk = { say: () => undefined, ask: null };
  const { path, account } = run;
  const again = importChat({ url: api.url, token }, { path, account, said, group: undefined }, talk);
  await takeIn(account);
  expect(await again).toBe(0);
  expect((await api.get(`/api/v1/imports?accountId=${account}`)).body.items).toHaveLength(1);
});

test('a group is a new one by its name, and the same one by that name from then on', async () => {
  const talk = `10/12/24, 14:03 - Ann: a\n13/12/24, 14:03 - Ben: b\n13/12/24, 14:04 - Sales: c\n`;
  for (const times of [1, 2]) {
    const run = await bring(`${talk}13/12/24, 14:0${5 + times} - Ann: d\n`, {
      me: 'Sales',
      group: 'Terminal club',
    });
    await takeIn(run.account);
    expect(await run.code).toBe(0);
  }
  expect((await api.get('/api/v1/groups?q=Terminal')).body.items).toHaveLength(1);
});

test.each([
  ['a wrong token', () => ({ token: 'wrong' }), {}, /token/i],
  ['nothing that answers', () => ({ url: 'http://127.0.0.1:9' }), {}, /does not answer at http.*npm start/],
  [
    'a file that is not there',
    () => ({}),
    { path: '/nowhere/chat.zip' },
    /There is no file \/nowhere\/chat\.zip/,
  ],
  ['an account that is not there', () => ({}), { account: '000000000000000000000000' }, /account/i],
])('%s is an error in words', async (_what, toApi, changes, words) => {
  const path = join(folder, 'some.txt');
  await writeFile(path, chat);
  const wish = { path, account: undefined, said: {}, group: undefined, ...changes };
  const talk = { say: () => undefined, ask: null };
  await expect(importChat({ url: api.url, token, ...toApi() }, wish, talk)).rejects.toThrow(words);
});

test('the command itself ends with 1 and a sentence where something is wrong', async () => {
  const { port } = new URL(api.url);
  const env = {
    PATH: process.env['PATH'],
    DATA_DIR: folder,
    PORT: port,
    ADMIN_TOKEN: 'a-token-that-nobody-gave-1',
  };
  const path = join(folder, 'some.txt');
  await writeFile(path, chat);
  const ended = await new Promise<{ code: unknown; said: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'local/import-main.ts', path],
      { env },
      (error, out, said) => resolve({ code: error?.code, said: out + said }),
    );
    child.stdin?.end();
  });
  expect(ended).toEqual({ code: 1, said: expect.stringMatching(/token/i) });
});
