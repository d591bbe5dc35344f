import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import { resumeSignal } from '../../workflows/messages';
import type { ApiContext } from '../context';

/** The workflow learns that a change is saved on its link. A link held by its doubt goes on; a paused one stays so. */
export async function wakeChanged(
  { store, linkWorkflows }: ApiContext,
  link: LinkDoc,
  kind: LinkChange['kind'],
): Promise<void> {
  await linkWorkflows.nudgeChange(link, kind);
  if (kind === 'unlink') return;
  const now = await store.links.load(link._id);
  if (now?.state === 'linked' && now.rhythm !== 'paused') await linkWorkflows.signal(now, resumeSignal);
}
