/**
 * On whose pages a group is: of all linked members, of those of them who have spoken in it, of one contact that a person named, or
 * on nobody's.
 */
export const groupModes = ['linked-members', 'speakers', 'one', 'off'] as const;
export type GroupMode = (typeof groupModes)[number];

/** `crmContactId` only with `one`. */
export interface GroupPolicy {
  mode: GroupMode;
  crmContactId: number | null;
}

/** A link that a group may concern, and what its person is in the group. */
export interface GroupCandidate {
  linkId: string;
  crmContactId: number;
  isMember: boolean;
  hasSpoken: boolean;
}

/** Why a page has the group. */
export type PageReason = 'member' | 'speaker' | 'named';

export interface GroupPage {
  linkId: string;
  crmContactId: number;
  why: PageReason;
}

function reasonOf({ mode, crmContactId }: GroupPolicy, candidate: GroupCandidate): PageReason | null {
  switch (mode) {
    case 'linked-members':
      return candidate.isMember ? 'member' : null;
    case 'speakers':
      return candidate.isMember && candidate.hasSpoken ? 'speaker' : null;
    case 'one':
      return candidate.crmContactId === crmContactId ? 'named' : null;
    case 'off':
      return null;
  }
}

/** The pages that have the group, in the order of the candidates. */
export const choosePages = (policy: GroupPolicy, candidates: readonly GroupCandidate[]): GroupPage[] =>
  candidates.flatMap((candidate) => {
    const why = reasonOf(policy, candidate);
    const { linkId, crmContactId } = candidate;
    return why === null ? [] : [{ linkId, crmContactId, why }];
  });

/** What a group does that has no policy of its own. */
export const toPolicy = (
  own: GroupPolicy | null | undefined,
  portalMode: GroupMode | undefined,
): GroupPolicy => own ?? { mode: portalMode ?? 'linked-members', crmContactId: null };
