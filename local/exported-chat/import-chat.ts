import { openAsBlob } from 'node:fs';
import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ApiAwayError, askApi, askImport, type Api, type Import } from './ask-api';
import { askPerson, listMissing, toGroupAnswer, type Answer } from './question';

interface Wish {
  path: string;
  /** Needed where there are several. */
  account: string | undefined;
  said: Record<string, string | undefined>;
  /** A known group by its id or name, or the name of a new one. */
  group: string | undefined;
}

/** Whom the import talks with. */
export interface Talk {
  say: (line: string) => void;
  /** Null: nobody sits at a terminal. */
  ask: ((prompt: string) => Promise<string>) | null;
}

const accountsSchema = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
});

const lookEveryMs = 1_000;
/** So often in a row nothing may answer while it is looked at: the product goes on with it by itself. */
const mostMisses = 60;

async function chooseAccount(api: Api, account: string | undefined): Promise<string> {
  if (account !== undefined) {
    // A wrong token is told before the file is sent.
    await askApi(api, `/accounts/${encodeURIComponent(account)}`);
    return account;
  }
  const { items } = accountsSchema.parse(await askApi(api, '/accounts'));
  const [only, ...others] = items;
  if (only && others.length === 0) return only.id;
  if (!only) throw new Error('There is no number of ours yet: add one under “Sources”.');
  const list = items.map(({ id, name, kind }) => `  --account ${id}   ${name} (${kind})`);
  throw new Error(['Say at which number the chat was:', ...list].join('\n'));
}

/** The import as it is now; null: nothing answers. */
const lookAt = (api: Api, importId: string): Promise<Import | null> =>
  askImport(api, `/imports/${importId}`).catch((error: unknown) => {
    if (error instanceof ApiAwayError) return null;
    throw error;
  });

async function follow(api: Api, first: Import, { say }: Talk): Promise<Import> {
  let now = first;
  let misses = 0;
  if (now.state === 'running')
    say('It goes on by itself, also when this is stopped: run it again to look at it.');
  while (now.state === 'running') {
    say(`${now.done} of ${now.total} lines, ${now.messagesFound} new messages`);
    await sleep(lookEveryMs);
    const seen = await lookAt(api, first.id);
    misses = seen ? 0 : misses + 1;
    if (misses === 1) say('Nothing answers for the moment.');
    if (misses > mostMisses)
      throw new ApiAwayError('Contact Link does not answer any more: the import goes on once it runs.');
    now = seen ?? now;
  }
  return now;
}

const toQuery = (said: Wish['said']): string =>
  new URLSearchParams(
    Object.entries(said).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    ),
  ).toString();

const answer = (api: Api, { id }: Import, said: Answer): Promise<Import> =>
  askImport(api, `/imports/${id}/answer`, {
    ...{ method: 'POST', body: JSON.stringify(said) },
    headers: { 'content-type': 'application/json' },
  });

async function upload(api: Api, { path, account, said }: Wish): Promise<Import> {
  await access(path).catch((cause: unknown) => {
    throw new Error(`There is no file ${path}: name the zip or txt that “Export chat” made.`, { cause });
  });
  const accountId = await chooseAccount(api, account);
  return askImport(api, `/accounts/${accountId}/imports?${toQuery(said)}`, {
    ...{ method: 'POST', body: await openAsBlob(path) },
    headers: { 'content-type': 'application/octet-stream' },
  });
}

/** Answers as far as can be: by what was said at once, then by whoever sits at the terminal. */
async function answerAll(
  api: Api,
  begun: Import,
  { group, said }: Wish,
  { ask, say }: Talk,
): Promise<Import> {
  let now = begun;
  const { question } = begun;
  if (question) {
    const known = Object.entries(said).filter((one): one is [string, string] => one[1] !== undefined);
    const ofGroup =
      group !== undefined && question.asks.includes('group') ? toGroupAnswer(question, group) : {};
    now = await answer(api, begun, { ...Object.fromEntries(known), ...ofGroup });
  }
  while (now.question && ask) {
    say(`Times are read in ${now.question.timeZone}: --time-zone names another one.`);
    const given = await askPerson(now.question, ask);
    now = await answer(api, now, given).catch((error: unknown) => {
      if (error instanceof ApiAwayError || !(error instanceof Error)) throw error;
      say(error.message);
      return now;
    });
  }
  return now;
}

/** Uploads the file and follows its import to its end. Gives the exit code: 0 done, 1 failed, 2 something must be said first. */
export async function importChat(api: Api, wish: Wish, talk: Talk): Promise<number> {
  const now = await answerAll(api, await upload(api, wish), wish, talk);
  if (now.question) {
    talk.say(['Something must be said first; run it again with', ...listMissing(now.question)].join('\n'));
    talk.say(`  (times are read in ${now.question.timeZone}: --time-zone names another one)`);
    return 2;
  }
  const { state, messagesRead, messagesFound, reason } = await follow(api, now, talk);
  talk.say(`${state}: ${messagesRead} messages, ${messagesFound} new. ${reason ?? ''}`.trim());
  return state === 'done' ? 0 : 1;
}
