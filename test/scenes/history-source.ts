import type {
  HistoryChat,
  HistoryMessage,
  HistoryPage,
  HistoryRange,
  HistorySource,
  Listed,
} from '../../whatsapp/history-source';
import { toIncoming, type Said } from '../helpers/incoming';

/** A source in memory: what it holds, what it does when it is asked, and how often it was. */
export interface MemorySource extends HistorySource {
  chats: Map<string, Said[]>;
  /** Called before every answer; throws what the source is to fail with. */
  onAsked: (question: { jid: string | null; offset: number }) => Promise<void> | void;
  asked: number;
}

const jidOf = (phone: string): string => `${phone.slice(1)}@c.us`;

function pageOf<Item>(items: readonly Item[], { offset, limit }: HistoryPage): Listed<Item> {
  const page = items.slice(offset, offset + limit);
  return { items: page, isLast: page.length === 0 };
}

const toMessage = (said: Said): HistoryMessage => ({
  raw: { id: said.id },
  translation: { kind: 'message', message: toIncoming(said) },
});

const timeOf = ({ at = new Date() }: Said): number => at.getTime();

export function createMemorySource(): MemorySource {
  const chats = new Map<string, Said[]>();
  const newestFirst = (jid: string): Said[] =>
    [...(chats.get(jid) ?? [])].reverse().sort((one, other) => timeOf(other) - timeOf(one));
  const source: MemorySource = {
    name: 'waha',
    chats,
    asked: 0,
    onAsked: () => undefined,
    async listChats(page) {
      source.asked += 1;
      await source.onAsked({ jid: null, offset: page.offset });
      const all = [...chats.keys()].map((jid): HistoryChat => {
        const [newest] = newestFirst(jid);
        return { jid, lastMessageAt: newest?.at ?? null };
      });
      return pageOf(all, page);
    },
    async listMessages(jid: string, { from, to }: HistoryRange, page: HistoryPage) {
      source.asked += 1;
      await source.onAsked({ jid, offset: page.offset });
      const within = newestFirst(jid).filter(
        (said) => timeOf(said) >= from.getTime() && timeOf(said) < to.getTime() + 1_000,
      );
      return pageOf(within.map(toMessage), page);
    },
  };
  return source;
}

/** So many messages of a person, a second apart, the last one at `until`; each says its number. */
export function talkOf(peer: string, count: number, until: Date, prefix = 'h'): Said[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}${index}-${peer}`,
    text: `${prefix}${index}`,
    peer,
    at: new Date(until.getTime() - (count - 1 - index) * 1_000),
  }));
}

/** Puts a talk into the source under the person's address. */
export const addTalk = (
  source: MemorySource,
  talk: readonly Said[],
  jid = jidOf(talk[0]?.peer ?? ''),
): void => {
  source.chats.set(jid, [...(source.chats.get(jid) ?? []), ...talk]);
};
