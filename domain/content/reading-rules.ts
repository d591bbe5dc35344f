/**
 * Grows whenever more of what sources send is understood: what could not be read under older rules is read again once, by itself.
 */
export const readingRules = 1;
