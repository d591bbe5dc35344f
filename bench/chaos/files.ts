import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from '../../domain/message';
import { keepFile } from '../../intake/files/keep-file';
import type { BenchPortal } from '../scene/portal';
import type { Scene } from '../scene/scene';
import type { SandboxComment } from '../../sandbox/portal';

/**
 * In every second chat, of so many messages the first has a file; of those, every second one's bytes come only after its line was
 * planned. The other chats' comments have none, and go in batches.
 */
const fileEvery = 4;
const lateMs = 4_000;

/** The beginning of a stanza id says which chat it is of: the last digit of its number counts. */
const hasFile = (stanzaPrefix: string, number: number): boolean =>
  number % fileEvery === 1 && Number(/(\d)(?:@g\.us)?-m?$/.exec(stanzaPrefix)?.[1]) % 2 === 0;
const isLate = (number: number): boolean => number % (2 * fileEvery) === 1 + fileEvery;

/** The file of a message, which its id alone tells: no two are the same. */
const bytesOf = (stanzaId: string, number: number): Buffer =>
  Buffer.from(`${stanzaId}\n`.repeat(1 + ((number * 37) % 900)));

const prefixOf = (stanzaId: string, number: number): string => stanzaId.slice(0, -String(number).length);

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Files of messages: `dress` gives some a file, `bring` its bytes, as a source does. `settle` ends when all are here. */
export function createFileTalk({ store, account }: Pick<Scene, 'store' | 'account'>) {
  const late: Promise<void>[] = [];

  async function keep(stanzaId: string, bytes: Buffer, afterMs: number): Promise<void> {
    await sleep(afterMs);
    const [file] = await store.media.listOfStanzas(account._id, [stanzaId]);
    if (!file) throw new Error('a file is not wanted');
    const stream = async function* () {
      yield await Promise.resolve(bytes);
    };
    await keepFile(store, file, { bytes: stream(), mimeType: null });
  }

  return {
    dress(message: IncomingMessage, number: number): IncomingMessage {
      if (!hasFile(prefixOf(message.stanzaId, number), number)) return message;
      const source = { kind: 'upload' } as const;
      const media = { mimeType: 'text/plain', sizeBytes: null, sha256: null, source };
      return { ...message, kind: 'document', fileName: `${message.text}.txt`, media };
    },
    async bring({ stanzaId }: IncomingMessage, number: number): Promise<void> {
      if (!hasFile(prefixOf(stanzaId, number), number)) return;
      const kept = keep(stanzaId, bytesOf(stanzaId, number), isLate(number) ? lateMs : 0);
      if (isLate(number)) late.push(kept);
      else await kept;
    },
    settle: async () => void (await Promise.all(late)),
  };
}

/** The files of pages beside what was taken in. */
export interface FileCounts {
  /** On pages: a group's file is on three. */
  files: number;
  filesLost: number;
  filesDoubled: number;
  /** Others than their message's. */
  filesWrong: number;
}

/** Compares the files of one conversation on a page with what was said in it. */
export async function compareFiles(
  counts: FileCounts,
  portal: BenchPortal,
  comments: readonly SandboxComment[],
  { letter, stanzaPrefix, told }: { letter: string; stanzaPrefix: string; told: number },
): Promise<void> {
  const all = comments.flatMap(({ files }) => files);
  for (let number = 1; number <= told; number += 1) {
    if (!hasFile(stanzaPrefix, number)) continue;
    const shown = all.filter(({ name }) => name === `${letter}${number}.txt`);
    counts.files += shown.length;
    if (shown.length === 0) counts.filesLost += 1;
    counts.filesDoubled += Math.max(0, shown.length - 1);
    const wanted = hashOf(bytesOf(`${stanzaPrefix}${number}`, number));
    for (const { id } of shown) if (hashOf(await portal.download(id)) !== wanted) counts.filesWrong += 1;
  }
}
