import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config';

const answerSchema = z.object({ path: z.string().startsWith('/') });
const waitMs = 10_000;

type LogInPlace = Pick<Config, 'dataDir' | 'port' | 'portIsDefault'>;

const addressFile = (dataDir: string): string => join(dataDir, 'api-address');

/** Where the API of this DATA_DIR was started last: its port may have moved. */
export function saveApiAddress(dataDir: string, apiUrl: string): void {
  writeFileSync(addressFile(dataDir), `${apiUrl}\n`);
}

/** A build keeps no such file: its API is where the environment says. */
export function readApiAddress({ dataDir, port, portIsDefault }: LogInPlace): string {
  try {
    return readFileSync(addressFile(dataDir), 'utf8').trim();
  } catch (cause) {
    if (!portIsDefault) return `http://127.0.0.1:${port}`;
    throw new Error(`Contact Link was not started on ${dataDir} yet: npm start`, { cause });
  }
}

/** A link that logs the administrator in, once. The one before stops working. */
export async function askLogInLink(apiUrl: string, adminToken: string): Promise<string> {
  const answer = await fetch(`${apiUrl}/api/v1/log-in-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
    signal: AbortSignal.timeout(waitMs),
  });
  if (!answer.ok) throw new Error(`${apiUrl} made no link to log in: it answered ${answer.status}.`);
  return `${apiUrl}${answerSchema.parse(await answer.json()).path}`;
}
