import { accessSync, constants } from 'node:fs';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConfigProblem } from './config-error';
import type { Environment } from './environment';
import { hideSecrets } from './hide-secrets';

/** How to reach Temporal: for `Connection.connect` and `NativeConnection.connect` as it is. */
export interface TemporalConfig {
  connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  namespace: string;
  /** `host:port` as it was set; null when the starter may find or start a server itself. */
  address: string | null;
}

const fileVariables = [
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
];

/** Temporal's own variables that name a file which cannot be read. */
export function listTemporalProblems(env: Environment): ConfigProblem[] {
  return fileVariables
    .filter((variable) => env[variable] && !isReadable(env[variable]))
    .map((variable) => ({ variable, expected: 'a file that can be read' }));
}

/**
 * Reads Temporal's variables the way its own tools do. Its profile file is read only when a variable asks for it, so
 * that the profile of a developer's command line does not redirect this product.
 */
export function loadTemporalConfig(env: Environment): TemporalConfig {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => !!pair[1]),
  );
  const disableFile = !env['TEMPORAL_CONFIG_FILE'] && !env['TEMPORAL_PROFILE'];
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars, disableFile });
  const given = Object.entries(connectionOptions).filter(([, value]) => value !== undefined);
  return {
    connectionOptions: hideSecrets(Object.fromEntries(given) as TemporalConfig['connectionOptions'], [
      'apiKey',
      'tls',
      'metadata',
    ]),
    namespace: namespace ?? 'default',
    address: connectionOptions.address ?? null,
  };
}

function isReadable(path: string | undefined): boolean {
  try {
    accessSync(path ?? '', constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
