/** The cookie of a log-in: what a browser is told, and what it sends. */
export interface SessionCookie {
  find(header: string | undefined): string | null;
  /** The `Set-Cookie` that keeps the secret until it expires. */
  keep(secret: string, expiresAt: Date): string;
  /** The `Set-Cookie` that takes it away. */
  drop(): string;
}

/**
 * Cookies know no ports: the name is of this installation, so that two of them on one machine log nobody out of the
 * other. Scripts cannot read it, other sites' requests do not carry it, and with https it never goes without.
 */
export function createSessionCookie(key: Buffer, publicUrl: string | null): SessionCookie {
  const own = key.toString('hex').slice(0, 8);
  const name = `contact_link_${own}`;
  const secure = publicUrl?.startsWith('https:') ? '; Secure' : '';
  const write = (value: string, end: string): string =>
    `${name}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}; ${end}`;
  return {
    find(header) {
      const cookies = (header ?? '').split(';').map((one) => one.trim());
      const found = cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
      return found && /^[\w-]{43}$/.test(found) ? found : null;
    },
    keep: (secret, expiresAt) => write(secret, `Expires=${expiresAt.toUTCString()}`),
    drop: () => write('', 'Max-Age=0'),
  };
}
