import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../../local/say';
import { readLedger, type Ledger } from '../chaos/ledger';
import type { BenchContact } from '../scene/contacts';
import { untilQuiet } from '../scene/scene';
import { measureLateness, type Lateness } from './lateness';
import { createSpeech, linkPeople } from './people';
import { names, openSite, type Site } from './site';
import { upgrade, type Upgrade } from './upgrade';

export interface ProductionOptions {
  contacts: number;
  messagesPerSecond: number;
  /** How often each of the seven processes is killed. */
  times: number;
  /** Between a kill's end and the next one. */
  calmMs: number;
  say: Say;
}

export interface ProductionResult extends Pick<Ledger, 'lost' | 'doubled' | 'outOfOrder' | 'comments'> {
  mongodb: string;
  contacts: number;
  messages: number;
  /** From each kill to a message, said right after it, on its page. */
  kills: { killed: string; recoveredMs: number }[];
  deliveredAgainBySources: number;
  lateness: Lateness;
  upgrade: Upgrade;
}

const victims = [...names.apis, ...names.workers, 'temporal', 'postgresql', 'mongodb'];
const peaceLimitMs = 600_000;

type Speech = ReturnType<typeof createSpeech>;

/** Contacts at random go on talking until told to stop; several at once, so that one call that waits does not stop the others. */
function keepTalking({ say }: Speech, contacts: readonly BenchContact[], perSecond: number) {
  const state = { stopped: false };
  const said: Promise<void>[] = [];
  const ended = (async () => {
    while (!state.stopped) {
      const contact = contacts[randomInt(contacts.length)];
      if (contact) said.push(say(contact));
      await sleep(1_000 / perSecond);
    }
    await Promise.all(said);
  })();
  return async () => {
    state.stopped = true;
    await ended;
  };
}

/** One more message of somebody, and the time until it is on the page. */
async function probe({ portal }: Site, speech: Speech, contacts: readonly BenchContact[]): Promise<number> {
  const startedAt = performance.now();
  const contact = contacts[randomInt(contacts.length)];
  if (!contact) return 0;
  await speech.say(contact);
  const text = `: m${speech.told.get(contact.linkId)}`;
  const isShown = async () =>
    (await portal.comments(contact.crmContactId)).some((one) => `${one.text}\n`.includes(`${text}\n`));
  while (!(await isShown())) await sleep(200);
  return Math.round(performance.now() - startedAt);
}

async function killEach(
  site: Site,
  speech: Speech,
  contacts: readonly BenchContact[],
  options: ProductionOptions,
) {
  const kills: ProductionResult['kills'] = [];
  for (let time = 1; time <= options.times; time += 1)
    for (const killed of victims) {
      await sleep(options.calmMs);
      site.services.get(killed)?.kill();
      const recoveredMs = await probe(site, speech, contacts);
      options.say(
        `${killed} was killed; a message said then was on its page after ${(recoveredMs / 1_000).toFixed(1)} s`,
      );
      kills.push({ killed, recoveredMs });
    }
  return kills;
}

/** The whole of the Compose file under load: each process killed in turn, then a rolling upgrade; then what came of it all is counted. */
export async function runProduction(options: ProductionOptions): Promise<ProductionResult> {
  const { say } = options;
  const site = await openSite(say);
  try {
    const { token, contacts } = await linkPeople(site.caller, site.portal, options.contacts);
    const speech = createSpeech(site.caller, token, contacts);
    say(`${contacts.length} contacts are linked; messages flow`);
    const begunAt = new Date();
    const stopTalking = keepTalking(speech, contacts, options.messagesPerSecond);
    const kills = await killEach(site, speech, contacts, options);
    const killedUntil = new Date();
    const upgraded = await upgrade(site, () => probe(site, speech, contacts), say);
    await stopTalking();
    await untilQuiet(site.store, peaceLimitMs);
    const { portal, store } = site;
    const { lost, doubled, outOfOrder, comments } = await readLedger({
      portal,
      store,
      contacts,
      told: speech.told,
    });
    return {
      ...{ lost, doubled, outOfOrder, comments, mongodb: site.mongoKind, contacts: contacts.length, kills },
      messages: [...speech.told.values()].reduce((sum, count) => sum + count, 0),
      deliveredAgainBySources: site.caller.againCount(),
      lateness: await measureLateness(store, [begunAt, killedUntil]),
      upgrade: { ...upgraded, lateness: await measureLateness(store, [upgraded.from, upgraded.to]) },
    };
  } finally {
    await site.close();
  }
}
