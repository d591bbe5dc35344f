/** Admins may all; agents steer links and reviews, and look; viewers look. */
export type Role = 'admin' | 'agent' | 'viewer';

const ranks: Record<Role, number> = { viewer: 1, agent: 2, admin: 3 };

/** Whether a role is allowed what needs another one. */
export const mayDo = (role: Role, needed: Role): boolean => ranks[role] >= ranks[needed];

/**
 * Who asked for a change. `administrator`: the admin token, or the link that the start prints; it has no id. The name is
 * kept as it was, since people and tokens go.
 */
export interface Who {
  kind: 'user' | 'token' | 'administrator';
  id: string | null;
  name: string;
}

export const administrator: Who = { kind: 'administrator', id: null, name: 'Administrator' };
