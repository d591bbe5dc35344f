import { z } from 'zod';
import { linkFilter } from '../links/link-filter';

/** A filter as the list of links takes it: also numbers come as text. */
export const bulkFilter = z.strictObject(linkFilter);

/** The same in a body, kept as it was given. */
export const bulkFilterField = z
  .record(z.string(), z.string().max(200))
  .refine((filter) => bulkFilter.safeParse(filter).success, 'is no filter of the list of links')
  .meta({ description: 'The filters of `GET /links`, as they stand in its address; `{}`: all links.' });
