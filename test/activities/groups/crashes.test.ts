import { toGroupTarget } from '../../../domain/ids';
import { settings, useDelivery, type Linked } from '../../scenes/delivery';
import { dying } from '../../scenes/dying';
import { groupChat, sayInGroup } from '../../scenes/group';

const delivery = useDelivery();
const casesAtOnce = 6;

/** Every write of a group's delivery, in the store and in the portal. */
const steps: Record<string, string[]> = {
  entries: ['plan', 'beginSending', 'markDelivered', 'putBack', 'beginBinding', 'moveBinding'],
  messages: ['stamp'],
  chats: ['moveTold'],
  links: ['moveBackedUp', 'moveClocks'],
  members: ['noteMissed'],
  outbox: ['remove'],
  leases: ['release'],
  timeline: ['addComment', 'bind'],
};

interface Case {
  members: Linked[];
  jid: string;
  texts: string[];
}

async function arrange(index: number): Promise<Case> {
  const { store } = delivery;
  const members = [await delivery.link(), await delivery.link(), await delivery.link()];
  const jid = `1203630000000${String(index).padStart(5, '0')}@g.us`;
  const [account] = await store.accounts.list();
  const said = members.map(({ phone }, at) => ({
    text: `c${index} ${at}`,
    by: phone,
    jid,
    id: `C${index}${at}`,
  }));
  if (account) await sayInGroup(store, account, ...said);
  return { members, jid, texts: said.map(({ text }) => text) };
}

/** Quick rounds: a carrier that died is followed as soon as its lease is over. */
const quick = { ...settings, backupIntervalMs: 300 };

async function isOver({ jid }: Case): Promise<boolean> {
  const { store, portalId } = delivery;
  const target = toGroupTarget((await groupChat(store, portalId, jid))._id);
  return !(await store.outbox.hasAny(target)) && !(await store.entries.hasUnsettled(target));
}

/** Rounds of living processes until nothing waits. */
async function finish(given: Case): Promise<void> {
  const process = delivery.createProcess({ settings: quick });
  for (const until = Date.now() + 60_000; !(await isOver(given));) {
    if (Date.now() > until) throw new Error('a group was not carried to its end');
    await delivery.run(process, given.members);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function run(
  index: number,
  dieAfter: number,
): Promise<{ writes: number; pages: string[][]; given: Case }> {
  const given = await arrange(index);
  let writes = () => 0;
  const process = delivery.createProcess({ settings: quick }, (deps) => {
    const rigged = dying(deps, steps, dieAfter);
    writes = rigged.writes;
    return rigged.deps;
  });
  // The first carries; the others bring what they can.
  for (const member of given.members) await delivery.run(process, [member]);
  await finish(given);
  return { writes: writes(), pages: given.members.map(({ contactId }) => delivery.told(contactId)), given };
}

test('a carrier that dies after any write is followed by another: each line once on each page, by one comment', async () => {
  const { writes } = await run(0, Number.POSITIVE_INFINITY);
  expect(writes).toBeGreaterThan(12);
  const waiting = Array.from({ length: writes }, (_, at) => at + 1);
  const wrong: string[] = [];
  const next = async (): Promise<void> => {
    for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
      const { pages, given } = await run(at, at);
      const ids = given.members.flatMap(({ contactId }) =>
        delivery.portal.comments(contactId).map(({ id }) => id),
      );
      const isRight = pages.every((lines) => lines.join() === given.texts.join()) && new Set(ids).size === 1;
      if (!isRight) wrong.push(`after write ${at}: ${JSON.stringify(pages)}, comments ${ids.join()}`);
    }
  };
  await Promise.all(Array.from({ length: casesAtOnce }, next));
  expect(wrong).toEqual([]);
});
