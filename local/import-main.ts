import { parseArgs } from 'node:util';
import { loadConfig } from '../config';
import { importChat } from './import-chat';
import { readApiAddress } from './log-in-link';

const usage = [
  'npm run import -- <chat.zip or chat.txt> [--account <id>] [--me <name>] [--phone <number of the contact>]',
  '  [--contact <name>] [--time-zone Europe/Berlin] [--day-order dmy|mdy|ymd] [--group <name>]',
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
  process.exitCode = await importChat(api, { path, account, said, group });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
