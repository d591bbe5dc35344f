import type { PersonDoc } from '../people/people';
import { listFromOldest } from '../queries';
import type { Store } from '../store';

const peopleAtOnce = 500;

async function whichOf({ keptAway }: Store, people: readonly PersonDoc[]): Promise<string[]> {
  const portalIds = [...new Set(people.map(({ portalId }) => portalId))];
  const away: string[] = [];
  for (const portalId of portalIds) {
    const own = people.filter((person) => person.portalId === portalId);
    const keysOf = ({ aliases }: PersonDoc) => aliases.map(({ key }) => key);
    const names = await keptAway.whichNames(portalId, own.flatMap(keysOf));
    away.push(...own.filter((person) => keysOf(person).some((key) => names.has(key))).map(({ _id }) => _id));
  }
  return away;
}

/** People of the backup who were forgotten after it: they stay away, but what was kept of them is back, until they are forgotten again. */
export async function listForgotten(store: Store, backupAt: Date): Promise<string[]> {
  if (!(await store.keptAway.model.exists({ at: { $gte: backupAt } }))) return [];
  const forgotten: string[] = [];
  for (let after: string | null = null; ;) {
    const people: PersonDoc[] = await listFromOldest(store.people.model, {}, { after, limit: peopleAtOnce });
    forgotten.push(...(await whichOf(store, people)));
    const last = people.at(-1);
    if (!last || people.length < peopleAtOnce) return forgotten;
    after = last._id;
  }
}
