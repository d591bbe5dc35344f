import { openAsBlob } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

interface Api {
  url: string;
  token: string;
}

interface Wish {
  path: string;
  /** Needed where there are several. */
  account: string | undefined;
  said: Record<string, string | undefined>;
  group: string | undefined;
}

const importSchema = z.object({
  id: z.string(),
  state: z.string(),
  done: z.number(),
  total: z.number(),
  messagesRead: z.number(),
  messagesFound: z.number(),
  reason: z.string().nullable(),
  question: z
    .object({
      asks: z.array(z.string()),
      timeZone: z.string(),
      example: z.string(),
      dayOrders: z.array(z.string()),
      authors: z.array(z.object({ name: z.string(), messages: z.number() })),
      suggested: z.object({ me: z.string().nullable(), phone: z.string().nullable() }),
    })
    .nullable(),
});
type Import = z.output<typeof importSchema>;

const accountsSchema = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
});
const problemSchema = z.object({ code: z.string(), title: z.string(), detail: z.string().optional() });

const lookEveryMs = 1_000;

async function ask({ url, token }: Api, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/api/v1${path}`, { ...init, headers });
  const body: unknown = await answer.json();
  if (answer.ok) return body;
  const { code, title, detail } = problemSchema.parse(body);
  throw new Error(`${title} (${code}). ${detail ?? ''}`.trim());
}

async function chooseAccount(api: Api, account: string | undefined): Promise<string> {
  if (account !== undefined) return account;
  const { items } = accountsSchema.parse(await ask(api, '/accounts'));
  const [only, ...others] = items;
  if (only && others.length === 0) return only.id;
  if (!only) throw new Error('There is no number of ours yet: add one under “Sources”.');
  const list = items.map(({ id, name, kind }) => `  --account ${id}   ${name} (${kind})`);
  throw new Error(['Say at which number the chat was:', ...list].join('\n'));
}

const inWords: Record<string, (question: NonNullable<Import['question']>) => string> = {
  dayOrder: ({ dayOrders, example }) => `--day-order ${dayOrders.join('|')}: how is ${example} written?`,
  me: ({ authors, suggested }) =>
    `--me: who are we? ${authors.map(({ name }) => `“${name}”`).join(', ')}; it seems: ${suggested.me ?? 'nobody'}`,
  phone: ({ suggested }) =>
    `--phone: which number has the contact? It seems: ${suggested.phone ?? 'nobody knows'}`,
  group: () => '--group: what is the group called?',
};

function showQuestion(question: NonNullable<Import['question']>): void {
  const lines = question.asks.map((asked) => `  ${inWords[asked]?.(question) ?? asked}`);
  console.log(['Something must be said first; run it again with', ...lines].join('\n'));
  console.log(`  (times are read in ${question.timeZone}: --time-zone names another one)`);
}

async function follow(api: Api, first: Import): Promise<Import> {
  let now = first;
  while (now.state === 'running') {
    console.log(`${now.done} of ${now.total} lines, ${now.messagesFound} new messages`);
    await sleep(lookEveryMs);
    now = importSchema.parse(await ask(api, `/imports/${first.id}`));
  }
  return now;
}

const toQuery = (said: Wish['said']): string =>
  new URLSearchParams(
    Object.entries(said).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    ),
  ).toString();

async function answerGroup(api: Api, begun: Import, group: string | undefined): Promise<Import> {
  if (begun.state !== 'question' || group === undefined) return begun;
  const body = JSON.stringify({ groupTitle: group });
  const headers = { 'content-type': 'application/json' };
  return importSchema.parse(await ask(api, `/imports/${begun.id}/answer`, { method: 'POST', body, headers }));
}

/** Uploads the file and follows its import to its end. Gives the exit code: 0 done, 1 failed, 2 something must be said first. */
export async function importChat(api: Api, { path, account, said, group }: Wish): Promise<number> {
  const accountId = await chooseAccount(api, account);
  const upload = {
    ...{ method: 'POST', body: await openAsBlob(path) },
    headers: { 'content-type': 'application/octet-stream' },
  };
  const begun = importSchema.parse(await ask(api, `/accounts/${accountId}/imports?${toQuery(said)}`, upload));
  const now = await answerGroup(api, begun, group);
  if (now.question) {
    showQuestion(now.question);
    // What is asked again begins anew.
    await ask(api, `/imports/${now.id}`, { method: 'DELETE' });
    return 2;
  }
  const ended = await follow(api, now);
  console.log(
    `${ended.state}: ${ended.messagesRead} messages, ${ended.messagesFound} new. ${ended.reason ?? ''}`.trim(),
  );
  return ended.state === 'done' ? 0 : 1;
}
