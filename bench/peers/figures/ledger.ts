/** A message of a contact: `m1`, `m2` and so on in their order, and when it was taken in. */
export interface Said {
  contact: number;
  number: number;
  atMs: number;
}

/** A comment on a contact's page and when the portal wrote it. */
export interface Written {
  contact: number;
  id: number;
  atMs: number;
  text: string;
}

/** A message that is on its page: when it was taken in, and since when it is there. */
export interface Shown {
  saidMs: number;
  shownMs: number;
}

/** The pages beside what was said. */
export interface Ledger {
  said: number;
  lost: number;
  doubled: number;
  /** Messages that stand after one that was said later. */
  outOfOrder: number;
  comments: number;
  shown: Shown[];
}

/** A message ends its line. */
const numbersIn = (text: string): number[] =>
  text.split('\n').flatMap((line) => Number(/(?:^|[\s:])m(\d+)$/.exec(line.trim())?.[1] ?? NaN) || []);

const byContact = <T extends { contact: number }>(items: readonly T[]): Map<number, T[]> => {
  const rows = new Map<number, T[]>();
  for (const item of items) {
    const row = rows.get(item.contact);
    if (row) row.push(item);
    else rows.set(item.contact, [item]);
  }
  return rows;
};

export function compareLedger(said: readonly Said[], written: readonly Written[]): Ledger {
  const ledger: Ledger = {
    ...{ said: said.length, lost: 0, doubled: 0, outOfOrder: 0 },
    ...{ comments: written.length, shown: [] },
  };
  const pages = byContact(written);
  for (const [contact, messages] of byContact(said)) {
    const comments = (pages.get(contact) ?? []).sort((a, b) => a.id - b.id);
    const lines = comments.flatMap(({ text, atMs }) => numbersIn(text).map((number) => ({ number, atMs })));
    const first = new Map<number, number>();
    for (const { number, atMs } of lines) if (!first.has(number)) first.set(number, atMs);
    ledger.doubled += lines.length - first.size;
    // A doubled message is counted as that alone.
    const order = [...first.keys()];
    ledger.outOfOrder += order.filter((number, place) => number < (order[place - 1] ?? 0)).length;
    for (const { number, atMs } of messages) {
      const seenMs = first.get(number);
      if (seenMs === undefined) ledger.lost += 1;
      else ledger.shown.push({ saidMs: atMs, shownMs: seenMs });
    }
  }
  return ledger;
}
