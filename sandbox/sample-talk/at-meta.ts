import type { SandboxGraph } from '../meta/graph';
import { drawPicture } from '../waha-account/files';
import { lineAt } from './lines';

/** The next line of the number at Meta. False: it was not taken, and is said again. */
export async function sayAtMeta(graph: SandboxGraph, count: number): Promise<boolean> {
  if (!graph.isSubscribed()) return false;
  const { person, by, text, isPicture } = lineAt(count);
  const { mimetype: mimeType, base64 } = await drawPicture(text);
  const status = await graph.say({
    ...{ digits: person.digits, name: person.name, text, fromMe: by === '>' },
    ...(isPicture && { picture: { mimeType, bytes: Buffer.from(base64, 'base64') } }),
  });
  return status === 200;
}
