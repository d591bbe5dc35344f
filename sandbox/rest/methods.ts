import { bindingMethods } from './binding-methods';
import { commentMethods } from './comment-methods';
import { contactMethods } from './contact-methods';
import { contactSetupMethods } from './contact-setup-methods';
import { duplicateMethods } from './duplicate-methods';
import type { Method } from './method';
import { systemMethods } from './system-methods';

const methods: Map<string, Method> = new Map<string, Method>(
  Object.entries({
    ...systemMethods,
    ...duplicateMethods,
    ...contactMethods,
    ...contactSetupMethods,
    ...commentMethods,
    ...bindingMethods,
    methods: () => ({ result: [...methods.keys()] }),
  }),
);

/** The method of that name, in lower case; absent when the portal has none. `batch` is no method of this table. */
export const findMethod = (name: string): Method | undefined => methods.get(name);
