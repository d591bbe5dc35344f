import { toLoggable } from '../../telemetry';
import { toWho } from '../cards/who-card';
import type { ApiContext } from '../context';
import { actorOf } from '../http/auth';
import type { Endpoint } from '../http/endpoint';

/** What shows what somebody wrote, or who they are; and what it is called in the trail. */
const looks: Record<string, { action: string; kind: string }> = {
  getLink: { action: 'openContact', kind: 'link' },
  getPerson: { action: 'openPerson', kind: 'person' },
  listChatMessages: { action: 'openChat', kind: 'chat' },
  exportChat: { action: 'exportChat', kind: 'chat' },
  downloadExport: { action: 'downloadExport', kind: 'operation' },
};

/** A page that stays open asks again and again: that is one look. */
const oneLookMs = 15 * 60_000;
const maxRemembered = 10_000;

/** Notes who looked at what, once in a while each. What is shown does not wait for the note, and is shown without it. */
export function createLooks({ store, logger }: Pick<ApiContext, 'store' | 'logger'>) {
  const last = new Map<string, number>();

  function isNews(key: string): boolean {
    const now = Date.now();
    if (now - (last.get(key) ?? 0) < oneLookMs) return false;
    last.delete(key);
    last.set(key, now);
    const [oldest] = last.keys();
    if (last.size > maxRemembered && oldest !== undefined) last.delete(oldest);
    return true;
  }

  return (endpoint: Endpoint): Endpoint => {
    const look = looks[endpoint.operationId];
    const { role } = endpoint;
    if (!look || role === null) return endpoint;
    return {
      ...endpoint,
      async run(request, response) {
        const answer = await endpoint.run(request, response);
        const by = toWho(actorOf(response, role));
        const id = String(Object.values(request.params)[0]);
        if (answer.status === 200 && isNews(`${by.kind}/${by.id ?? ''}/${look.action}/${id}`))
          store.audit
            .note({ by, action: look.action, subject: { kind: look.kind, id } })
            .catch((error: unknown) => logger.warn(toLoggable(error), 'a look was not noted'));
        return answer;
      },
    };
  };
}
