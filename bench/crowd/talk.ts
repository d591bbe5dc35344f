import type { Store } from '../../store/store';
import type { BenchContact } from '../scene/contacts';

/** Where messages are sent, and as whom. */
export interface Door {
  port: number;
  token: string;
}

/** A source that sends at its own pace, whether it is answered or not; each contact has its turn. */
export interface Talk {
  /** Sends one message, of the contact whose turn it is, `perSecond` times a second, for a time; ends when all are answered. */
  sayFor(ms: number, perSecond: number): Promise<void>;
  /** Messages taken in, and answers other than that. */
  counts: { taken: number; refused: number };
}

export function createTalk(door: () => Door, talkers: readonly BenchContact[]): Talk {
  const counts = { taken: 0, refused: 0 };
  let turn = 0;

  async function say(): Promise<void> {
    const nth = (turn += 1);
    const { e164 } = talkers[nth % talkers.length] as BenchContact;
    const message = {
      ...{ id: `3EB0${nth.toString(16).toUpperCase().padStart(16, '0')}`, chatId: `${e164.slice(1)}@c.us` },
      ...{ fromMe: false, timestamp: Math.floor(Date.now() / 1_000), type: 'text', sender: { phone: e164 } },
      text: `Message ${nth}: the pump arrives on Tuesday, please confirm the address.`,
    };
    const { port, token } = door();
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/ingest/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ schema: '1', messages: [message] }),
    }).catch(() => null);
    counts[answer?.ok ? 'taken' : 'refused'] += 1;
  }

  return {
    counts,
    sayFor: (ms, perSecond) =>
      new Promise((resolve) => {
        const all = Math.round((ms / 1_000) * perSecond);
        const under: Promise<void>[] = [];
        const startedMs = performance.now();
        const timer = setInterval(() => {
          const due = Math.min(all, Math.floor(((performance.now() - startedMs) / 1_000) * perSecond));
          while (under.length < due) under.push(say());
          if (under.length < all) return;
          clearInterval(timer);
          resolve(Promise.all(under).then(() => undefined));
        }, 10);
      }),
  };
}

/** From the message's time to its being on the page, in seconds, of the entries that were delivered in a time. WhatsApp's times are whole seconds. */
export async function readFreshness(store: Store, from: Date, to = new Date()) {
  const delivered = await store.entries.model.find({ deliveredAt: { $gte: from, $lte: to } }).lean();
  const sorted = delivered
    .map(({ deliveredAt, newestAt }) => ((deliveredAt?.getTime() ?? 0) - newestAt.getTime()) / 1_000)
    .sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { entries: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
