import { readLines, shorten } from './log-file';
import type { Say } from '../say';

/** Shows what the process logs as an error, each message once a minute at most; gives the end of it. */
export function showErrors(name: string, logPath: string, say: Say): () => void {
  const shownAt = new Map<string, number>();
  let offset = 0;
  const timer = setInterval(() => {
    const next = readLines(logPath, offset);
    offset = next.offset;
    for (const message of next.lines.map(toErrorMessage)) {
      if (message === null || Date.now() - (shownAt.get(message) ?? 0) < 60_000) continue;
      if (shownAt.size > 200) shownAt.clear();
      shownAt.set(message, Date.now());
      say(`${name}: ${message}`);
    }
  }, 1000);
  timer.unref();
  return () => clearInterval(timer);
}

/** What an error line of a JSON log says; null for any other line. */
function toErrorMessage(line: string): string | null {
  if (!/"level":"(error|fatal)"/.test(line)) return null;
  try {
    const { msg, err } = JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
    const parts = [msg, err?.message].filter((part) => typeof part === 'string' && part !== '');
    return shorten([...new Set(parts)].join(': ') || line);
  } catch {
    return null;
  }
}
