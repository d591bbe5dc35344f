import { descriptions, secretVariables } from '../../config';

/** What programs need of the machine: where things are, its language and clock, and how it reaches the internet. */
const machine = new Set(
  [
    'PATH PATHEXT HOME USER LOGNAME USERPROFILE SHELL COMSPEC SYSTEMROOT SYSTEMDRIVE WINDIR APPDATA LOCALAPPDATA',
    'TMPDIR TMP TEMP XDG_CACHE_HOME XDG_RUNTIME_DIR LANG LANGUAGE TZ LD_LIBRARY_PATH DYLD_LIBRARY_PATH',
    'JAVA_HOME JAVA_TOOL_OPTIONS NODE_OPTIONS NODE_ENV NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR',
    'HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY',
  ]
    .join(' ')
    .split(' '),
);
const ours = new Set([...Object.keys(descriptions), ...secretVariables.map((name) => `${name}_FILE`)]);

const isOfMachine = (name: string): boolean => machine.has(name) || name.startsWith('LC_');
const isOurs = (name: string): boolean => ours.has(name) || /^(TEMPORAL|OTEL)_/.test(name);

/**
 * What a child gets of this environment: a program of others nothing but what every program needs, a process of the product (`own` is given) its
 * settings, too. All else, such as the keys of other programs in the same shell, goes to none of them.
 */
export function toChildEnvironment(
  environment: NodeJS.ProcessEnv,
  own: Record<string, string> | undefined,
): NodeJS.ProcessEnv {
  const isWanted = (name: string) => isOfMachine(name.toUpperCase()) || (own !== undefined && isOurs(name));
  return { ...Object.fromEntries(Object.entries(environment).filter(([name]) => isWanted(name))), ...own };
}
