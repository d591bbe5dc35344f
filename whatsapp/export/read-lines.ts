import { readStamp, type Stamp } from './stamp';

/** One piece of a chat: a stamp and what stands behind it, over as many lines as it has. */
export interface Piece {
  stamp: Stamp;
  text: string;
}

/** WhatsApp's longest text has 65,536 characters. */
const longestText = 100_000;

/** Lines, whatever ends them; one without an end is cut, so that no file fills the memory. */
async function* toLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let open = '';
  for await (const chunk of chunks) {
    const lines = (open + chunk).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
    if (open.length > longestText) {
      yield open;
      open = '';
    }
  }
  yield open.replace(/\r$/, '');
}

/** The pieces of a chat. Its first stamp tells how all of them look; `onStray` hears of those that differ in a word only. */
export async function* readPieces(
  chunks: AsyncIterable<string>,
  onStray: () => void = () => undefined,
): AsyncGenerator<Piece> {
  let piece: Piece | null = null;
  for await (const line of toLines(chunks)) {
    const found = readStamp(line);
    const isOfForm = found !== null && (piece === null || found.stamp.form === piece.stamp.form);
    const isNext = isOfForm && (piece === null || found.stamp.words === piece.stamp.words);
    if (isOfForm && !isNext) onStray();
    if (isNext) {
      if (piece) yield piece;
      piece = { stamp: found.stamp, text: found.rest };
    } else if (piece && piece.text.length + line.length < longestText) piece.text += `\n${line}`;
  }
  if (piece) yield { ...piece, text: piece.text.replace(/\n+$/, '') };
}
