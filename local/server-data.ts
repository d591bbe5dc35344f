import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config';

/** The place of what MongoDB and Temporal keep: the folder of those that are started, the database of one that runs. */
export interface ServerData {
  folder: string;
  mongodbUri: string | null;
}

/**
 * The sandbox has servers' data of its own: its portal, accounts and workflows never meet those of a real portal, whose installation
 * starts empty after a trial. On a MongoDB that was given it has a database of its own.
 */
export function chooseServerData({
  dataDir,
  mongodbUri,
  bitrix24,
}: Pick<Config, 'dataDir' | 'mongodbUri' | 'bitrix24'>): ServerData {
  if (bitrix24.webhookUrl !== null) return { folder: dataDir, mongodbUri };
  const folder = join(dataDir, 'sandbox');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { folder, mongodbUri: mongodbUri && toSandboxDatabase(mongodbUri) };
}

/**
 * `mongodb://host/contact_link?w=1` becomes `mongodb://host/contact_link_sandbox?w=1`. Who signs in at the database that the address names
 * goes on signing in there.
 */
function toSandboxDatabase(uri: string): string {
  const [, server = '', database = '', options = ''] = /^([^:]+:\/\/[^/]+\/)([^?]+)\??(.*)$/.exec(uri) ?? [];
  const signsInThere =
    /^mongodb:\/\/[^/]*@/.test(server) && !/(^|&)auth(Source=|Mechanism=(?!SCRAM))/i.test(options);
  const all = [options, signsInThere ? `authSource=${database}` : ''].filter((option) => option !== '');
  return `${server}${database}_sandbox${all.length > 0 ? `?${all.join('&')}` : ''}`;
}
