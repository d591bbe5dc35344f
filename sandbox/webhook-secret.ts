import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The secret of the inbound webhook: made once and kept in the data folder, so that its address stays the same. */
export function loadWebhookSecret(dataDir: string | null): string {
  const made = randomBytes(12).toString('hex');
  if (dataDir === null) return made;
  const path = join(dataDir, 'webhook-secret');
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path, made, { mode: 0o600 });
  return made;
}
