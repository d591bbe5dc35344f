import type { Who } from '../access';

/** Since when somebody, or a chat, is excluded, and who wanted that. */
export interface Excluded {
  at: Date;
  who: Who;
}
