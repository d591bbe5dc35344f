import type mongoose from 'mongoose';

/**
 * One change of what is stored. It speaks to collections by their names, as the schemas go on changing; it only adds, or removes what the
 * version before does not ask for any more; run again, whole or after it died half-way, it changes nothing twice.
 */
export interface Step {
  /** Never changed once released: it is what the database remembers. Steps run in the order of their names. */
  name: string;
  up(db: mongoose.mongo.Db): Promise<void>;
}
