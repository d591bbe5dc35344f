import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { searchAttributes } from '../../workflows/messages';
import { mongodFolder, standInFile, type MongoFound } from './find-mongo';
import type { TemporalFound } from './find-temporal';

/** A program with its arguments, ready to be started. */
export interface Command {
  program: string;
  args: string[];
}

/** Temporal's dev server on 127.0.0.1. `dbFile` absent: in memory; `uiPort` absent: no Web UI; makes the namespace. */
export function temporalCommand(
  { path }: TemporalFound,
  {
    port,
    uiPort,
    dbFile,
    namespace = 'default',
  }: { port: number; uiPort?: number; dbFile?: string; namespace?: string },
): Command {
  const ui =
    uiPort === undefined
      ? ['--headless']
      : ['--ui-port', String(uiPort), '--ui-ip', '127.0.0.1', '--ui-disable-news-fetch'];
  const db = dbFile === undefined ? [] : ['--db-filename', dbFile, '--sqlite-pragma', 'journal_mode=WAL'];
  const listen = ['--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace];
  const quiet = ['--log-level', 'error'];
  // Portals take turns, however much of one waits: see docs/decisions/0022.
  const fair = ['--dynamic-config-value', 'matching.enableFairness=true'];
  const searched = Object.values(searchAttributes).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${type === 'KEYWORD' ? 'Keyword' : 'Datetime'}`,
  ]);
  return {
    program: path,
    args: ['server', 'start-dev', ...listen, ...ui, ...db, ...quiet, ...fair, ...searched],
  };
}

/** MongoDB on 127.0.0.1 with its data under `dataDir`, a mongod for its accounts only where `withAccounts` says so; a stand-in has none, and without `dataDir` keeps all in memory. */
export function mongoCommand(
  found: MongoFound,
  { port, dataDir, withAccounts = false }: { port: number; dataDir?: string; withAccounts?: boolean },
): Command {
  if (found.kind === 'mongod') {
    const folder = join(dataDir ?? '.', mongodFolder);
    mkdirSync(folder, { recursive: true });
    const auth = withAccounts ? ['--auth'] : [];
    return {
      program: found.path,
      args: [...auth, '--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', folder, '--quiet'],
    };
  }
  const lib = join(found.folder, 'lib');
  const file = dataDir === undefined ? [] : [join(dataDir, standInFile)];
  const classPath = `${join(lib, '*')}${delimiter}${join(lib, 'classes')}`;
  return { program: 'java', args: ['-Xmx1g', '-cp', classPath, 'LocalMongo', String(port), ...file] };
}
