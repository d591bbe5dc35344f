/**
 * Where a redirected request may be repeated, or null. The target gets our secret, so it must be https (or this very
 * machine) and ask for exactly the same path: a redirect to a log-in page is not a move.
 */
export function findNewAddress(location: string | null, from: URL): URL | null {
  if (!location || !URL.canParse(location, from.href)) return null;
  const target = new URL(location, from);
  const isSafe = target.protocol === 'https:' || (target.protocol === 'http:' && isLoopback(target.hostname));
  return isSafe && target.pathname === from.pathname && target.host !== from.host ? target : null;
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
