import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config';
import { importChat, type Talk } from './exported-chat/import-chat';
import { readApiAddress } from './log-in-link';

const usage = [
  'npm run import -- <chat.zip or chat.txt> [--account <id>] [--me <name>] [--phone <number of the contact>]',
  '  [--contact <name>] [--time-zone Europe/Berlin] [--day-order dmy|mdy|ymd] [--group <name or id>]',
].join('\n');

/** `npm run import`: takes in a chat that was exported from a phone, by what `npm start` started. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      account: { type: 'string' },
      me: { type: 'string' },
      contact: { type: 'string' },
      phone: { type: 'string' },
      'time-zone': { type: 'string' },
      'day-order': { type: 'string' },
      group: { type: 'string' },
    },
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new Error(usage);
  const config = loadConfig();
  const { account, group, me, contact, phone } = values;
  const said = { me, contact, phone, timeZone: values['time-zone'], dayOrder: values['day-order'] };
  const api = { url: readApiAddress(config), token: config.adminToken };
  const terminal = process.stdin.isTTY
    ? createInterface({ input: process.stdin, output: process.stdout })
    : null;
  // Ctrl-C at a question: what was brought waits for its answer, on the page or here.
  terminal?.on('SIGINT', () => process.exit(130));
  const talk: Talk = {
    say: (line) => console.log(line),
    ask: terminal && ((prompt) => terminal.question(prompt)),
  };
  process.exitCode = await importChat(api, { path, account, said, group }, talk);
  terminal?.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
