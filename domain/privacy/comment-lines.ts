import { isFileItem, type ItemId, type MessageId } from '../ids';

/** What stands in a group's comment where somebody's line was. */
const removedLine = '(removed, as this person wished)';
const removedWhole = '(What was said here was removed, as somebody of this group wished.)';

/** A comment of ours as it was written: its headline, the lines of its items, and its marker. */
interface Parts {
  headline: string;
  blocks: string[];
  marker: string;
}

/** Foreign text never begins a line with a direction: see `toLines`. */
const beginsItem = (line: string): boolean => /^[←→] \[/u.test(line);

function toParts(text: string): Parts {
  const lines = text.split('\n');
  const blocks: string[] = [];
  for (const line of lines.slice(1, -1)) {
    if (beginsItem(line) || blocks.length === 0) blocks.push(line);
    else blocks.push(`${blocks.pop() ?? ''}\n${line}`);
  }
  return { headline: lines[0] ?? '', blocks, marker: lines.at(-1) ?? '' };
}

const messageOf = (item: ItemId): MessageId => item.split('/')[0] ?? '';

/** A line that has its file with it tells two items, which follow each other. */
function withoutAttached(items: readonly ItemId[]): ItemId[] {
  return items.filter((item, index) => {
    const before = items[index - 1];
    return !(isFileItem(item) && before && !isFileItem(before) && messageOf(before) === messageOf(item));
  });
}

/** The item of each line; null: they cannot be told apart for certain. */
const itemsOf = ({ blocks }: Parts, items: readonly ItemId[]): ItemId[] | null =>
  [withoutAttached(items), [...items]].find(({ length }) => length === blocks.length) ?? null;

/** The clock stays, and the direction: that something was said at that time is the others’ conversation, too. */
const toRemoved = (block: string): string => `${/^[←→] \[[^\]]*\]/u.exec(block)?.[0] ?? '←'} ${removedLine}`;

export interface Lines {
  text: string;
  /** Nothing that others said is in it. */
  isAllTheirs: boolean;
}

/**
 * A comment's text without the lines of these items. Where lines and items do not fit together, all lines go: rather too much than a line
 * that was to be gone. Done twice it gives the same.
 */
export function withoutLines(
  text: string,
  items: readonly ItemId[],
  isTheirs: (item: ItemId) => boolean,
): Lines {
  const parts = toParts(text);
  const told = itemsOf(parts, items);
  const isRemoved = (index: number): boolean => {
    const item = told?.[index];
    return item === undefined || isTheirs(item);
  };
  const lines = told
    ? parts.blocks.map((block, index) => (isRemoved(index) ? toRemoved(block) : block))
    : [removedWhole];
  return { text: [parts.headline, ...lines, parts.marker].join('\n'), isAllTheirs: items.every(isTheirs) };
}
