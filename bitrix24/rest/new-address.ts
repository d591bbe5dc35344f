/**
 * Bitrix24's own zones for cloud portals. A host of theirs is run by Bitrix24, which knows our secret anyway; anybody may
 * run a host elsewhere, `bitrix24.site` and `.shop` included.
 */
const CLOUD_HOST =
  /^[a-z0-9-]+\.bitrix24\.(com|net|eu|de|fr|es|pl|it|ru|by|kz|ua|in|jp|vn|id|cn|uk|mx|co|tech|com\.br|com\.tr|co\.uk)$/;

/**
 * Where a redirected request may be repeated, or null. The new host gets our secret, and nothing that can be asked without it
 * proves which portal answers: so it must be https in Bitrix24's own cloud (or this very machine, where the configured address is
 * one too), and ask for exactly the same path: a redirect to a log-in page is not a move.
 */
export function findNewAddress(location: string | null, from: URL): URL | null {
  if (!location || !URL.canParse(location, from.href)) return null;
  const target = new URL(location, from);
  const isCloud = target.protocol === 'https:' && target.port === '' && CLOUD_HOST.test(target.hostname);
  const isMachine = isPlainLoopback(from) && isPlainLoopback(target);
  return (isCloud || isMachine) && target.pathname === from.pathname && target.host !== from.host
    ? new URL(target.pathname, target.origin)
    : null;
}

const isPlainLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' &&
  (hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname));
