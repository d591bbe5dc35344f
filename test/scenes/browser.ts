import type { ApiServer, Reply } from './api';

/** What a browser that is logged in sends: its cookie and, unless told otherwise, the header of our own pages. */
export interface Browser {
  cookie: string;
  send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
}

/** The part of a `Set-Cookie` that is sent back. */
export const cookieOf = ({ headers }: Reply): string => (headers.get('set-cookie') ?? '').split(';')[0] ?? '';

export const createBrowser = (api: ApiServer, cookie: string): Browser => ({
  cookie,
  send: (method, path, body, headers = { 'x-contact-link': '1' }) =>
    api.send(method, `/api/v1${path}`, { token: null, body, headers: { cookie, ...headers } }),
});

/** Opens a link that logs in once. */
export const openLink = (api: ApiServer, path: string): Promise<Reply> =>
  api.post('/api/v1/log-in', { code: path.split('#')[1] }, { token: null });

/** A browser of the administrator, logged in by a link as the start prints it. */
export async function logInAdministrator(api: ApiServer): Promise<Browser> {
  const made = await api.send('POST', '/api/v1/log-in-links');
  return createBrowser(api, cookieOf(await openLink(api, made.body.path)));
}

/** A browser of a new user of this role. */
export async function logInUser(api: ApiServer, role: string): Promise<Browser & { userId: string }> {
  const made = await api.post('/api/v1/users', { name: `A ${role}`, role });
  const browser = createBrowser(api, cookieOf(await openLink(api, made.body.invitation.path)));
  return { ...browser, userId: made.body.user.id };
}
