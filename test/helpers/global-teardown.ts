import './global-setup';

/** Stops exactly what global-setup.ts started: the servers first, then their folders. */
export default async function stopTestServers(): Promise<void> {
  for (const stop of globalThis.stopTestServers ?? []) await stop();
  globalThis.stopTestServers = [];
}
