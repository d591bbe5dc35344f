import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const maxPauseMs = 30_000;
const timeoutMs = 30_000;

/** The API answered, but not with success. The body is not kept: it may name people. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    path: string,
  ) {
    super(`${path} answered ${status}`);
  }
}

/** Calls the API and waits for it when it is away, busy or starting. */
export interface ApiClient {
  /** `token` null: the admin token, read from its file each time. Rejects with `ApiRefusal`, or when aborted. */
  request(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    token: string | null,
    body?: object,
  ): Promise<unknown>;
}

export interface ApiClientOptions {
  apiUrl: string;
  adminTokenFile: string;
  signal: AbortSignal;
  /** Told once when the API goes away. */
  onAway: () => void;
}

const isAwayStatus = (status: number) => status === 429 || status >= 500;

function toPauseMs(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter) * 1000;
  return Math.min(maxPauseMs, asked > 0 ? asked : 500 * 2 ** Math.min(attempt, 6));
}

export function createApiClient({ apiUrl, adminTokenFile, signal, onAway }: ApiClientOptions): ApiClient {
  async function tryOnce(method: string, path: string, token: string | null, body?: object) {
    try {
      const bearer = token ?? readFileSync(adminTokenFile, 'utf8').trim();
      return await fetch(`${apiUrl.replace(/\/$/, '')}/api/v1/${path}`, {
        method,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (signal.aborted) throw error;
      return null;
    }
  }
  return {
    request: async (method, path, token, body) => {
      for (let attempt = 0; ; attempt += 1) {
        const response = await tryOnce(method, path, token, body);
        if (response?.ok === true) return await response.json().catch(() => null);
        if (response !== null && !isAwayStatus(response.status)) throw new ApiRefusal(response.status, path);
        if (attempt === 0) onAway();
        await delay(toPauseMs(attempt, response?.headers.get('retry-after') ?? null), undefined, { signal });
      }
    },
  };
}
