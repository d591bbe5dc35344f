import type { GroupNotice } from './details';

/** `Ana`, `Ana and Bo`, `Ana, Bo and 3 others`. */
function listNames(names: readonly string[]): string {
  const shown = names.length > maxNames ? names.slice(0, maxNames) : names;
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} others`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

const maxNames = 10;

/** What happened to a group, after its speaker's name. `names`: of those whom it happened to; `value` is neutral already. */
export function toGroupLine({ change }: GroupNotice, names: readonly string[], value: string): string {
  const whom = listNames(names) || 'somebody';
  const also = names.length > 0 ? ` with ${listNames(names)}` : '';
  switch (change) {
    case 'created':
      return `created the group${value && ` «${value}»`}`;
    case 'joined':
      return `joined the group${also}`;
    case 'left':
      return `left the group${also}`;
    case 'added':
      return `added ${whom}`;
    case 'removed':
      return `removed ${whom}`;
    case 'promoted':
      return names.length > 0 ? `made ${whom} admin of the group` : 'is admin of the group now';
    case 'demoted':
      return names.length > 0 ? `made ${whom} a member without rights` : 'is no admin of the group any more';
    case 'subject':
      return value ? `named the group «${value}»` : 'changed the name of the group';
    case 'description':
      return value ? `described the group: «${value}»` : 'took away the description of the group';
    case 'picture':
      return 'changed the picture of the group';
  }
}
