import type { Say } from '../say';
import type { Supervisor } from './supervisor';

/** npm passes on the signal that the terminal has sent to us as well: a second one so soon is the same Ctrl-C. */
const sameSignalMs = 1000;

/** Ends every child in order, then this process with the code. Later calls change nothing. */
export type End = (code: number, message?: string) => void;

/**
 * Makes every way out of this process end its children: Ctrl-C, SIGTERM, a closed terminal, our own crash. A second
 * Ctrl-C does not wait for them.
 */
export function endWithChildren(supervisor: Supervisor, say: Say): End {
  let firstAtMs: number | null = null;
  const end: End = (code, message) => {
    if (message !== undefined) console.error(message);
    if (firstAtMs !== null) return;
    firstAtMs = Date.now();
    void supervisor.stopAll().finally(() => process.exit(code));
  };
  const onSignal = () => {
    if (firstAtMs === null) {
      say('ending everything; Ctrl-C again does not wait');
      end(0);
    } else if (Date.now() - firstAtMs >= sameSignalMs) {
      say('killing what is left');
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  endWithNpm(() => end(0));
  process.on('uncaughtException', (error) => end(1, error.stack ?? error.message));
  process.on('exit', () => supervisor.killAll());
  return end;
}

/** A SIGTERM for npm ends the shell between npm and us, and no signal comes through: we see our parent gone. */
function endWithNpm(end: () => void): void {
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] === undefined) return;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 300).unref();
}
