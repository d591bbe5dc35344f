/** `crypto.randomUUID` is there over https only; a workspace in a network of its own may be http. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const triesAtMost = 6;

/** No answer came: the request was carried out, or not. `fetch` says it with this. */
const isLost = (error: unknown): boolean => (error as Error).name === 'TypeError';

async function isUnderWay(response: Response): Promise<boolean> {
  if (response.status !== 409) return false;
  const problem = (await response.clone().json()) as { code?: string };
  return problem.code === 'idempotency_running';
}

/**
 * How requests are sent. A POST whose answer was lost is sent once more, under the same key: whatever became of the first, it is carried
 * out once, and its answer comes. The second one waits while the first is still at work.
 */
export function createSend(pauseMs: number): (request: Request) => Promise<Response> {
  const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));

  async function sendAgain(request: Request): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      await pause();
      const response = await fetch(request.clone());
      if (tries === triesAtMost || !(await isUnderWay(response))) return response;
    }
  }

  return async (request) => {
    const isFile = !/^$|json/.test(request.headers.get('content-type') ?? '');
    if (request.method !== 'POST' || isFile) return fetch(request);
    request.headers.set('Idempotency-Key', newKey());
    try {
      return await fetch(request.clone());
    } catch (error) {
      if (isLost(error)) return sendAgain(request);
      throw error;
    }
  };
}
