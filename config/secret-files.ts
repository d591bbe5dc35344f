import { readFileSync } from 'node:fs';
import type { ConfigProblem } from './config-error';
import type { Environment } from './environment';

/** Variables that may also be given as a file, as containers get their secrets: `ADMIN_TOKEN_FILE=/run/secrets/admin-token`. */
export const secretVariables = [
  'ADMIN_TOKEN',
  'ENCRYPTION_KEY',
  'ENCRYPTION_KEY_PREVIOUS',
  'BITRIX24_WEBHOOK_URL',
  'MONGODB_URI',
  'TEMPORAL_API_KEY',
] as const;

/** The environment with what its `..._FILE` variables name read from there, without the line break at its end. */
export function readSecretFiles(env: Environment): { env: Environment; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const read: Environment = {};
  for (const name of secretVariables) {
    const variable = `${name}_FILE`;
    const path = env[variable];
    if (path === undefined) continue;
    const secret = readSecret(path);
    if (env[name] !== undefined) problems.push({ variable, expected: `nothing, as ${name} is set, too` });
    else if (secret) read[name] = secret;
    else problems.push({ variable, expected: 'a file that can be read and is not empty' });
  }
  return { env: { ...env, ...read }, problems };
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
