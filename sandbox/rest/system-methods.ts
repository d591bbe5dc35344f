import type { Method } from './method';

const profile: Method = () => ({
  result: {
    ID: '1',
    ADMIN: true,
    NAME: 'Sandbox',
    LAST_NAME: 'Administrator',
    PERSONAL_GENDER: '',
    TIME_ZONE: '',
    TIME_ZONE_OFFSET: 0,
  },
});

const appInfo: Method = (_params, { settings }) => ({
  result: {
    ID: 0,
    CODE: '',
    VERSION: 1,
    STATUS: 'L',
    INSTALLED: true,
    PAYMENT_EXPIRED: 'N',
    DAYS: null,
    LANGUAGE_ID: 'en',
    LICENSE: settings.license,
    LICENSE_PREVIOUS: '',
    LICENSE_TYPE: settings.licenseFamily,
    LICENSE_FAMILY: settings.licenseFamily,
  },
});

const serverTime: Method = (_params, { clock }) => ({ result: clock.format(clock.nowMs()) });

const scope: Method = () => ({ result: ['crm', 'user_basic'] });

/** The methods that belong to no module. */
export const systemMethods: Record<string, Method> = {
  profile,
  'app.info': appInfo,
  'server.time': serverTime,
  scope,
};
