import { cutPlain, toPlain } from '../plain';

/** Longer than any name; a group has at most 1,024 people, and some change their names. */
const longestName = 100;
const mostAuthors = 5_000;
/** So often the same words behind a colon are no chance, but the rest of the name. */
const timesUntilName = 3;
const quotes = /["“”„«»]/g;

/** `~` stands before names that people gave themselves. */
const toName = (written: string): string => written.replace(/^~ ?/, '').trim();

/** The places of the colons that may end a name. */
export function listEnds(plain: string): number[] {
  const head = (plain.split('\n', 1)[0] ?? '').slice(0, longestName + 1);
  return [...head.matchAll(/:(?= |$)/g)].map(({ index }) => index).filter((at) => at > 0);
}

/** Whether a place lies within a quotation. */
export const quotedAt = (plain: string, at: number): boolean =>
  (plain.slice(0, at).match(quotes)?.length ?? 0) % 2 === 1;

/** WhatsApp's own lines have no speaker: no colon, or only one within a quotation (`… the group name from "A: b"`). */
function findFirstName(plain: string): { name: string; longer: string | null } | null {
  const [first, second] = listEnds(plain);
  if (first === undefined) return null;
  const name = plain.slice(0, first);
  if (quotedAt(plain, first)) return null;
  return { name, longer: second === undefined ? null : plain.slice(0, second) };
}

interface Counted {
  messages: number;
  /** The name with one more colon, while all lines have it. */
  longer: string | null;
}

/** Who speaks in a chat. Names may have colons in them, so that the whole file tells where they end. */
export function createAuthorEvidence() {
  const counted = new Map<string, Counted>();
  return {
    add(text: string): void {
      const found = findFirstName(toPlain(text));
      if (!found) return;
      const { name, longer } = found;
      const known = counted.get(name);
      if (known) {
        known.messages += 1;
        if (known.longer !== longer) known.longer = null;
      } else if (counted.size < mostAuthors) counted.set(name, { messages: 1, longer });
    },
    /** As they are written, each with the number of its messages. */
    list: (): { written: string; messages: number }[] =>
      [...counted].map(([name, { messages, longer }]) => ({
        written: longer !== null && messages >= timesUntilName ? longer : name,
        messages,
      })),
  };
}

/** Splits what stands behind the stamp; null: nobody said it. */
export function splitAuthor(
  text: string,
  written: ReadonlySet<string>,
): { author: string; said: string } | null {
  const plain = toPlain(text);
  for (const end of listEnds(plain).reverse()) {
    const name = plain.slice(0, end);
    if (!written.has(name)) continue;
    const isSpace = plain[end + 1] === ' ';
    return { author: toName(name), said: cutPlain(text, end + (isSpace ? 2 : 1)) };
  }
  return null;
}

/** The name as a person is asked about it. */
export const toAuthor = (written: string): string => toName(written);
