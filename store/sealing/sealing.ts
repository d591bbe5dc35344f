import type { SecretBox } from '../secret-box';
import { opens, type KeyChecks } from './key-check';
import { listPlaces, type Sealed } from './places';

/** How many secrets were sealed anew, and how many no key opens. */
export interface Resealed {
  resealed: number;
  lost: number;
}

/** Whether the key is the right one, and the change to another one. There are a few secrets for each portal and source. */
export function createSealing(models: Sealed, keyChecks: KeyChecks, box: SecretBox) {
  return {
    /**
     * Whether our keys are those of this database. One that has no check yet is asked by its secrets: one that opens is
     * enough, since a lost key may have left others behind.
     */
    async isKeyRight(): Promise<boolean> {
      const checked = await keyChecks.opens();
      if (checked !== null) return checked;
      const places = await listPlaces(models);
      const isRight = places.length === 0 || places.some(({ sealed, record }) => opens(box, sealed, record));
      if (isRight) await keyChecks.begin();
      return isRight;
    },
    /**
     * Seals every secret with the key in use. It may die anywhere and be done again: what is done is left alone, and until the check is
     * renewed, as the last step, both keys are needed.
     */
    async reseal({ forgetLost = false } = {}): Promise<Resealed> {
      const counts: Resealed = { resealed: 0, lost: 0 };
      for (const { sealed, record, write, forget } of await listPlaces(models)) {
        const isReadable = opens(box, sealed, record);
        const renewed = isReadable ? box.renew(sealed, record) : sealed;
        if (!isReadable) counts.lost += 1;
        if (!isReadable && forgetLost) await forget();
        if (renewed !== sealed && (await write(renewed))) counts.resealed += 1;
      }
      if (counts.lost === 0 || forgetLost) await keyChecks.renew();
      return counts;
    },
  };
}
