import type { Alias } from '../identity';

/** All who are in a group, as a source lists them; each by the aliases it gives, none of them us. */
export interface GroupRoster {
  groupJid: string;
  title: string | null;
  participants: Alias[][];
}
