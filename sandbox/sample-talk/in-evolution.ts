import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxEvolution } from '../evolution/evolution';
import { phoneOfSandbox } from '../evolution/front-page';
import { drawPicture } from '../waha-account/files';
import { lineAt } from './lines';

/** Long enough for a person to see the code. */
const scanAfterMs = 8_000;
const lookEveryMs = 500;
const messagesKept = 200;

/** The stand-in's phone: it scans a code that has been shown for a while. */
export async function scanCodes(
  evolution: SandboxEvolution,
  signal: AbortSignal,
  afterMs = scanAfterMs,
): Promise<void> {
  const shownSince = new Map<string, number>();
  for (; !signal.aborted; await delay(lookEveryMs, undefined, { signal })) {
    for (const { name, state } of evolution.instances()) {
      if (state !== 'connecting') shownSince.delete(name);
      else if (!shownSince.has(name)) shownSince.set(name, Date.now());
      const since = shownSince.get(name) ?? Infinity;
      if (Date.now() - since >= afterMs) evolution.scan(phoneOfSandbox.replace(/\D/g, ''), name);
    }
  }
}

/** The next line in every instance that works. True: there was one. */
export async function sayInEvolution(evolution: SandboxEvolution, count: number): Promise<boolean> {
  const { person, by, text, isPicture } = lineAt(count);
  const working = evolution.instances().filter(({ state }) => state === 'open');
  for (const instance of working) {
    // The phone forgets what is old, so that what is kept does not grow for ever.
    instance.records = instance.records.slice(-messagesKept);
    instance.files = Object.fromEntries(Object.entries(instance.files).slice(-messagesKept));
    const { mimetype, base64 } = await drawPicture(text);
    evolution.say(
      {
        ...{ chatId: `${person.digits}@s.whatsapp.net`, name: person.name, text, fromMe: by === '>' },
        ...(isPicture && { media: { mimetype, base64 } }),
      },
      instance.name,
    );
  }
  return working.length > 0;
}
