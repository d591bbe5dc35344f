/** Each running process has a lease under a name that begins so. */
export const processLeases = 'process/';
