import { setTimeout as sleep } from 'node:timers/promises';
import type { Arrival } from './figures/arrivals';
import type { Said } from './figures/ledger';
import type { RunningPeer } from './peer';

/** Takes messages in and keeps what was said: each contact's are `m1`, `m2` and so on. */
export function createTalk(peer: RunningPeer) {
  const said: Said[] = [];
  const counts = new Map<number, number>();
  const underWay = new Set<Promise<void>>();
  /** A contact's messages are taken in one after the other, as one connection of its source would bring them. */
  const last = new Map<number, Promise<void>>();

  function say(contact: number): void {
    const number = (counts.get(contact) ?? 0) + 1;
    counts.set(contact, number);
    said.push({ contact, number, atMs: Date.now() });
    const before = last.get(contact) ?? Promise.resolve();
    const taken = before.then(() => peer.say(contact, `m${number}`)).finally(() => underWay.delete(taken));
    last.set(contact, taken);
    underWay.add(taken);
  }

  return {
    said,
    say,
    /** Open-loop: whatever is slow, they come when they come. */
    async sayAll(arrivals: readonly Arrival[]): Promise<void> {
      const beganMs = Date.now();
      for (const { contact, afterMs } of arrivals) {
        const waitMs = beganMs + afterMs - Date.now();
        if (waitMs > 0) await sleep(waitMs);
        say(contact);
      }
      await Promise.all(underWay);
    },
  };
}
